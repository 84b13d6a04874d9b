package rollback

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"backout/timeline"
)

// Actor is who presses a button, and what the configuration lets them do.
type Actor struct {
	User string
	// Allowed: may roll the service back. MayOverride: may set guards aside.
	Allowed, MayOverride bool
}

// Confirm is somebody's yes. id names the dispatch that it allows and must be new.
// override is why blocking guards are set aside, or empty.
func Confirm(key string, a Actor, incident, number int, id, override string) timeline.Change {
	return on(key, incident, number, func(tx *timeline.Tx, in *timeline.Incident, rb timeline.Rollback) error {
		if rb.State != timeline.RollbackProposed {
			return gone(rb)
		}
		if err := open(in); err != nil {
			return err
		}
		if rb.Preview == nil {
			return timeline.Refuse(timeline.Conflict, "What would be undone is still being looked at.", "Press the button again when the post shows it.")
		}
		if err := allowed(tx, a, rb); err != nil {
			return err
		}
		s, err := look(tx, in, rb)
		if err != nil {
			return err
		}
		guards := s.localGuards(rb.Preview.Guards)
		overridden, err := setAside(a, guards, override)
		if err != nil {
			return err
		}
		yes(tx, in, rb, a.User, timeline.RollbackStep{ID: id, Guards: guards, Overridden: overridden, OverrideReason: override})
		return nil
	})
}

// setAside names the guards that block and are overridden, or refuses.
func setAside(a Actor, guards []timeline.Guard, why string) ([]string, error) {
	var names []string
	for _, g := range guards {
		if g.Verdict != timeline.Block {
			continue
		}
		said := "It is blocked: " + timeline.Worded(g.Text) + "."
		switch {
		case g.Final:
			return nil, timeline.Refuse(timeline.Conflict, said, "Nobody can set that aside. Once it is mended, press Check again on the rollback's post.")
		case strings.TrimSpace(why) == "" && a.MayOverride:
			return nil, timeline.Refuse(timeline.Conflict, said, "Press Override… on the rollback's post and say why it may go on all the same.")
		case strings.TrimSpace(why) == "":
			return nil, timeline.Refuse(timeline.Conflict, said, "Once that is settled, press Check again on the rollback's post.")
		case !a.MayOverride:
			return nil, timeline.Refuse(timeline.Forbidden, said, "You may not set that aside; ask somebody of guards.override in Backout's configuration.")
		}
		names = append(names, g.Name)
	}
	return names, nil
}

// yes records a confirmation: it waits for approvals, or is owed the dispatch.
func yes(tx *timeline.Tx, in *timeline.Incident, rb timeline.Rollback, who string, s timeline.RollbackStep) {
	s.Number, s.Confirmation, s.State = rb.Number, rb.Confirmation+1, timeline.RollbackConfirmed
	if rb.Plan.Approvals > 0 {
		s.State = timeline.RollbackAwaiting
	}
	if !step(tx, in, rb, who, s) {
		return
	}
	if s.State == timeline.RollbackAwaiting {
		lapse(tx, in, rb.Number)
		return
	}
	oweDispatch(tx, in, rb.Number, s.Confirmation)
}

// oweDispatch owes the one dispatch of a confirmation.
func oweDispatch(tx *timeline.Tx, in *timeline.Incident, number, confirmation int) {
	tx.SettleNow(timeline.EffectKey(in.Number, timeline.OweLapse, number))
	tx.Owe(timeline.Effect{Key: dispatchKey(in.Number, number, confirmation), Kind: timeline.OweDispatch, Incident: in.Number, N: number, Gen: confirmation})
}

func dispatchKey(incident, number, confirmation int) string {
	return fmt.Sprintf("%s/%d", timeline.EffectKey(incident, timeline.OweDispatch, number), confirmation)
}

