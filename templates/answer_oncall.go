package templates

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// OnCallRow is somebody on call: Slack is a user id, or empty for somebody who is
// not known in Slack.
type OnCallRow struct {
	Policy string
	Level  int
	Name   string
	Slack  string
	// Until is when that ends, or zero.
	Until time.Time
	Link  string
}

// shownOnCall is how many people the list has.
const shownOnCall = 20

// OnCallAnswer says who is on call, by policy and level. Trouble is why that is not
// known, or only in part.
func OnCallAnswer(w Words, service string, rows []OnCallRow, trouble string) Message {
	title := "On call"
	if service = outside(service, nameLength); service != "" {
		title += " for " + service
	}
	if len(rows) == 0 {
		text := R(T(title + ": nobody, as far as PagerDuty says."))
		if trouble != "" {
			text = R(T(title + ": not known. " + sentence(trouble)))
		}
		return Say(w, append(text, T(" "), w.cmd("page @person <text>"), T(" calls somebody by name.")))
	}
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b OnCallRow) int {
		return cmp.Or(cmp.Compare(a.Policy, b.Policy), cmp.Compare(a.Level, b.Level))
	})
	m := Message{Summary: title + ": " + many(len(rows), "person", "people"), Parts: []Part{Heading(title)}}
	m.Parts = append(m.Parts, lines(len(rows), shownOnCall, func(i int) Rich {
		line := onCallLine(rows[i])
		if i == 0 || rows[i].Policy != rows[i-1].Policy {
			return Join(R(B(first(outside(rows[i].Policy, titleLength), "Without a policy")), T("\n")), line)
		}
		return line
	})...)
	if trouble != "" {
		m.Parts = append(m.Parts, Para(R(B("Not all is known."), T(" "+sentence(trouble)))))
	}
	foot := R(w.cmd("page @person <text>"), T(" calls somebody."))
	if safeWord(service) {
		foot = R(w.cmd("page "+service+" <text>"), T(" calls whoever is on call."))
	}
	if more := len(rows) - shownOnCall; more > 0 {
		foot = Join(R(T(many(more, "more", "more")+". ")), foot)
	}
	m.Parts = append(m.Parts, Footer(foot))
	return m
}

// onCallLine is "Level 1: Priya until 18:00".
func onCallLine(r OnCallRow) Rich {
	var line Rich
	if r.Level > 0 {
		line = R(T("Level\u00a0" + strconv.Itoa(r.Level) + ": "))
	}
	name := first(outside(r.Name, nameLength), "somebody without a name")
	if isPersonID(r.Slack) {
		line = append(line, Span{Style: Person, Text: r.Slack, Label: name})
	} else {
		line = append(line, T(name), T(" (not known in Slack)"))
	}
	if !r.Until.IsZero() {
		line = append(line, T(" until "), At(r.Until))
	}
	if isWebLink(r.Link) && len(escapeSlack(r.Link)) <= listedLink {
		line = append(line, T(" · "), WebLink(r.Link, "PagerDuty"))
	}
	return line
}
