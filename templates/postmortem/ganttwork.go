package postmortem

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"

	"backout/timeline"
)

const (
	// nameLength is how much of a version or environment a bar carries, barLength
	// how much a whole bar.
	nameLength = 24
	barLength  = 80
)

// deployBars draws the noted deploys, and the runs of rollbacks.
func (b *builder) deployBars() []Bar {
	var out []Bar
	for _, d := range b.in.Deploys {
		if bar, ok := b.deployBar(d); ok && !b.hidden(d.N) {
			out = append(out, bar)
		}
	}
	for _, r := range b.in.Rollbacks {
		if bar, ok := b.rollbackBar(r); ok {
			out = append(out, bar)
		}
	}
	slices.SortStableFunc(out, func(x, y Bar) int { return cmp.Compare(x.From.Unix(), y.From.Unix()) })
	return out
}

func (b *builder) deployBar(d timeline.NotedDeploy) (Bar, bool) {
	from, to := d.Deploy.Started, d.Deploy.Finished
	if from.IsZero() {
		from = to
	}
	bar := Bar{Name: "deploy " + b.barred(d.Deploy) + " to " + cut(d.Deploy.Environment, nameLength), From: from}
	switch {
	case d.Suspected():
		bar.Look = "crit"
	case !d.Deploy.State.Final():
		bar.Look = "active"
	}
	switch d.Deploy.State {
	case timeline.DeployFailed, timeline.DeployCancelled:
		bar.Name += ", " + failedWord(d.Deploy.State)
	}
	bar.For = b.until(from, to)
	return bar, !from.IsZero()
}

// barred is what a bar calls a deploy: v2.4.0, or v2.4.0 of billing.
func (b *builder) barred(d timeline.Deploy) string {
	name := cut(label(d), nameLength)
	if b.ofService(d.Service) != "" {
		name += " of " + cut(d.Service, nameLength)
	}
	return name
}

func failedWord(s timeline.DeployState) string {
	if s == timeline.DeployFailed {
		return "failed"
	}
	return "cancelled"
}

// rollbackBar draws a rollback from when it was dispatched to its end.
func (b *builder) rollbackBar(r timeline.Rollback) (Bar, bool) {
	from, ok := dispatchedAt(r)
	if !ok {
		return Bar{}, false
	}
	bar := Bar{Name: "rollback to " + b.barred(r.Plan.To), From: from}
	var to time.Time
	switch r.State {
	case timeline.RollbackSucceeded:
		bar.Look = "done"
	case timeline.RollbackFailed:
		bar.Look, bar.Name = "crit", bar.Name+", failed"
	case timeline.RollbackCancelled:
		bar.Name += ", cancelled"
	default:
		bar.Look = "active"
	}
	if last := r.Phases[len(r.Phases)-1]; last.State.Finished() {
		to = last.At
	}
	bar.For = b.until(from, to)
	return bar, true
}

// until is how long a bar is: up to its end, or to now while there is none.
func (b *builder) until(from, to time.Time) time.Duration {
	if to.IsZero() {
		to = b.opt.Now
	}
	return max(time.Second, to.Sub(from))
}

// mermaid makes words fit for the name of a lane or bar: letters, digits, and
// marks that mean nothing to Mermaid. A colon would end the name, a hash or a
// semicolon the line, a percent sign begins a comment.
func mermaid(s string) string {
	return cut(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._+-/,()", r) {
			return r
		}
		return ' '
	}, s), barLength)
}