// Approve is another person's yes.
func Approve(key string, a Actor, incident, number int) timeline.Change {
	return on(key, incident, number, func(tx *timeline.Tx, in *timeline.Incident, rb timeline.Rollback) error {
		if rb.State != timeline.RollbackAwaiting {
			return gone(rb)
		}
		if err := open(in); err != nil {
			return err
		}
		if err := allowed(tx, a, rb); err != nil {
			return err
		}
		if a.User == rb.ConfirmedBy {
			return timeline.Refuse(timeline.Forbidden, "You started this rollback; somebody else must approve it.", "Ask one of "+mayList(tx, rb)+" to press Approve.")
		}
		if slices.ContainsFunc(rb.Approvals, func(p timeline.Approval) bool { return p.Who == a.User }) {
			return timeline.Refuse(timeline.Conflict, "You approved it already.", fmt.Sprintf("%d of %d approvals are there.", len(rb.Approvals), rb.Plan.Approvals))
		}
		s := timeline.RollbackStep{Number: rb.Number, State: timeline.RollbackAwaiting, Approved: true}
		if len(rb.Approvals)+1 >= rb.Plan.Approvals {
			s.State = timeline.RollbackConfirmed
		}
		if step(tx, in, rb, a.User, s) && s.State == timeline.RollbackConfirmed {
			oweDispatch(tx, in, rb.Number, rb.Confirmation)
		}
		return nil
	})
}

// Abandon ends a rollback that was not started, or one of which nobody can tell
// any more whether it was.
func Abandon(key string, a Actor, incident, number int) timeline.Change {
	return on(key, incident, number, func(tx *timeline.Tx, in *timeline.Incident, rb timeline.Rollback) error {
		reason := ""
		switch rb.State {
		case timeline.RollbackProposed, timeline.RollbackAwaiting, timeline.RollbackConfirmed:
			reason = "taken back before it was started"
		case timeline.RollbackUnclear:
			reason = "given up: it is not known whether it was started"
		case timeline.RollbackOverdue:
			reason = "given up: its run had not ended"
		default:
			return gone(rb)
		}
		if rb.State != timeline.RollbackProposed {
			if err := allowed(tx, a, rb); err != nil {
				return err
			}
		}
		if step(tx, in, rb, a.User, timeline.RollbackStep{Number: rb.Number, State: timeline.RollbackCancelled, Reason: reason}) {
			settle(tx, in, rb)
		}
		return nil
	})
}

// settle takes back what is owed for a rollback, except its post.
func settle(tx *timeline.Tx, in *timeline.Incident, rb timeline.Rollback) {
	for _, kind := range []timeline.EffectKind{timeline.OwePreview, timeline.OweLapse, timeline.OweFollow, timeline.OweCancelRun, timeline.OweRerun} {
		tx.SettleNow(timeline.EffectKey(in.Number, kind, rb.Number))
	}
	tx.SettleNow(dispatchKey(in.Number, rb.Number, rb.Confirmation))
}

// CheckAgain has the plan looked at again.
func CheckAgain(key string, incident, number int) timeline.Change {
	return on(key, incident, number, func(tx *timeline.Tx, in *timeline.Incident, rb timeline.Rollback) error {
		if rb.State != timeline.RollbackProposed {
			return gone(rb)
		}
		tx.Owe(timeline.Effect{Kind: timeline.OwePreview, Incident: in.Number, N: number})
		lapse(tx, in, number)
		return nil
	})
}

// DispatchAgain is a new yes after a dispatch of which nobody can tell whether it
// took place. Before anything is started the earlier one is looked for once more.
func DispatchAgain(key string, a Actor, incident, number int, id string) timeline.Change {
	return on(key, incident, number, func(tx *timeline.Tx, in *timeline.Incident, rb timeline.Rollback) error {
		if rb.State != timeline.RollbackUnclear {
			return gone(rb)
		}
		if err := open(in); err != nil {
			return err
		}
		if err := allowed(tx, a, rb); err != nil {
			return err
		}
		tx.SettleNow(dispatchKey(in.Number, rb.Number, rb.Confirmation))
		yes(tx, in, rb, a.User, timeline.RollbackStep{ID: id})
		return nil
	})
}

