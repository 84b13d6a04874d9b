package timeline

import (
	"slices"
	"time"
)

// The changes below are what the outbox and the reader of history record. They
// have no delivery key: each looks at what is owed, or at the state, instead.

// owedStill makes a change about an effect that is still owed; now is how it
// stands in the record, which may be newer than what was carried out.
func owedStill(e Effect, rule func(tx *Tx, now Effect, in *Incident) error) Change {
	return Change{Decide: func(tx *Tx) error {
		now, ok := tx.Owed(e.Key)
		if !ok {
			return nil
		}
		in, err := tx.Incident(e.Incident)
		if err != nil {
			return err
		}
		return rule(tx, now, in)
	}}
}

// Carried records that an effect was carried out, with the events that say so.
// When a state effect was owed anew meanwhile, it stays owed.
func Carried(e Effect, bodies ...Body) Change {
	return owedStill(e, func(tx *Tx, now Effect, in *Incident) error {
		for _, b := range bodies {
			n := tx.Add(e.Incident, Backout, time.Time{}, Source{}, b)
			if x, ok := b.(Exported); ok && x.What == ExportDraft { // who was paged finds the postmortem there
				tx.tellNote(in, n)
			}
		}
		noteDone(tx, in, e)
		tx.SettleState(e, now)
		return nil
	})
}

// firstRefresh is when a new incident's card is set again, unless something
// changes before.
const firstRefresh = 20 * time.Second

// CardPosted records where the first card stands and owes its pin. A first card
// could not say that recording had begun, so it is set again when the rush of the
// declaration is over.
func CardPosted(e Effect, p Posted) Change {
	return owedStill(e, func(tx *Tx, now Effect, in *Incident) error {
		tx.Add(e.Incident, Backout, time.Time{}, Source{}, p)
		noteDone(tx, in, e)
		tx.Owe(Effect{Key: EffectKey(e.Incident, OwePin, 0) + "/" + p.TS, Kind: OwePin, Incident: e.Incident})
		due := time.Time{}
		if now.Gen == e.Gen {
			due = tx.now.Add(firstRefresh)
		}
		now.Gen, now.Attempts, now.Unsure, now.Due = now.Gen+1, 0, false, due
		tx.Put(now)
		return nil
	})
}

// noteDone ends the failure that the effect stood under.
func noteDone(tx *Tx, in *Incident, e Effect) {
	if !slices.ContainsFunc(in.Failures, func(f Failure) bool { return f.Owed.Key == e.Key }) {
		return
	}
	tx.Add(e.Incident, Backout, time.Time{}, Source{}, StepDone{Step: e.Step(), Effect: e.Key})
	if e.Kind != OweCard {
		refresh(tx, in)
	}
}

// Postponed records that an effect is to be tried again, and whether the attempt
// may have succeeded.
func Postponed(e Effect, due time.Time, unsure bool) Change {
	return Change{Decide: func(tx *Tx) error {
		now, ok := tx.Owed(e.Key)
		if !ok {
			return nil
		}
		now.Attempts, now.Due, now.Unsure = e.Attempts+1, due.UTC(), unsure
		now.Name = e.Name
		tx.Put(now)
		return nil
	}}
}

// Agreed records what the outside knows the effect by, before it is carried out
// under that name.
func Agreed(e Effect, name string) Change {
	return Change{Decide: func(tx *Tx) error {
		if now, ok := tx.Owed(e.Key); ok {
			now.Name = name
			tx.Put(now)
		}
		return nil
	}}
}

// GivenUp records that an effect will not be tried again, and why. The timeline
// shows it; the card offers to try again.
func GivenUp(e Effect, reason string) Change {
	if e.Incident == Ledger { // there is no card that could say so
		return Carried0(e)
	}
	return owedStill(e, func(tx *Tx, now Effect, in *Incident) error {
		tx.settled = append(tx.settled, now.Key)
		return tx.giveUp(e, in, reason)
	})
}

// giveUp notes that the effect, which is settled, was not carried out.
func (tx *Tx) giveUp(e Effect, in *Incident, reason string) error {
	e.Attempts, e.Due, e.Gen = 0, time.Time{}, 0
	tx.Add(e.Incident, Backout, time.Time{}, Source{}, StepFailed{Step: e.Step(), Effect: e.Key, Reason: reason, Owed: e})
	if e.Kind != OweCard {
		refresh(tx, in)
	}
	return nil
}

