package templates

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"backout/timeline"
)

// HomeView is what the Home tab is made from besides its lists.
type HomeView struct {
	Severities []Severity
	// Command is the slash command as configured; empty means /incident.
	Command string
	// URL is the public base of the web pages, or empty.
	URL string
	Now time.Time
}

// OwnedFollowUp is a follow-up of the person whose Home tab it is, with the
// incident that it comes from.
type OwnedFollowUp struct {
	Incident timeline.Summary
	F        timeline.FollowUp
}

// homeRows bounds each list; together they stay below Slack's hundred blocks.
const homeRows = 20

// Home is a person's Home tab: what is open, most severe first as configured, and
// the person's own follow-ups, those due first on top. Whether the person may see
// an incident is for the caller to decide.
func Home(open []timeline.Summary, mine []OwnedFollowUp, v HomeView) Message {
	m := Message{Summary: plural(len(open), "open incident", "open incidents") + ", " + plural(len(mine), "follow-up of yours", "follow-ups of yours")}
	m.Parts = append(m.Parts, Buttons{{ID: "declare_v1", Label: "Declare incident…", Look: Go}}, Heading("Open incidents"))
	if len(open) == 0 {
		m.Parts = append(m.Parts, Para(R(T("No incident is open."))))
	}
	for _, s := range v.bySeverity(open) {
		m.Parts = append(m.Parts, Para(v.openLine(s)))
	}
	if more := len(open) - homeRows; more > 0 {
		m.Parts = append(m.Parts, Footer(R(T(strconv.Itoa(more)+" more; "), v.words().cmd("list"), T(" shows them."))))
	}
	m.Parts = append(m.Parts, Rule{}, Heading("Your follow-ups"))
	if len(mine) == 0 {
		m.Parts = append(m.Parts, Para(R(T("You have no open follow-ups."))))
	}
	for _, o := range byDue(mine) {
		ref := followUpRef(o.F.Number)
		m.Parts = append(m.Parts, Para(v.ownedLine(o)), Buttons{{
			ID: "follow_up_done_v1", Label: "Tick off " + ref, Value: strconv.Itoa(o.Incident.Number) + "/" + ref,
		}})
	}
	if more := len(mine) - homeRows; more > 0 {
		m.Parts = append(m.Parts, Footer(R(T(strconv.Itoa(more)+" more, due later."))))
	}
	foot := R(v.words().cmd("help"), T(" shows what to type"))
	if v.URL != "" {
		foot = append(foot, T(" · "), Href(strings.TrimRight(v.URL, "/")+"/incidents", "All incidents"))
	}
	m.Parts = append(m.Parts, Footer(foot))
	return m
}

func (v HomeView) words() Words {
	return Words{Command: v.Command, Severities: v.Severities, URL: v.URL}
}

// bySeverity gives the first rows in the order of the configured severities, the
// newest first among equals.
func (v HomeView) bySeverity(open []timeline.Summary) []timeline.Summary {
	rank := func(s timeline.Summary) int {
		i := slices.IndexFunc(v.Severities, func(k Severity) bool { return k.Name == s.Severity })
		if i < 0 {
			return len(v.Severities)
		}
		return i
	}
	out := slices.Clone(open)
	slices.SortStableFunc(out, func(a, b timeline.Summary) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return b.Number - a.Number
	})
	return out[:min(len(out), homeRows)]
}

// byDue gives the first rows by due date, those without one last.
func byDue(mine []OwnedFollowUp) []OwnedFollowUp {
	out := slices.Clone(mine)
	slices.SortStableFunc(out, func(a, b OwnedFollowUp) int {
		return strings.Compare(first(a.F.Due, "9999"), first(b.F.Due, "9999"))
	})
	return out[:min(len(out), homeRows)]
}

func (v HomeView) openLine(s timeline.Summary) Rich {
	head := s.ID() + " · "
	if s.Drill {
		head += "Drill · "
	}
	if s.Severity != "" {
		head += sev(v.Severities, s.Severity) + " · "
	}
	out := R(B(head+capital(statusWord(s.Status))), T("\n"), T(FromSlack(s.Title).Plain(nil)), T("\n"))
	if s.Channel.ID != "" {
		out = append(out, Ch(s.Channel.ID), T(" · "))
	}
	if s.Lead == "" {
		out = append(out, T("nobody has the lead"))
	} else {
		out = append(out, T("lead "), person(s.Lead))
	}
	out = append(out, T(" · since "), At(s.Moments.Declared.At))
	if s.Private {
		out = append(out, T(" · private"))
	}
	return out
}

func (v HomeView) ownedLine(o OwnedFollowUp) Rich {
	words := slackCut(o.F.Text, cardFact)
	if len(words) == 0 {
		words = R(I("the message was deleted"))
	}
	due := R(T("no date yet"))
	switch today := v.Now.UTC().Format(time.DateOnly); {
	case o.F.Due == "":
	case o.F.Due < today:
		due = R(B("overdue since " + day(o.F.Due)))
	case o.F.Due == today:
		due = R(B("due today"))
	default:
		due = R(T("due " + day(o.F.Due)))
	}
	out := Join(R(B(followUpRef(o.F.Number)), T(" ")), words, R(T("\n")), due)
	return append(out, T(" · "+o.Incident.ID()+" "), T(FromSlack(o.Incident.Title).Plain(nil)))
}