// CancelRun has a run that is under way cancelled.
func CancelRun(key string, a Actor, incident, number int) timeline.Change {
	return on(key, incident, number, func(tx *timeline.Tx, in *timeline.Incident, rb timeline.Rollback) error {
		if rb.Run.ID == 0 || rb.State.Finished() {
			return gone(rb)
		}
		if err := allowed(tx, a, rb); err != nil {
			return err
		}
		if rb.CancelBy != "" {
			return timeline.Refuse(timeline.Conflict, "<@"+rb.CancelBy+"> asked for that already.", "Its post in the channel shows when the run has ended.")
		}
		tx.Owe(timeline.Effect{Kind: timeline.OweCancelRun, Incident: in.Number, N: number})
		tx.Add(in.Number, a.User, time.Time{}, timeline.Source{Link: rb.Run.Link}, timeline.RollbackNoted{Number: number, CancelAsked: true})
		show(tx, in, number)
		return nil
	})
}

// Rerun has the failed jobs of a run run again.
func Rerun(key string, a Actor, incident, number int) timeline.Change {
	return on(key, incident, number, func(tx *timeline.Tx, in *timeline.Incident, rb timeline.Rollback) error {
		if rb.State != timeline.RollbackFailed || rb.Run.ID == 0 {
			return gone(rb)
		}
		if err := open(in); err != nil {
			return err
		}
		if err := allowed(tx, a, rb); err != nil {
			return err
		}
		if ref, busy := tx.Unfinished(rb.Plan.Service, rb.Plan.Environment); busy {
			return timeline.Refuse(timeline.Conflict, fmt.Sprintf("Another rollback of %s is under way, %s.", timeline.Worded(rb.Plan.Service), timeline.RollbackID(ref.Number)), "Go on with that one.")
		}
		run := rb.Run
		run.Attempt, run.Status, run.Conclusion, run.Jobs = max(run.Attempt, 1)+1, "queued", "", nil
		if step(tx, in, rb, a.User, timeline.RollbackStep{Number: number, State: timeline.RollbackQueued, Run: &run, Reason: "the failed jobs are run again"}) {
			tx.Owe(timeline.Effect{Kind: timeline.OweRerun, Incident: in.Number, N: number, Gen: run.Attempt})
		}
		return nil
	})
}

// open refuses a yes in an incident that has ended: nobody watches it any more.
func open(in *timeline.Incident) error {
	if in.Status.Open() {
		return nil
	}
	return timeline.Refuse(timeline.Conflict, in.ID()+" is not open.", "/incident reopen <why> opens it again; a rollback belongs to an open incident.")
}

// allowed refuses those who may not roll the service back, and says who may.
func allowed(tx *timeline.Tx, a Actor, rb timeline.Rollback) error {
	if a.Allowed {
		return nil
	}
	return timeline.Refuse(timeline.Forbidden, fmt.Sprintf("You may not roll %s back.", timeline.Worded(rb.Plan.Service)), "Ask one of "+mayList(tx, rb)+".")
}

// mayList names who may roll the service back, as mentions.
func mayList(tx *timeline.Tx, rb timeline.Rollback) string {
	svc, _ := tx.Catalogue().Service(rb.Plan.Service)
	var out []string
	for _, id := range svc.May() {
		if strings.HasPrefix(id, "S") {
			out = append(out, "<!subteam^"+id+">")
		} else {
			out = append(out, "<@"+id+">")
		}
	}
	return list(out)
}

// gone refuses what a rollback's state has left behind: a button pressed twice, or
// by two people.
func gone(rb timeline.Rollback) error {
	by := ""
	if p := rb.Phases; len(p) > 0 && p[len(p)-1].Who != timeline.Backout {
		by = " by <@" + p[len(p)-1].Who + ">"
	}
	return timeline.Refuse(timeline.Conflict, fmt.Sprintf("%s is %s%s; nothing was done twice.", timeline.RollbackID(rb.Number), strings.ReplaceAll(string(rb.State), "_", " "), by),
		"Its post in the channel shows where it stands.")
}
