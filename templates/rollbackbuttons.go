package templates

import (
	"strconv"

	"backout/timeline"
)

// confirmName is how much of a name a question shows; Slack takes 100 characters
// for its title and 300 for its text.
const confirmName = 24

// buttons are what can be done next, by state.
func (t rollbackTeller) buttons() Buttons {
	r := t.rb
	switch r.State {
	case timeline.RollbackProposed:
		return t.proposedButtons()
	case timeline.RollbackAwaiting:
		return Buttons{t.button("rollback_approve_v1", "Approve", Go, t.yes("Approve")), t.abandon("Do not")}
	case timeline.RollbackConfirmed:
		return Buttons{t.abandon("Do not")}
	case timeline.RollbackUnclear:
		return Buttons{t.button("rollback_again_v1", "Dispatch again", Danger, t.again()), t.abandon("Give up")}
	case timeline.RollbackQueued, timeline.RollbackWaiting, timeline.RollbackRunning, timeline.RollbackOverdue:
		return t.runButtons()
	case timeline.RollbackSucceeded:
		if s := t.In.Status; s.Open() && s != timeline.Monitoring {
			return Buttons{{ID: "mitigate_v1", Label: "Mitigated", Value: t.value(), Look: Go}}
		}
	case timeline.RollbackFailed:
		var b Buttons
		if r.Run.ID != 0 {
			b = append(b, t.button("rollback_rerun_v1", "Run failed jobs again", Quiet, nil))
		}
		return append(b, Button{ID: "rollback_open_v1", Label: "Propose again", Value: t.value() + "/" + r.Plan.From.ID()})
	}
	return nil
}

func (t rollbackTeller) button(id, label string, look Look, c *Confirm) Button {
	return Button{ID: id, Label: label, Value: t.value() + "/" + timeline.RollbackID(t.rb.Number), Look: look, Confirm: c}
}

// again asks before what may have been started is started once more.
func (t rollbackTeller) again() *Confirm {
	text := "The first run is looked for once more. Only if it is not found is the workflow started again. " +
		"If the first run shows up later all the same, the rollback runs twice."
	if t.rb.Plan.Approvals > 0 {
		text += " It must be approved anew."
	}
	return &Confirm{Title: "Dispatch again?", Text: text, Yes: "Dispatch again", No: "Not yet"}
}

func (t rollbackTeller) abandon(label string) Button {
	return t.button("rollback_abandon_v1", label, Quiet, nil)
}

func (t rollbackTeller) proposedButtons() Buttons {
	p := t.rb.Preview
	if p == nil {
		return Buttons{t.abandon("Do not")}
	}
	check := t.button("rollback_check_v1", "Check again", Quiet, nil)
	switch blocked := p.Blocked(); {
	case len(blocked) == 0:
		return Buttons{t.button("rollback_confirm_v1", "Roll back", Danger, t.yes("Roll back")), t.abandon("Do not")}
	case hasFinal(blocked):
		return Buttons{check, t.abandon("Do not")}
	}
	return Buttons{t.button("rollback_override_v1", "Override…", Danger, nil), check, t.abandon("Do not")}
}

func (t rollbackTeller) runButtons() Buttons {
	var b Buttons
	if t.rb.CancelBy == "" && t.rb.Run.ID != 0 {
		b = append(b, t.button("rollback_cancel_run_v1", "Cancel run", Quiet, &Confirm{
			Title: "Cancel the run?",
			Text:  "GitHub is asked to stop it. What it has done by then stays done, so " + t.short(t.rb.Plan.Service) + " may be left between two versions.",
			Yes:   "Cancel run", No: "Let it run",
		}))
	}
	if t.rb.State == timeline.RollbackOverdue {
		b = append(b, t.abandon("Give up"))
	}
	return b
}

func (t rollbackTeller) short(s string) string { return first(outside(s, confirmName), "it") }

// yes asks before a rollback goes on; it names from what to what, and what is
// undone.
func (t rollbackTeller) yes(word string) *Confirm {
	p := t.rb.Plan
	from, to := outside(deployLabel(p.From), confirmName), outside(deployLabel(p.To), confirmName)
	text := t.short(p.Service) + " in " + outside(environmentName(p.Environment), confirmName) + " goes from " + from + " to " + to + ". " + t.undoneShort()
	return &Confirm{Title: "Roll " + t.short(p.Service) + " back to " + to + "?", Text: text, Yes: word, No: "Not yet"}
}

// undoneShort is what is undone, in a sentence.
func (t rollbackTeller) undoneShort() string {
	if t.rb.Preview == nil || t.rb.Preview.Facts == nil {
		return "What is undone by it is not known."
	}
	f := t.rb.Preview.Facts
	numbers := make([]string, 0, len(f.Pulls))
	for _, pr := range f.Pulls {
		numbers = append(numbers, "#"+strconv.Itoa(pr.Number))
	}
	text := "Undone: " + changeSize(f)
	if len(numbers) > 0 {
		text += " (" + listing(numbers, shownUndone) + ")"
	}
	return text + "."
}
