package templates

import (
	"slices"
	"strconv"
	"time"

	"backout/timeline"
)

// listed is how many lines a list has in Slack.
const listed = 20

// ListAnswer shows incidents, newest first; which says how the list was cut.
func ListAnswer(w Words, which string, found []timeline.Summary, now time.Time) Message {
	title := map[string]string{"open": "Open incidents", "all": "All incidents"}[which]
	if title == "" {
		title = "Incidents of the last " + which
	}
	if len(found) == 0 {
		return Say(w, R(T(title+": none here. "), w.cmd("list all"), T(" shows every incident; "), w.cmd("new"), T(" declares one.")))
	}
	m := Message{Summary: title + ": " + strconv.Itoa(len(found)), Parts: []Part{Heading(title)}}
	m.Parts = append(m.Parts, lines(len(found), listed, func(i int) Rich { return w.listLine(found[i], now) })...)
	if more := len(found) - listed; more > 0 {
		m.Parts = append(m.Parts, Footer(R(T(plural(more, "more", "more")+". "), w.cmd("list 30d sev:1"), T(" narrows the list."))))
	}
	return m
}

func (w Words) listLine(s timeline.Summary, now time.Time) Rich {
	line := Join(R(B(s.ID()), T(" ")), slackCut(s.Title, 80), R(T(" · "+statusWord(s.Status))))
	if s.Drill {
		line = append(line, T(" · drill"))
	}
	if s.Severity != "" {
		line = append(line, T(" · SEV "+s.Severity))
	}
	if s.Lead != "" {
		line = append(line, T(" · lead "), person(s.Lead))
	}
	if s.Channel.ID != "" {
		line = append(line, T(" · "), Ch(s.Channel.ID))
	}
	if !s.Status.Open() {
		return append(line, T(" · declared "+s.Moments.Declared.At.UTC().Format("2 Jan 2006")))
	}
	return append(line, T(" · open for "+Duration(now.Sub(s.Moments.Declared.At))))
}

// FollowUpsAnswer shows an incident's later work, with a button for each that is
// open.
func FollowUpsAnswer(w Words, in *timeline.Incident, now time.Time) Message {
	var open, closed []timeline.FollowUp
	for _, f := range in.FollowUps {
		switch f.State {
		case timeline.FollowUpOpen:
			open = append(open, f)
		case timeline.FollowUpDone:
			closed = append(closed, f)
		}
	}
	if len(open)+len(closed) == 0 {
		return Say(w, R(T(in.ID()+" has no follow-ups yet. "), w.cmd("followup Test that session keys are unique owner:@ana due:friday"), T(" adds one.")))
	}
	all := append(open, closed...)
	m := Message{Summary: in.ID() + ": " + plural(len(open), "open follow-up", "open follow-ups"), Parts: []Part{Heading(in.ID() + " · follow-ups")}}
	m.Parts = append(m.Parts, lines(len(all), listed, func(i int) Rich { return w.followUpLine(in, all[i], now) })...)
	var buttons Buttons
	for _, f := range open[:min(5, len(open))] {
		buttons = append(buttons, Button{ID: "follow_up_done_v1", Label: "Tick off " + followUpRef(f.Number), Value: strconv.Itoa(in.Number) + "/" + followUpRef(f.Number)})
	}
	if len(buttons) > 0 {
		m.Parts = append(m.Parts, buttons)
	}
	if slices.ContainsFunc(open, func(f timeline.FollowUp) bool { return f.Ticket.IsZero() }) && !in.Private {
		m.Parts = append(m.Parts, Footer(R(w.cmd("followups issues"), T(" makes GitHub issues of them."))))
	}
	if more := len(all) - listed; more > 0 {
		m.Parts = append(m.Parts, Footer(R(T(plural(more, "more", "more")+"."))))
	}
	return m
}

func (w Words) followUpLine(in *timeline.Incident, f timeline.FollowUp, now time.Time) Rich {
	words := slackCut(in.Words(f.Text, f.From), rowLength)
	if len(words) == 0 {
		words = R(I("the message was deleted"))
	}
	line := Join(R(B(followUpRef(f.Number)), T(" ")), words, R(T(" · "), person(f.Owner)))
	if isWebLink(f.Ticket.URL) {
		line = append(line, T(" · "), WebLink(f.Ticket.URL, "#"+strconv.Itoa(f.Ticket.Number)))
	}
	if f.State == timeline.FollowUpDone {
		return append(line, T(" · done"))
	}
	if f.Due == "" {
		return append(line, T(" · no date yet"))
	}
	line = append(line, T(" · due "+day(f.Due)))
	if f.Due < now.UTC().Format(time.DateOnly) {
		line = append(line, B(" · overdue"))
	}
	return line
}

// lines sets at most limit lines in parts that stay below Slack's limit.
func lines(n, limit int, line func(int) Rich) []Part {
	var parts []Part
	var part Rich
	n = min(n, limit)
	for i := range n {
		part = Join(part, line(i))
		if (i+1)%rowsPerPart == 0 || i == n-1 {
			parts = append(parts, Para(part))
			part = nil
			continue
		}
		part = append(part, T("\n"))
	}
	return parts
}

func followUpRef(n int) string { return "F" + strconv.Itoa(n) }

// statusWord is a status for readers: monitoring means mitigated, and says so.
func statusWord(s timeline.Status) string {
	if s == timeline.Monitoring {
		return "monitoring (mitigated)"
	}
	return string(s)
}
