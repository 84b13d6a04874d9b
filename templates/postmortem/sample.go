package postmortem

import (
	"time"

	"backout/timeline"
)

// sampleDocuments are what templates are tried on: an incident with everything that
// a document tells of, and one that was cancelled and so has few parts.
func sampleDocuments() ([]Document, error) {
	var out []Document
	for _, events := range [][]timeline.Body{sampleFull(), sampleCancelled()} {
		in, err := timeline.Fold(1, sampleEvents(events))
		if err != nil {
			return nil, err
		}
		out = append(out, Build(in, Options{
			Targets: Targets{Detect: 5 * time.Minute, Mitigate: time.Hour, Rollback: 15 * time.Minute},
			Usual:   Usual{Detect: 6 * time.Minute, Incidents: 4}, Now: sampleTime(60),
		}))
	}
	return out, nil
}

func sampleTime(minute int) time.Time {
	return time.Date(2026, time.January, 2, 15, minute, 0, 0, time.UTC)
}

// sampleEvents lets one thing happen each minute, all by one person.
func sampleEvents(bodies []timeline.Body) []timeline.Event {
	out := make([]timeline.Event, len(bodies))
	for i, b := range bodies {
		at := sampleTime(i)
		out[i] = timeline.Event{Incident: 1, N: i + 1, At: at, Recorded: at, Who: "U0SAMPLE", Body: b}
	}
	return out
}

func sampleFull() []timeline.Body {
	before := timeline.Deploy{Number: 1, Service: "web-app", Environment: "production", Version: "v1", State: timeline.DeploySucceeded, Finished: sampleTime(-600)}
	after := before
	after.Number, after.Version, after.Finished = 2, "v2", sampleTime(-5)
	plan := &timeline.RollbackPlan{Service: "web-app", Environment: "production", Repo: "acme/web-app", Workflow: "rollback.yml", From: after, To: before}
	ts := timeline.SlackTS(sampleTime(2))
	return []timeline.Body{
		timeline.Declared{Title: "Users | are *logged out* <b>&</b> #1", Severity: "1", Services: []string{"web-app"}},
		timeline.ChannelOpened{Channel: "C0SAMPLE", Name: "inc-1-users-are-logged-out"},
		timeline.Message{Channel: "C0SAMPLE", TS: ts, Text: "Half of checkout is down too"},
		timeline.Starred{N: 3},
		timeline.RoleSet{Role: timeline.LeadRole, User: "U0SAMPLE"},
		timeline.DeployNoted{Deploy: after},
		timeline.SuspectSet{Deploy: 2, Standing: timeline.StandingCaused},
		timeline.MomentSet{Moment: timeline.Began, To: after.Finished},
		timeline.ImpactSet{Text: "Nobody can log in"},
		timeline.Update{Text: "We are on it"},
		timeline.RollbackStep{Number: 1, State: timeline.RollbackProposed, Plan: plan},
		timeline.RollbackStep{Number: 1, State: timeline.RollbackConfirmed, Confirmation: 1},
		timeline.RollbackStep{Number: 1, State: timeline.RollbackDispatching},
		timeline.RollbackStep{Number: 1, State: timeline.RollbackQueued},
		timeline.RollbackStep{Number: 1, State: timeline.RollbackSucceeded},
		timeline.StatusSet{Status: timeline.Monitoring, Text: "Logins work again"},
		timeline.CauseSet{Text: "The session key was not unique"},
		timeline.LessonAdded{Text: "Session keys need a test"},
		timeline.FollowUpAdded{Number: 1, Text: "Test session keys", Due: "2026-01-09"},
		timeline.Ticketed{FollowUp: 1, Ticket: timeline.Ticket{Repo: "acme/web-app", Number: 422, URL: "https://github.example/acme/web-app/issues/422"}},
		timeline.StatusSet{Status: timeline.Resolved, Text: "It is over"},
	}
}

func sampleCancelled() []timeline.Body {
	return []timeline.Body{
		timeline.Declared{Title: "Error rate doubled", Severity: "2"},
		timeline.Cancelled{Why: "A load test"},
	}
}
