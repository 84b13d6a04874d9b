package templates

import (
	"slices"
	"strconv"
	"strings"

	"backout/timeline"
)

// shownUndone is how many pull requests or commits are named.
const shownUndone = 5

// undone lists what the rollback takes back.
func (t rollbackTeller) undone() Rich {
	title := t.undoneTitle()
	p := t.rb.Preview
	if p == nil || title == "" {
		return nil
	}
	f := p.Facts
	if f == nil {
		out := R(B(title), T(": not known"))
		if why := outside(p.Trouble, reasonLength); why != "" && !t.guardSays(why) {
			return append(out, T(". "+asSentence(why)))
		}
		return append(out, T("."))
	}
	if len(f.Pulls)+len(f.Commits)+f.TotalCommits == 0 {
		return R(B(title), T(": no commit that is known. Both versions are the same one, or the target is the newer one."))
	}
	out := R(B(title), T(": "), WebLink(f.Link, changeSize(f)))
	total := len(f.Pulls)
	rows := make([]Span, 0, shownUndone)
	for _, pr := range f.Pulls[:min(len(f.Pulls), shownUndone)] {
		rows = append(rows, WebLink(pr.Link, pullWords(pr)))
	}
	if total == 0 {
		total = max(f.TotalCommits, len(f.Commits))
		for _, c := range f.Commits[:min(len(f.Commits), shownUndone)] {
			rows = append(rows, WebLink(c.Link, commitWords(c)))
		}
	}
	for _, r := range rows {
		out = append(out, T("\n• "), r)
	}
	if more := total - len(rows); more > 0 && len(rows) > 0 {
		out = append(out, T("\n+"+amount(more)+"\u00a0more"))
	}
	if len(f.Missing) > 0 {
		out = append(out, T("\nNot all of it could be read."))
	}
	return out
}

func (t rollbackTeller) undoneTitle() string {
	switch s := t.rb.State; {
	case notStarted(s):
		return "Will be undone"
	case s == timeline.RollbackSucceeded:
		return "Undone"
	case s == timeline.RollbackFailed:
		return "Was to be undone"
	case s == timeline.RollbackCancelled:
		return ""
	}
	return "To be undone"
}

func pullWords(p timeline.ChangePull) string {
	return strings.TrimSpace("#" + strconv.Itoa(p.Number) + " " + outside(p.Title, titleLength))
}

func commitWords(c timeline.ChangeCommit) string {
	sha := outside(timeline.ShortSHA(c.SHA), nameLength)
	return first(strings.TrimSpace(sha+" "+outside(c.Message, titleLength)), "a commit")
}

// said are the guards as they spoke last: at the newest yes, else in the preview.
func (t rollbackTeller) said() []timeline.Guard {
	for _, p := range slices.Backward(t.rb.Phases) {
		if e, ok := t.In.Entry(p.N); ok {
			if b, ok := e.Body.(timeline.RollbackStep); ok && len(b.Guards) > 0 {
				return b.Guards
			}
		}
	}
	if t.rb.Preview == nil {
		return nil
	}
	return t.rb.Preview.Guards
}

func (t rollbackTeller) guardSays(words string) bool {
	if !notStarted(t.rb.State) {
		return false
	}
	return slices.ContainsFunc(t.said(), func(g timeline.Guard) bool { return strings.Contains(outside(g.Text, 2*reasonLength), words) })
}

// Bounds of what is shown of the guards: fewPasses passes stand by themselves.
const (
	fewPasses   = 2
	shownGuards = 12
)

// guards has a line for each check that speaks against it, and one for the rest.
// Once the workflow is started they are of no use any more.
func (t rollbackTeller) guards() Rich {
	if !notStarted(t.rb.State) {
		return nil
	}
	var lines, passes []Rich
	for _, v := range []timeline.Verdict{timeline.Block, timeline.Warn} {
		for _, g := range t.said() {
			if g.Verdict == v {
				lines = append(lines, guardLine(g))
			}
		}
	}
	if more := len(lines) - shownGuards; more > 0 {
		lines = append(lines[:shownGuards:shownGuards], R(T("+"+plural(more, "more", "more"))))
	}
	for _, g := range t.said() {
		if g.Verdict != timeline.Block && g.Verdict != timeline.Warn {
			passes = append(passes, guardLine(g))
		}
	}
	if len(passes) > fewPasses {
		passes = []Rich{R(T("✓ " + plural(len(passes), "check", "checks") + " passed"))}
	}
	var out Rich
	for i, l := range append(lines, passes...) {
		if i > 0 {
			out = append(out, T("\n"))
		}
		out = Join(out, l)
	}
	return out
}

func guardLine(g timeline.Guard) Rich {
	text := first(outside(g.Text, reasonLength), outside(g.Name, nameLength), "a check")
	switch {
	case g.Verdict == timeline.Block && g.Final:
		return R(T("✗ "), B("Blocked:"), T(" "+text+" (nobody can set that aside)"))
	case g.Verdict == timeline.Block:
		return R(T("✗ "), B("Blocked:"), T(" "+text))
	case g.Verdict == timeline.Warn:
		return R(T("! "), B("Warning:"), T(" "+text))
	}
	return R(T("✓ " + text))
}