// RetryStep owes again what was given up. Unsure stays set, so that an earlier
// success is looked for before anything is repeated.
func RetryStep(key, who string, number, failure int) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		i := slices.IndexFunc(in.Failures, func(f Failure) bool { return f.N == failure })
		if i < 0 {
			return Refuse(Conflict, "That step is not failed any more.", "")
		}
		e := in.Failures[i].Owed
		e.Unsure = true
		tx.Add(number, who, time.Time{}, Source{}, StepDone{Step: e.Step(), Effect: e.Key})
		if _, owed := tx.Owed(e.Key); !owed {
			tx.Owe(e)
		}
		refresh(tx, in)
		return nil
	})
}

// ReadTo records that a channel's history was read completely up to an instant,
// and closes the gaps that this fills.
func ReadTo(channel string, from, to time.Time, found int) Change {
	return Change{Decide: func(tx *Tx) error {
		in, ok, err := tx.InChannel(channel)
		if err != nil || !ok {
			return err
		}
		tx.Add(in.Number, Backout, time.Time{}, Source{}, Swept{Channel: channel, From: from.UTC(), To: to.UTC(), Found: found})
		filled := false
		begins := in.heardSince(channel)
		for _, g := range in.Gaps {
			// Before the channel belonged to the incident nothing is missing.
			if g.Channel == channel && (!from.After(g.From) || !from.After(begins)) {
				tx.Add(in.Number, Backout, time.Time{}, Source{}, GapClosed{N: g.N, Found: found})
				filled = true
				if g.Silent {
					tell(tx, in, g.N, false)
				}
			}
		}
		if filled {
			refresh(tx, in)
		}
		return nil
	}}
}

// Silence records that nothing was heard of a channel since an instant, although
// somebody may have written: the record has a gap until its history is read again,
// and the channel is told then. What was read meanwhile was no silence, and one of
// less than atLeast is not worth a word.
func Silence(channel string, since time.Time, atLeast time.Duration) Change {
	return Change{Decide: func(tx *Tx) error {
		in, ok, err := tx.InChannel(channel)
		if err != nil || !ok {
			return err
		}
		if known := in.completeTo(channel); known.After(since) {
			since = known
		}
		if tx.Now().Sub(since) < atLeast || slices.ContainsFunc(in.Gaps, func(g Gap) bool { return g.Channel == channel }) {
			return nil
		}
		tx.Add(in.Number, Backout, time.Time{}, Source{}, GapOpened{Channel: channel, From: since.UTC(), Reason: "a link to Slack was silent", Silent: true})
		refresh(tx, in)
		return nil
	}}
}

// completeTo is up to when a channel's history is known to be in the record; at
// least it holds nothing before the channel belonged to it.
func (in *Incident) completeTo(channel string) time.Time {
	if in.Channel.ID == channel && !in.CompleteTo.IsZero() {
		return in.CompleteTo
	}
	return in.heardSince(channel)
}

// heardSince is from when on a channel belongs to the incident.
func (in *Incident) heardSince(channel string) time.Time {
	for _, c := range in.Channels {
		if c.ID == channel {
			return c.From
		}
	}
	return time.Time{}
}

// Lost records that a channel's history cannot be read any more, once. It was lost
// at from, but what was missed before then cannot be read either: unless the links
// were unbroken since the record was last known to be complete, the gap begins
// there. The zero unbroken says that they were not.
func Lost(channel string, from, unbroken time.Time, reason string) Change {
	return Change{Decide: func(tx *Tx) error {
		in, ok, err := tx.InChannel(channel)
		if err != nil || !ok {
			return err
		}
		if slices.ContainsFunc(in.Gaps, func(g Gap) bool { return g.Channel == channel && !g.Silent }) {
			return nil
		}
		if in.Channel.ID == channel && in.CompleteTo.After(from) {
			return nil // it was read since: the news of the loss came late, or again
		}
		if known := in.completeTo(channel); known.Before(from) && (unbroken.IsZero() || unbroken.After(known)) {
			from = known
		}
		tx.Add(in.Number, Backout, time.Time{}, Source{}, GapOpened{Channel: channel, From: from.UTC(), Reason: reason})
		refresh(tx, in)
		return nil
	}}
}
