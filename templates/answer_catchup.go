package templates

import (
	"strings"
	"time"

	"backout/timeline"
)

// triedRows is how much of the story somebody who joins gets.
const triedRows = 8

// CatchupAnswer is what somebody who joins needs, in the order of asking: what is
// it, is it over, who does what, what was tried, what is open.
func CatchupAnswer(w Words, in *timeline.Incident, now time.Time) Message {
	m := Message{Summary: in.ID() + ": " + FromSlack(in.Title).Plain(w.Names)}
	m.Parts = append(m.Parts, Heading(cutWords(m.Summary, 140)), Para(w.stateLine(in, now)))
	m.Parts = append(m.Parts, Fields{
		{Label: "Impact", Value: known(slackCut(in.Impact, 400))},
		{Label: "Cause", Value: View{In: in}.causeKnown(400)},
		{Label: "People", Value: people(in)},
		{Label: "Last update", Value: lastUpdate(in)},
	})
	if tried := w.tried(in); len(tried) > 0 {
		m.Parts = append(m.Parts, Para(Join(R(B("What happened and was tried"), T("\n")), tried)))
	}
	if open := w.openQuestions(in); len(open) > 0 {
		m.Parts = append(m.Parts, Para(Join(R(B("Open"), T("\n")), open)))
	}
	if links := w.links(in); len(links) > 0 {
		m.Parts = append(m.Parts, Footer(links))
	}
	return m
}

func (w Words) stateLine(in *timeline.Incident, now time.Time) Rich {
	line := R(B(capital(statusWord(in.Status))))
	if in.Drill {
		line = append(line, T(" · drill, an exercise"))
	}
	if in.Severity != "" {
		line = append(line, T(" · severity "+w.severity(in.Severity)))
	}
	if len(in.Services) > 0 {
		line = append(line, T(" · "+strings.Join(in.Services, ", ")))
	}
	m := in.Moments()
	if m.Resolved.Set() {
		return append(line, T(" · lasted "+Duration(m.Resolved.At.Sub(m.Began.At))))
	}
	line = append(line, T(" · began "), At(m.Began.At))
	if m.Began.Assumed {
		line = append(line, T(" (assumed)"))
	}
	if m.Mitigated.Set() {
		return append(line, T(" · mitigated "), At(m.Mitigated.At))
	}
	if in.Status.Final() {
		return line
	}
	return append(line, T(" · "+Duration(now.Sub(m.Began.At))+" so far"))
}

func known(r Rich) Rich {
	if len(r) == 0 {
		return R(T("not known yet"))
	}
	return r
}

// people says who has which role now.
func people(in *timeline.Incident) Rich {
	var out Rich
	seen := map[string]bool{}
	for _, t := range in.Roles {
		holder := in.Holder(t.Role)
		if seen[t.Role] || holder == "" {
			continue
		}
		seen[t.Role] = true
		if len(out) > 0 {
			out = append(out, T("\n"))
		}
		out = append(out, T(capital(t.Role)+": "), person(holder))
		if len(seen) == 8 { // more roles than that nobody reads in a field
			break
		}
	}
	if len(out) == 0 {
		return R(T("nobody leads yet"))
	}
	return out
}

func lastUpdate(in *timeline.Incident) Rich {
	u, ok := in.LastUpdate()
	if !ok {
		return R(T("none yet"))
	}
	out := Join(slackCut(u.Text, 400), R(T(" · "), At(u.At)))
	if !u.Next.IsZero() && in.Status.Open() {
		out = append(out, T(" · next "), At(u.Next))
	}
	return out
}

// tried is the end of the story, without what the fields above say already.
func (w Words) tried(in *timeline.Incident) Rich {
	var entries []*timeline.Entry
	for _, e := range in.Timeline() {
		switch e.Kind {
		case timeline.KindUpdate, timeline.KindImpact, timeline.KindCause, timeline.KindRole, timeline.KindLink, timeline.KindFollowUp, timeline.KindLesson:
			continue
		}
		if InStory(e) && !passing(in, e) {
			entries = append(entries, e)
		}
	}
	rows := storied(in, entries)
	var out []Rich
	for _, r := range rows[max(0, len(rows)-triedRows):] {
		out = append(out, w.storyLine(in, r))
	}
	return stacked(out)
}

func (w Words) openQuestions(in *timeline.Incident) Rich {
	var out []Rich
	if in.Status.Open() && in.Lead() == "" {
		out = append(out, R(T("Nobody leads. "), w.cmd("lead"), T(" takes it.")))
	}
	if in.Impact == "" {
		out = append(out, R(T("Who notices what? "), w.cmd("impact"), T(" with words says it.")))
	}
	out = append(out, w.openWork(in)...)
	for _, f := range in.Failures[:min(3, len(in.Failures))] {
		out = append(out, R(T("Failed: "+f.Step+". "+f.Reason)))
	}
	if n := len(in.Gaps); n > 0 {
		out = append(out, R(T("The record has "+plural(n, "gap", "gaps")+".")))
	}
	if n := len(in.Summary().FollowUps); n > 0 {
		out = append(out, R(T(plural(n, "open follow-up", "open follow-ups")+". "), w.cmd("followups"), T(" shows them.")))
	}
	var all Rich
	for i, r := range out {
		if i > 0 {
			all = append(all, T("\n"))
		}
		all = Join(all, R(T("• ")), r)
	}
	return all
}

func (w Words) links(in *timeline.Incident) Rich {
	var out Rich
	add := func(url, name string) {
		if len(out) > 0 {
			out = append(out, T(" · "))
		}
		out = append(out, Href(url, name))
	}
	if w.URL != "" {
		add(strings.TrimRight(w.URL, "/")+"/incidents/"+in.ID(), "Incident page")
	}
	for _, l := range in.Links[max(0, len(in.Links)-5):] {
		add(l.URL, strings.TrimSpace(FromSlack(l.Name).Plain(w.Names)))
	}
	return out
}

func cutWords(s string, limit int) string {
	if r := []rune(s); len(r) > limit {
		return string(r[:limit]) + "…"
	}
	return s
}
