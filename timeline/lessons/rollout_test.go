package lessons_test

import (
	"testing"

	"backout/timeline"
	"backout/timeline/lessons"
)

// staged lets the deploy go out in stages: a name and a clock time each.
func staged(stages ...string) func(*outage) {
	return func(o *outage) {
		o.deploy.Stages = nil
		for i := 0; i < len(stages); i += 2 {
			o.deploy.Stages = append(o.deploy.Stages, timeline.StageReached{Stage: stages[i], At: clock(stages[i+1])})
			o.deploy.Stage = stages[i]
		}
	}
}

func nobodyKnowsWhen(o *outage) { o.began, o.detected = "", "" }

// during adds deploys that go on while people work, each with when it ended.
func during(ends ...string) func(*outage) {
	return func(o *outage) {
		for i, end := range ends {
			d := newDeploy(10+i, "v3.0."+string(rune('0'+i)), end)
			o.also = append(o.also, timeline.NotedDeploy{Deploy: d, During: true})
		}
	}
}

func undone(at string) func(*outage) { return func(o *outage) { o.undone = at } }

func stageCases() []lessonCase {
	const begin = "Begin deploys of web-app with a canary that lasts longer than "
	return []lessonCase{
		{
			name: "without stages", rule: "all_at_once", with: func(*outage) {}, title: "Straight to everyone", action: begin + "4 min 21 s",
			told: "v2.4.0 (T2) went to production in one step, as far as stages were reported. 4 min 21 s passed from when it began (T4) until it was detected (T5).",
		},
		{
			name: "full at once, and unknown for how long", rule: "all_at_once", with: both(staged("Full", "14:02:10"), nobodyKnowsWhen),
			title: "Straight to everyone", action: begin + "it takes to detect a fault", told: "v2.4.0 (T2) went to production in one step, as far as stages were reported.",
		},
		{
			name: "detection is assumed", rule: "all_at_once", with: func(o *outage) { o.detected = "" },
			title: "Straight to everyone", action: begin + "it takes to detect a fault", told: "v2.4.0 (T2) went to production in one step, as far as stages were reported.",
		},
		{
			name: "detected at once", rule: "all_at_once", with: func(o *outage) { o.detected = o.began },
			title: "Straight to everyone", action: begin + "it takes to detect a fault", told: "v2.4.0 (T2) went to production in one step, as far as stages were reported.",
		},
		{name: "a canary", rule: "all_at_once", with: staged("canary", "14:00:00", "full", "14:02:10")},
		{name: "failed", rule: "all_at_once", with: func(o *outage) { o.deploy.State = timeline.DeployFailed }},
		{
			name: "two minutes", rule: "stage_too_short", with: staged("canary", "14:00:10", "25%", "14:02:10", "full", "14:30:00"),
			title: "The first stage was shorter than the time to detect", action: "Let the first stage of web-app last longer than 4 min 21 s",
			told: "The first stage of v2.4.0 (T2), “canary”, lasted 2 min. It took 4 min 21 s from when it began (T4) until it was detected (T5).",
		},
		{
			name: "and then everybody", rule: "stage_too_short", with: staged("canary", "14:00:10", "full", "14:02:10"),
			title: "The first stage was shorter than the time to detect", action: "Let the first stage of web-app last longer than 4 min 21 s",
			told: "The first stage of v2.4.0 (T2), “canary”, lasted 2 min. It took 4 min 21 s from when it began (T4) until it was detected (T5).",
		},
		{name: "no time at all", rule: "stage_too_short", with: staged("canary", "14:02:10", "full", "14:02:10")},
		{name: "everybody first", rule: "stage_too_short", with: staged("full", "14:00:10", "canary", "14:02:10")},
		{name: "just as long", rule: "stage_too_short", with: staged("canary", "14:00:00", "full", "14:04:21")},
		{name: "how long to detect is not known", rule: "stage_too_short", with: both(staged("canary", "14:00:10", "full", "14:02:10"), nobodyKnowsWhen)},
		{name: "one stage", rule: "stage_too_short", with: staged("canary", "14:00:10")},
		{
			name: "three minutes later", rule: "went_on_after_detection", with: staged("canary", "14:02:10", "25%", "14:06:31", "full", "14:09:31"),
			title: "The rollout went on after detection", action: "Stop the rollout of web-app as soon as something is wrong, with /incident freeze",
			told: "v2.4.0 (T2) reached the stage “full” 3 min after it was detected (T5).",
		},
		{
			name: "from the first stage", rule: "went_on_after_detection", with: staged("canary", "14:02:10", "full", "14:07:31"),
			title: "The rollout went on after detection", action: "Stop the rollout of web-app as soon as something is wrong, with /incident freeze",
			told: "v2.4.0 (T2) reached the stage “full” 1 min after it was detected (T5).",
		},
		{name: "before", rule: "went_on_after_detection", with: staged("canary", "14:02:10", "full", "14:06:31")},
		{name: "it is not known when", rule: "went_on_after_detection", with: both(nobodyKnowsWhen, staged("canary", "14:02:10", "full", "14:09:31"))},
		{name: "began only then", rule: "went_on_after_detection", with: staged("canary", "14:08:10", "full", "14:09:31")},
	}
}

