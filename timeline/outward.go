package timeline

import (
	"fmt"
	"time"
)

// What an incident tells the alerting systems of its alerts is owed in the
// transaction of what people did: acknowledged when somebody leads, resolved with
// us, the severity as priority, updates as notes.

func (tx *Tx) tellAlerts(in *Incident, kind EffectKind, wanted func(AlertState) bool) {
	if in.Drill {
		return
	}
	for _, a := range in.Alerts {
		if a.Source == PagerDuty && a.Split == 0 && wanted(a) {
			tx.Owe(Effect{Kind: kind, Incident: in.Number, N: a.N})
		}
	}
}

// PagerDuty is the source of alerts that can be written to.
const PagerDuty = "pagerduty"

func triggered(a AlertState) bool { return a.Status == AlertTriggered }

// tellNote has event n written to the alerts of the incident.
func (tx *Tx) tellNote(in *Incident, n int) {
	if in.Drill {
		return
	}
	for _, a := range in.Alerts {
		if a.Source == PagerDuty && a.Split == 0 {
			tx.Owe(Effect{Key: fmt.Sprintf("%s/%d", EffectKey(in.Number, OweAlertNote, n), a.N), Kind: OweAlertNote, Incident: in.Number, N: n, Name: a.Key})
		}
	}
}

// AskPage calls for help. sort is user, service or policy, id what it is called
// where it is paged.
func AskPage(key, who string, number int, target, sort, id, text string) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		if err := stillOpen(in); err != nil {
			return err
		}
		p := PageSet{Number: len(in.Pages) + 1, State: PageAsked, Target: target, Sort: sort, ID: id, Text: text}
		tx.Add(number, who, time.Time{}, Source{}, p)
		tx.Owe(Effect{Kind: OwePage, Incident: number, N: p.Number})
		if in.Channel.ID != "" {
			tx.Owe(Effect{Kind: OwePagePost, Incident: number, N: p.Number})
		}
		refresh(tx, in)
		return nil
	})
}

// PageIs records how a page that was owed stands.
func PageIs(e Effect, s PageSet) Change {
	return owedStill(e, func(tx *Tx, _ Effect, in *Incident) error {
		tx.SettleNow(e.Key)
		s.Number = e.N
		tx.Add(in.Number, Backout, time.Time{}, Source{Link: s.Link}, s)
		if in.Channel.ID != "" {
			tx.Owe(Effect{Kind: OwePagePost, Incident: in.Number, N: e.N})
		}
		noteDone(tx, in, e)
		return nil
	})
}

// PageDelayed records that a page did not go out and is to be tried again, like
// [Postponed]. Who asked for it learns that once: somebody who believes that help
// was called waits for it.
func PageDelayed(e Effect, due time.Time, unsure bool, why string) Change {
	return owedStill(e, func(tx *Tx, now Effect, in *Incident) error {
		now.Attempts, now.Due, now.Unsure = e.Attempts+1, due.UTC(), unsure
		tx.Put(now)
		p, ok := in.Page(e.N)
		if !ok || p.State != PageAsked || p.Reason != "" {
			return nil
		}
		tx.Add(in.Number, Backout, time.Time{}, Source{}, PageSet{Number: e.N, State: PageAsked, Reason: why})
		if in.Channel.ID != "" {
			tx.Owe(Effect{Kind: OwePagePost, Incident: in.Number, N: e.N})
		}
		return nil
	})
}

// AlertTold records that the alerting system was told, as an entry of its own: the
// echo of it says nothing new then.
func AlertTold(e Effect, a Alert) Change {
	return owedStill(e, func(tx *Tx, _ Effect, in *Incident) error {
		tx.SettleNow(e.Key)
		noteDone(tx, in, e)
		if s, ok := in.AlertOf(a.Source, a.Key); ok && !stale(s, a) {
			tx.Add(in.Number, Backout, time.Time{}, Source{Link: a.Link}, AlertNoted{Alert: a})
			refresh(tx, in)
		}
		return nil
	})
}

