package lessons

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"backout/timeline"
)

const (
	// recurs is how long a lesson is remembered: a quarter, which is long enough for a
	// follow-up to have been done, and short enough for the service to be much the
	// same still.
	recurs = 90 * 24 * time.Hour
	// beforeMost is how many earlier incidents a lesson names.
	beforeMost = 3
)

// Earlier is what an incident before this one taught.
type Earlier struct {
	Number int
	Title  string
	// At is when it was declared.
	At       time.Time
	Services []string
	// Rules are those that spoke ill of it and that people did not dismiss.
	Rules []string
	// FollowUps are those still open. Their words are resolved, and empty when the
	// message that they were was deleted.
	FollowUps []timeline.FollowUp
}

// Before is an earlier incident that taught the same about the same service.
type Before struct {
	Number int
	// At is when it was declared.
	At time.Time
	// Services are those that both concern.
	Services []string
	// Open are its follow-ups that nobody has done yet.
	Open []timeline.FollowUp
}

// Taught gives what a later incident needs to know of this one. ok is false for one
// that teaches nothing: a drill, one in triage, called off or merged, and one of
// which no rule speaks ill.
func Taught(in *timeline.Incident, opt Options) (e Earlier, ok bool) {
	opt.Earlier = nil // what came before that one is no matter
	ill := map[string]bool{}
	for _, r := range rules() {
		ill[r.name] = !r.good
	}
	e = Earlier{Number: in.Number, Title: in.Title, At: in.Moments().Declared.At, Services: slices.Clone(in.Services)}
	for _, l := range Standing(Of(in, opt)) {
		if ill[l.Rule] {
			e.Rules = append(e.Rules, l.Rule)
		}
	}
	for _, f := range in.FollowUps {
		if f.State == timeline.FollowUpOpen {
			f.Text = in.Words(f.Text, f.From)
			e.FollowUps = append(e.FollowUps, f)
		}
	}
	if len(e.Rules) == 0 {
		return Earlier{}, false
	}
	return e, true
}

// remembered is an earlier incident of one of the same services.
type remembered struct {
	Before
	rules []string
}

// past gives the earlier incidents that this one may repeat, the newest first.
func (f *facts) past() []remembered {
	var out []remembered
	for _, e := range f.opt.Earlier {
		if shared := f.shared(e.Services); len(shared) > 0 && f.within(e) {
			open := slices.DeleteFunc(slices.Clone(e.FollowUps), func(u timeline.FollowUp) bool { return u.State != timeline.FollowUpOpen })
			out = append(out, remembered{Before{Number: e.Number, At: e.At, Services: shared, Open: open}, e.Rules})
		}
	}
	slices.SortStableFunc(out, func(a, b remembered) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.Number, a.Number)) })
	return slices.CompactFunc(out, func(a, b remembered) bool { return a.Number == b.Number })
}

// within reports whether an incident was declared before this one, and not so long
// before that it is forgotten. Of two at the same time the lower number was first.
func (f *facts) within(e Earlier) bool {
	ago := f.moments.Declared.At.Sub(e.At)
	first := ago > 0 || ago == 0 && e.Number < f.in.Number
	return f.moments.Declared.Set() && first && ago <= recurs && e.Number != f.in.Number
}

// shared gives the affected services that are among others, each once.
func (f *facts) shared(others []string) []string {
	var out []string
	for _, s := range f.in.Services {
		same := func(o string) bool { return strings.EqualFold(o, s) }
		if slices.ContainsFunc(others, same) && !slices.ContainsFunc(out, same) {
			out = append(out, s)
		}
	}
	return out
}

// before gives those of the past in which a rule spoke, and how many more there are.
func before(past []remembered, rule string) (out []Before, more int) {
	for _, p := range past {
		switch {
		case !slices.Contains(p.rules, rule):
		case len(out) < beforeMost:
			out = append(out, p.Before)
		default:
			more++
		}
	}
	return out, more
}
