package templates

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"backout/timeline"
)

// DigestData is what the weekly digest is made from. The caller leaves out what
// not everybody may see, and drills.
type DigestData struct {
	Now          time.Time
	Open, Closed []timeline.Summary
	FollowUps    []DigestFollowUp
}

// DigestFollowUp is an open follow-up with the incident that it comes from.
type DigestFollowUp struct {
	Incident int
	Title    string
	timeline.FollowUp
	Overdue bool
}

// How much of each the digest shows.
const (
	digestIncidents = 10
	digestFollowUps = 15
	digestTitle     = 80
)

// Digest is posted once a week: what is open, what was resolved, what is still to
// be done. It names people and notifies none of them.
func Digest(w Words, d DigestData) Message {
	overdue := 0
	for _, f := range d.FollowUps {
		if f.Overdue {
			overdue++
		}
	}
	m := Message{
		Summary: plural(len(d.Open), "open incident", "open incidents") + ", " + plural(len(d.Closed), "resolved in the last 7 days", "resolved in the last 7 days") + ", " +
			plural(len(d.FollowUps), "open follow-up", "open follow-ups"),
		Parts: []Part{Heading("Incidents, week to " + day(d.Now.UTC().Format(time.DateOnly)))},
	}
	if len(d.Open)+len(d.Closed)+len(d.FollowUps) == 0 {
		m.Parts = append(m.Parts, Para(R(T("No incident is open, none was resolved in the last 7 days, and no follow-up is open."))))
		return m
	}
	open := newestFirst(d.Open)
	m.Parts = append(m.Parts, section("Open", len(open), digestIncidents, func(i int) Rich { return w.digestOpen(open[i], d.Now) })...)
	closed := newestFirst(d.Closed)
	m.Parts = append(m.Parts, section("Resolved in the last 7 days", len(closed), digestIncidents, func(i int) Rich { return w.digestClosed(closed[i]) })...)
	todo := w.byOwner(d.FollowUps)
	title := "Open follow-ups"
	if overdue > 0 {
		title = "Open follow-ups, " + amount(overdue) + " overdue"
	}
	m.Parts = append(m.Parts, section(title, len(todo), digestFollowUps, func(i int) Rich { return w.digestFollowUp(todo[i]) })...)
	m.Parts = append(m.Parts, Footer(R(w.cmd("list"), T(" shows what is open, "), w.cmd("list 30d"), T(" the last 30 days."))))
	return m
}

// section is a title with its lines; nothing when there are none.
func section(title string, n, limit int, line func(int) Rich) []Part {
	if n == 0 {
		return nil
	}
	parts := lines(n, limit, line)
	if first, ok := parts[0].(Para); ok {
		parts[0] = Para(Join(R(B(title), T("\n")), Rich(first)))
	}
	if more := n - limit; more > 0 {
		parts = append(parts, Footer(R(T(many(more, "more", "more")+"."))))
	}
	return parts
}

func newestFirst(list []timeline.Summary) []timeline.Summary {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b timeline.Summary) int { return cmp.Compare(b.Number, a.Number) })
	return list
}

// digestHead is what both kinds of line begin with.
func (w Words) digestHead(s timeline.Summary) Rich {
	head := R(B(s.ID()), T(" "+plainTitle(s.Title, w.Names)))
	if s.Severity != "" {
		head = append(head, T(" · SEV "+outside(s.Severity, nameLength)))
	}
	return head
}

// plainTitle is the title of another incident in one plain line.
func plainTitle(title string, names Names) string {
	return first(outside(FromSlack(title).Plain(names), digestTitle), "without a title")
}

func (w Words) digestOpen(s timeline.Summary, now time.Time) Rich {
	line := append(w.digestHead(s), T(" · "+statusWord(s.Status)))
	if s.Lead == "" {
		line = append(line, T(" · nobody leads"))
	} else {
		line = append(line, T(" · lead "), nameSpan(w.Names, s.Lead))
	}
	if s.Channel.ID != "" {
		line = append(line, T(" · "), Ch(s.Channel.ID))
	}
	return append(line, T(" · open for "+minutes(now.Sub(s.Moments.Declared.At))))
}

func (w Words) digestClosed(s timeline.Summary) Rich {
	line := w.digestHead(s)
	if s.Status != timeline.Resolved {
		line = append(line, T(" · "+statusWord(s.Status)))
	}
	if m := s.Moments; m.Resolved.Set() {
		line = append(line, T(" · resolved "), At(m.Resolved.At))
		if took := m.Resolved.At.Sub(m.Began.At); m.Began.Set() && !m.Began.Assumed && took > 0 {
			line = append(line, T(", lasted "+minutes(took)))
		}
	}
	return line
}

// byOwner puts those overdue first, and in both parts what one person has together,
// those due first on top.
func (w Words) byOwner(list []DigestFollowUp) []DigestFollowUp {
	list = slices.Clone(list)
	owner := func(f DigestFollowUp) string {
		return first(strings.ToLower(personName(w.Names, f.Owner)), f.Owner, "\uffff")
	}
	slices.SortStableFunc(list, func(a, b DigestFollowUp) int {
		if a.Overdue != b.Overdue {
			if a.Overdue {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(owner(a), owner(b)), cmp.Compare(first(a.Due, "9999"), first(b.Due, "9999")), cmp.Compare(a.Incident, b.Incident), cmp.Compare(a.Number, b.Number))
	})
	return list
}

func (w Words) digestFollowUp(f DigestFollowUp) Rich {
	who := R(T("nobody yet"))
	if f.Owner != "" {
		who = R(nameSpan(w.Names, f.Owner))
	}
	return Join(who, R(T(": ")), f.words(w.Names))
}

// words are a follow-up in one line: which, what, until when.
func (f DigestFollowUp) words(names Names) Rich {
	text := first(outside(FromSlack(f.Text).Plain(names), rowLength), "the message was deleted")
	out := R(T(followUpRef(f.Number) + " of " + timeline.ID(f.Incident) + " " + text))
	switch {
	case f.Overdue && f.Due != "":
		return append(out, T(" · "), B("overdue since "+day(f.Due)))
	case f.Overdue:
		return append(out, T(" · "), B("overdue"))
	case f.Due != "":
		return append(out, T(" · due "+day(f.Due)))
	}
	return append(out, T(" · no date yet"))
}
