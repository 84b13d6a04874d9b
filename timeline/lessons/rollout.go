package lessons

import (
	"slices"
	"strings"
	"time"

	"backout/timeline"
)

func rolloutRules() []rule {
	return []rule{
		{
			name: "all_at_once", family: Rollouts, say: perCause(allAtOnce),
			brief:  "No stage was reported before the faulty deploy reached everybody",
			speaks: "it reached everybody without a stage before",
			silent: "there was a stage, or it did not succeed",
		},
		{
			name: "stage_too_short", family: Rollouts, say: perCause(stageTooShort),
			brief:  "The first stage was shorter than the time to detect",
			speaks: "the first stage was over sooner than it took to detect",
			silent: "either time is assumed or not known",
		},
		{
			name: "went_on_after_detection", family: Rollouts, say: perCause(wentOn),
			brief:  "The rollout went on although it had been detected",
			speaks: "it reached a further stage when it was detected already",
			silent: "it did not, or detection is assumed",
		},
		{
			name: "contained", family: Rollouts, good: true, say: perCause(contained),
			brief:  "The fault was detected before the deploy had reached everybody",
			speaks: "it was detected before the deploy reached everybody",
			silent: "it had, or detection is assumed",
		},
		{
			name: "deployed_during", family: Rollouts, say: perCause(deployedDuring),
			brief:  "Something else was deployed while people worked on it",
			speaks: "something else was deployed to the service while people worked",
			silent: "it was a rollback, or may have been the fix",
		},
	}
}

// everybody reports whether a stage is the last one.
func everybody(s timeline.StageReached) bool { return timeline.Deploy{Stage: s.Stage}.Full() }

// early reports whether the deploy began with a stage before everybody.
func early(d timeline.Deploy) bool { return len(d.Stages) > 0 && !everybody(d.Stages[0]) }

// toDetect gives how long it took to detect, if it is known and took any time.
func toDetect(f *facts) (time.Duration, bool) {
	took, known := f.between(timeline.Began, timeline.Detected)
	return took, known && took > 0
}

// detectedAt gives when it was detected, if that is a fact.
func detectedAt(f *facts) (timeline.Moment, bool) {
	m := f.moments.Detected
	return m, m.Set() && !m.Assumed
}

func allAtOnce(f *facts, d timeline.NotedDeploy) (Lesson, bool) {
	if d.Deploy.State != timeline.DeploySucceeded || !d.Deploy.Full() || early(d.Deploy) {
		return Lesson{}, false
	}
	told := wording{}.deploy(d).text(" went to " + d.Deploy.Environment + " in one step, as far as stages were reported.")
	longer := "it takes to detect a fault"
	if took, known := toDetect(f); known {
		longer = span(took)
		told = told.text(" " + span(took) + " passed from when it began").row(f.moments.Began.N).text(" until it was detected").row(f.moments.Detected.N).text(".")
	}
	return Lesson{Title: "Straight to everyone", Told: told, Action: "Begin deploys of " + d.Deploy.Service + " with a canary that lasts longer than " + longer}, true
}

func stageTooShort(f *facts, d timeline.NotedDeploy) (Lesson, bool) {
	stages := d.Deploy.Stages
	took, known := toDetect(f)
	if !known || !early(d.Deploy) || len(stages) < 2 || stages[0].At.IsZero() || stages[1].At.IsZero() {
		return Lesson{}, false
	}
	lasted := stages[1].At.Sub(stages[0].At)
	if lasted <= 0 || lasted >= took {
		return Lesson{}, false
	}
	told := wording{}.text("The first stage of ").deploy(d).text(", “" + stages[0].Stage + "”, lasted " + span(lasted) + ". It took " + span(took) + " from when it began")
	told = told.row(f.moments.Began.N).text(" until it was detected").row(f.moments.Detected.N).text(".")
	return Lesson{
		Title: "The first stage was shorter than the time to detect", Told: told,
		Action: "Let the first stage of " + d.Deploy.Service + " last longer than " + span(took),
	}, true
}

