package rollback

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"backout/timeline"
	"backout/timeline/deploys"
)

// Workflow is what is known of the workflow that does it.
type Workflow struct {
	// Found, Active and Dispatchable: it is there, not disabled, and can be started
	// by hand.
	Found, Active, Dispatchable bool
	// Inputs are those that it declares, Required those without which it does not
	// start.
	Inputs, Required []string
	// DeclaresID and PrintsID: it takes backout_id, and its runs are called after it.
	DeclaresID, PrintsID bool
	// GivesRunID: the server says which run a dispatch started.
	GivesRunID bool
}

// IDInput is the input that carries the correlation id.
const IDInput = "backout_id"

// Found is what GitHub said when it was asked about a plan.
type Found struct {
	Workflow Workflow
	// Facts are what will be undone, nil when that could not be read.
	Facts *timeline.ChangeFacts
	// Trouble says what could not be read, or is empty.
	Trouble string
}

// situation is what the guards look at.
type situation struct {
	plan    timeline.RollbackPlan
	service timeline.Service
	cat     timeline.Catalogue
	history []timeline.Deploy
	in      *timeline.Incident
	found   Found
	now     time.Time
}

// guards runs every check. Each speaks once: pass, warn or block.
func (s situation) guards() []timeline.Guard {
	out := []timeline.Guard{
		s.workflow(), s.quiet(), s.newer(), s.irreversible(), s.age(), s.target(), s.undone(),
	}
	if s.in.Drill {
		out = append(out, warn("drill", "this is a drill, and the rollback is real"))
	}
	return out
}

// localGuards runs the checks that need nothing from GitHub, and takes the others
// as they were found: they speak of commits, which do not change.
func (s situation) localGuards(before []timeline.Guard) []timeline.Guard {
	out := slices.Clone(before)
	for _, g := range []timeline.Guard{s.quiet(), s.newer(), s.age(), s.target()} {
		if i := slices.IndexFunc(out, func(o timeline.Guard) bool { return o.Name == g.Name }); i >= 0 {
			out[i] = g
		} else {
			out = append(out, g)
		}
	}
	return out
}

func pass(name, text string) timeline.Guard {
	return timeline.Guard{Name: name, Verdict: timeline.Pass, Text: text}
}

func warn(name, text string) timeline.Guard {
	return timeline.Guard{Name: name, Verdict: timeline.Warn, Text: text}
}

func block(name, text string) timeline.Guard {
	return timeline.Guard{Name: name, Verdict: timeline.Block, Text: text}
}

func never(name, text string) timeline.Guard {
	return timeline.Guard{Name: name, Verdict: timeline.Block, Text: text, Final: true}
}

func (s situation) workflow() timeline.Guard {
	const name = "workflow"
	w, file := s.found.Workflow, s.plan.Workflow
	switch {
	case s.found.Trouble != "" && !w.Found:
		return never(name, s.found.Trouble)
	case !w.Found:
		return never(name, fmt.Sprintf("%s is not in %s, or the token cannot see it", file, s.plan.Repo))
	case !w.Active:
		return never(name, file+" is disabled")
	case !w.Dispatchable:
		return never(name, file+" cannot be started by hand: it has no workflow_dispatch")
	case !w.DeclaresID:
		return never(name, file+" does not declare the input "+IDInput+", so a run could not be recognised")
	case !w.PrintsID && !w.GivesRunID:
		return never(name, file+" does not print "+IDInput+" in its run-name, so a run could not be recognised")
	}
	for input := range s.plan.Inputs {
		if !slices.Contains(w.Inputs, input) {
			return never(name, fmt.Sprintf("%s does not declare the input %s", file, input))
		}
	}
	for _, input := range w.Required {
		if _, ok := s.plan.Inputs[input]; !ok && input != IDInput {
			return never(name, fmt.Sprintf("%s wants the input %s, which the configuration does not give", file, input))
		}
	}
	return pass(name, file+" can be started and its run recognised")
}

// quiet wants nothing else to be changing the service.
func (s situation) quiet() timeline.Guard {
	const name = "nothing else running"
	if now, ok := deploys.Current(s.history); ok && now.Number != s.plan.From.Number {
		return never(name, fmt.Sprintf("%s (%s) was deployed since this was proposed; propose the rollback anew", now.Label(), now.ID()))
	}
	for _, d := range deploys.Running(s.history, s.now) {
		return block(name, fmt.Sprintf("a deploy of %s (%s) is running", d.Label(), d.ID()))
	}
	return pass(name, "no other deploy or rollback of "+s.plan.Service+" is running")
}