// hearPage records what became of a page that has an incident of its own at the
// alerting system: somebody acknowledged it.
func hearPage(key string, a Alert) Change {
	return Change{Key: key, Decide: func(tx *Tx) error {
		if a.Event != AlertAcknowledged {
			return nil
		}
		in, err := tx.Incident(a.Call.Incident)
		if err != nil {
			return err
		}
		p, ok := in.Page(a.Call.Number)
		if !ok || p.State != PageSent && p.State != PageAsked {
			return nil
		}
		at := a.At
		if at.IsZero() || at.After(tx.now) {
			at = tx.now
		}
		tx.Add(in.Number, a.Source, at, Source{Link: p.Link}, PageSet{Number: p.Number, State: PageAnswered, By: oneLine(a.Who)})
		if in.Channel.ID != "" {
			tx.Owe(Effect{Kind: OwePagePost, Incident: in.Number, N: p.Number})
		}
		refresh(tx, in)
		return nil
	}}
}

// Merge ends an incident that is the same outage as another, which goes on. Both
// records stay; alerts of the one go to the other from now on.
func Merge(key, who string, number, into int) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		if err := notFinal(in); err != nil {
			return err
		}
		if number == into {
			return Refuse(Invalid, in.ID()+" cannot be merged into itself.", "Name the other one: /incident merge INC-7")
		}
		target, err := tx.Incident(into)
		if err != nil {
			return err
		}
		if !target.Status.Open() {
			return Refuse(Conflict, target.ID()+" is not open.", "/incident list shows those that are.")
		}
		if in.Drill != target.Drill {
			return Refuse(Conflict, "A drill and an incident are not the same outage.", "End the drill: /incident resolve")
		}
		for _, r := range in.Rollbacks {
			if !r.State.Finished() {
				return Refuse(Conflict, fmt.Sprintf("%s of %s is under way.", RollbackID(r.Number), in.ID()), "Merge when it has ended; its post in the channel says what can be done.")
			}
		}
		thaw(tx, in)
		n := tx.Add(number, who, time.Time{}, Source{}, MergedInto{Into: into})
		tell(tx, in, n, true)
		m := tx.Add(into, who, time.Time{}, Source{}, MergedInto{From: number})
		for _, a := range in.Alerts {
			if _, known := target.AlertOf(a.Source, a.Key); a.Open() && !known {
				tx.carryAlert(into, a)
			}
		}
		tell(tx, target, m, false)
		return nil
	})
}

// Nudge gives a reminder once: its key says which.
func Nudge(key string, number int, about NudgeKind) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		if in.Channel.ID == "" || in.Nudges[about].Stopped {
			return nil
		}
		n := tx.Add(number, Backout, time.Time{}, Source{}, Nudged{About: about})
		tx.Owe(Effect{Key: EffectKey(number, OweNudge, n), Kind: OweNudge, Incident: number, N: n, Name: string(about)})
		return nil
	})
}

// SetNudge puts a reminder off, or stops it.
func SetNudge(key, who string, number int, about NudgeKind, until time.Time, stopped bool) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		if in.Nudges[about].Stopped && stopped {
			return Refuse(Conflict, "That reminder is off already.", "")
		}
		tx.Add(number, who, time.Time{}, Source{}, NudgeSet{About: about, Until: until.UTC(), Stopped: stopped})
		return nil
	})
}

// Remind does what is due by the calendar, once: its key names the due time. The
// effects are owed with it.
func Remind(key, what string, due time.Time, effects ...Effect) Change {
	return Change{Key: key, Decide: func(tx *Tx) error {
		n := tx.Add(Ledger, Backout, time.Time{}, Source{}, Reminded{What: what, Due: due.UTC()})
		for i, e := range effects {
			e.Incident, e.N = Ledger, n
			e.Key = fmt.Sprintf("%s/%d/%d", e.Kind, n, i)
			tx.Owe(e)
		}
		return nil
	}}
}

// Carried0 records that an effect of no incident was carried out.
func Carried0(e Effect) Change {
	return Change{Decide: func(tx *Tx) error {
		tx.SettleNow(e.Key)
		return nil
	}}
}