func containedCases() []lessonCase {
	const title = "Detected before it reached everybody"
	return []lessonCase{
		{
			name: "at a quarter", rule: "contained", with: staged("canary", "14:02:10", "25%", "14:04:00"), good: true, title: title,
			told: "v2.4.0 (T2) was at the stage “25%” when it was detected (T5).",
		},
		{
			name: "it went on later", rule: "contained", with: staged("canary", "14:02:10", "full", "14:06:32"), good: true, title: title,
			told: "v2.4.0 (T2) was at the stage “canary” when it was detected (T5).",
		},
		{name: "just then everybody", rule: "contained", with: staged("canary", "14:02:10", "full", "14:06:31")},
		{name: "it is not known when", rule: "contained", with: both(nobodyKnowsWhen, staged("canary", "14:02:10"))},
		{name: "it began only then", rule: "contained", with: staged("canary", "14:07:00")},
		{name: "a stage has no time", rule: "contained", with: func(o *outage) {
			o.deploy.Stages = []timeline.StageReached{{Stage: "canary", At: clock("14:02:10")}, {Stage: "full"}}
		}},
	}
}

func duringCases() []lessonCase {
	const title, freeze = "Deploys went on during the incident", "Freeze deploys of web-app with /incident freeze as soon as an incident is declared"
	return []lessonCase{
		{
			name: "before the rollback", rule: "deployed_during", with: both(during("14:12:00"), undone("14:20:00")), title: title, action: freeze,
			told: "v3.0.0 (T6) went to production while people worked on what v2.4.0 (T2) had caused.",
		},
		{
			name: "before the last, which may be the fix", rule: "deployed_during", with: during("14:30:00", "14:12:00", "14:20:00"), title: title, action: freeze,
			told: "v3.0.1 (T8), v3.0.2 (T10) went to production while people worked on what v2.4.0 (T2) had caused.",
		},
		{name: "the fix", rule: "deployed_during", with: during("14:12:00")},
		{name: "after the rollback, the fix", rule: "deployed_during", with: both(during("14:30:00"), undone("14:20:00"))},
		{name: "before and after", rule: "deployed_during", with: both(during("14:06:00", "14:50:00"), undone("14:55:00"))},
		{name: "a rollback", rule: "deployed_during", with: func(o *outage) {
			both(during("14:12:00"), undone("14:20:00"))(o)
			o.also[0].Deploy.Rollback = timeline.RollbackRef{Incident: 7, Number: 1}
		}},
		{name: "another service", rule: "deployed_during", with: func(o *outage) {
			both(during("14:12:00"), undone("14:20:00"))(o)
			o.also[0].Deploy.Service = "checkout"
		}},
		{name: "until when is not known", rule: "deployed_during", with: func(o *outage) {
			both(during("14:12:00"), undone("14:20:00"))(o)
			o.mitigated = ""
		}},
	}
}

func rolloutCases() []lessonCase {
	return append(append(stageCases(), containedCases()...), duringCases()...)
}

func TestRollout(t *testing.T) { check(t, lessons.Rollouts, rolloutCases()) }