func wentOn(f *facts, d timeline.NotedDeploy) (Lesson, bool) {
	detected, known := detectedAt(f)
	stages := d.Deploy.Stages
	if !known || len(stages) < 2 || stages[0].At.IsZero() || stages[0].At.After(detected.At) {
		return Lesson{}, false
	}
	for _, s := range stages[1:] {
		if !s.At.After(detected.At) {
			continue
		}
		told := wording{}.deploy(d).text(" reached the stage “" + s.Stage + "” " + span(s.At.Sub(detected.At)) + " after it was detected").row(detected.N).text(".")
		return Lesson{
			Title: "The rollout went on after detection", Told: told,
			Action: "Stop the rollout of " + d.Deploy.Service + " as soon as something is wrong, with /incident freeze",
		}, true
	}
	return Lesson{}, false
}

// contained looks at the stage at which the deploy was when it was detected.
func contained(f *facts, d timeline.NotedDeploy) (Lesson, bool) {
	detected, known := detectedAt(f)
	if !known || !early(d.Deploy) {
		return Lesson{}, false
	}
	at := ""
	for _, s := range d.Deploy.Stages {
		switch {
		case s.At.IsZero():
			return Lesson{}, false
		case s.At.After(detected.At):
		case everybody(s):
			return Lesson{}, false
		default:
			at = s.Stage
		}
	}
	if at == "" {
		return Lesson{}, false
	}
	told := wording{}.deploy(d).text(" was at the stage “" + at + "” when it was detected").row(detected.N).text(".")
	return Lesson{Title: "Detected before it reached everybody", Told: told}, true
}

func deployedDuring(f *facts, cause timeline.NotedDeploy) (Lesson, bool) {
	if _, known := f.between(timeline.DeclaredM, timeline.Mitigated); !known {
		return Lesson{}, false
	}
	others := othersDuring(f, cause.Deploy)
	if n := len(others); n > 0 && !rolledBackAfter(f, cause.Deploy, others[n-1].Deploy.Finished) {
		others = others[:n-1] // it may have been what ended it
	}
	if len(others) == 0 {
		return Lesson{}, false
	}
	told := wording{}.deploy(others[0])
	for _, d := range others[1:] {
		told = told.text(", ").deploy(d)
	}
	told = told.text(" went to " + cause.Deploy.Environment + " while people worked on what ").deploy(cause).text(" had caused.")
	return Lesson{
		Title: "Deploys went on during the incident", Told: told,
		Action: "Freeze deploys of " + cause.Deploy.Service + " with /incident freeze as soon as an incident is declared",
	}, true
}

// othersDuring gives the other deploys of the service that ended between the
// declaration and the mitigation, the earliest first.
func othersDuring(f *facts, cause timeline.Deploy) []timeline.NotedDeploy {
	var out []timeline.NotedDeploy
	for _, d := range f.in.Deploys {
		o := d.Deploy
		same := strings.EqualFold(o.Service, cause.Service) && o.Environment == cause.Environment && o.Number != cause.Number
		worked := o.Finished.After(f.moments.Declared.At) && o.Finished.Before(f.moments.Mitigated.At)
		if same && worked && d.During && o.Rollback.IsZero() && o.State == timeline.DeploySucceeded {
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(a, b timeline.NotedDeploy) int { return a.Deploy.Finished.Compare(b.Deploy.Finished) })
	return out
}

// rolledBackAfter reports whether a rollback of the service succeeded after a time.
func rolledBackAfter(f *facts, d timeline.Deploy, at time.Time) bool {
	return slices.ContainsFunc(f.in.Rollbacks, func(r timeline.Rollback) bool {
		return strings.EqualFold(r.Plan.Service, d.Service) && r.Plan.Environment == d.Environment &&
			slices.ContainsFunc(r.Phases, func(p timeline.Phase) bool { return p.State == timeline.RollbackSucceeded && p.At.After(at) })
	})
}