// newer wants people to know when more than the suspect is taken back.
func (s situation) newer() timeline.Guard {
	const name = "newer deploys"
	var oldest timeline.Deploy
	for _, d := range s.in.Suspects() {
		if d.Suspected() && placedAs(d.Deploy, s.plan) && (oldest.Number == 0 || d.Deploy.At().Before(oldest.At())) {
			oldest = d.Deploy
		}
	}
	if oldest.Number == 0 {
		return pass(name, "no deploy is suspected, so none is newer than one")
	}
	var labels []string
	for _, d := range deploys.Newer(oldest, s.history) {
		if d.State == timeline.DeploySucceeded {
			labels = append(labels, d.Label())
		}
	}
	if len(labels) > 0 {
		return warn(name, fmt.Sprintf("newer than the suspect %s, and undone with it: %s", oldest.Label(), list(labels)))
	}
	return pass(name, "nothing was deployed after the suspect "+oldest.Label())
}

func placedAs(d timeline.Deploy, p timeline.RollbackPlan) bool {
	return strings.EqualFold(d.Service, p.Service) && d.Environment == p.Environment
}

// irreversible blocks where going back would leave data that the old version
// does not understand.
func (s situation) irreversible() timeline.Guard {
	const name = "irreversible paths"
	if len(s.service.Irreversible) == 0 {
		return pass(name, "none are configured for "+s.plan.Service)
	}
	patterns := list(s.service.Irreversible)
	f := s.found.Facts
	if f == nil {
		return block(name, "it is not known whether the change touches "+patterns)
	}
	var hit []string
	for _, file := range f.Files {
		if deploys.Match(s.service.Irreversible, file.Path) {
			hit = append(hit, file.Path)
		}
	}
	switch {
	case len(hit) > 0:
		return block(name, "the change touches "+list(hit)+", which cannot be taken back by deploying an older version")
	case f.MoreFiles:
		return block(name, fmt.Sprintf("only %d of the changed files are known; none of them matches %s", len(f.Files), patterns))
	}
	return pass(name, "the change touches none of "+patterns)
}

func (s situation) age() timeline.Guard {
	const name = "age of the target"
	live := s.now.Sub(s.plan.To.At())
	if s.cat.TargetAge > 0 && live > s.cat.TargetAge {
		return block(name, fmt.Sprintf("%s is %d days old; at most %d days are allowed", s.plan.To.Label(), days(live), days(s.cat.TargetAge)))
	}
	if d := days(live); d > 0 {
		return pass(name, fmt.Sprintf("%s was deployed %s ago", s.plan.To.Label(), plural(d, "day")))
	}
	return pass(name, s.plan.To.Label()+" was deployed less than a day ago")
}

func (s situation) target() timeline.Guard {
	const name = "target was good"
	to := s.plan.To
	for _, d := range s.history {
		if d.Number == to.Number {
			to = d
		}
	}
	switch {
	case to.Caused():
		return warn(name, to.Label()+" is marked as the cause of an incident")
	case !to.Undone.IsZero():
		return warn(name, to.Label()+" was itself rolled back once")
	case !deploys.Good(to, s.history, s.now):
		return warn(name, to.Label()+" is not known to have been live and good for ten minutes")
	}
	return pass(name, to.Label()+" was live and good")
}

func (s situation) undone() timeline.Guard {
	const name = "what is undone"
	f := s.found.Facts
	switch {
	case f == nil && s.found.Trouble != "":
		return warn(name, "not known: "+s.found.Trouble)
	case f == nil:
		return warn(name, "not known: nobody can say which commits lie between the two")
	case f.TotalCommits == 0:
		return warn(name, "nothing: both versions are the same commit, or the target is the newer one")
	case len(f.Pulls) > 1:
		return warn(name, plural(len(f.Pulls), "pull request")+" will be undone")
	}
	return pass(name, plural(f.TotalCommits, "commit")+" will be undone")
}

func days(d time.Duration) int { return int(d / (24 * time.Hour)) }

func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// list names at most five.
func list(words []string) string {
	if more := len(words) - 5; more > 0 {
		return strings.Join(words[:5], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(words, ", ")
}
