package timeline

import (
	"fmt"
	"time"
)

// SetStatus moves an open incident to investigating or identified; monitoring
// and resolved have rules of their own, see Mitigate and Resolve.
func SetStatus(key, who string, number int, s Status, text string) Change {
	switch s {
	case Monitoring:
		return Mitigate(key, who, number, text)
	case Resolved:
		return Resolve(key, who, number, text)
	}
	return on(key, number, func(tx *Tx, in *Incident) error {
		if err := stillOpen(in); err != nil {
			return err
		}
		if in.Status == s {
			return Refuse(Conflict, fmt.Sprintf("%s is %s already.", in.ID(), s), "")
		}
		n := tx.Add(number, who, time.Time{}, Source{}, StatusSet{Status: s, Text: text})
		tell(tx, in, n, true)
		return nil
	})
}

// Mitigate says that people no longer notice the trouble.
func Mitigate(key, who string, number int, text string) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		if err := stillOpen(in); err != nil {
			return err
		}
		if in.Status == Monitoring {
			return Refuse(Conflict, in.ID()+" is mitigated already.", "/incident resolve ends it; /incident mitigated 14:05 corrects when.")
		}
		n := tx.Add(number, who, time.Time{}, Source{}, StatusSet{Status: Monitoring, Text: text})
		tell(tx, in, n, true)
		return nil
	})
}

// Resolve ends an incident.
func Resolve(key, who string, number int, text string) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		if err := stillOpen(in); err != nil {
			return err
		}
		n := tx.Add(number, who, time.Time{}, Source{}, StatusSet{Status: Resolved, Text: text})
		tell(tx, in, n, true)
		thaw(tx, in)
		tx.tellAlerts(in, OweAlertResolve, AlertState.Open)
		return nil
	})
}

// Reopen leads from resolved back to investigating.
func Reopen(key, who string, number int, why string) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		if err := notFinal(in); err != nil {
			return err
		}
		if in.Status.Open() {
			return Refuse(Conflict, in.ID()+" is still open.", "")
		}
		n := tx.Add(number, who, time.Time{}, Source{}, Reopened{Why: why})
		tell(tx, in, n, true)
		return nil
	})
}

// Cancel ends an incident that was none. It is final.
func Cancel(key, who string, number int, why string) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		if err := stillOpen(in); err != nil {
			return err
		}
		why, err := cleanText(why, "Cancelling is final and wants a reason.", "/incident cancel false alarm, it was the load test")
		if err != nil {
			return err
		}
		n := tx.Add(number, who, time.Time{}, Source{}, Cancelled{Why: why})
		tell(tx, in, n, true)
		thaw(tx, in)
		return nil
	})
}

func stillOpen(in *Incident) error {
	if err := notFinal(in); err != nil {
		return err
	}
	if in.Status == Resolved {
		return Refuse(Conflict, in.ID()+" is resolved already.", "/incident reopen <why> opens it again.")
	}
	return nil
}

// SetMoment corrects one of the moments. Declared is fact and cannot be moved;
// moments out of order and in the future are refused. Saying when an open
// incident was mitigated or resolved also makes it so.
func SetMoment(key, who string, number int, name MomentName, at time.Time) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		if name == DeclaredM {
			return Refuse(Invalid, "When it was declared is a fact and cannot be changed.", "/incident began 14:05 and /incident detected 14:05 can.")
		}
		if at.After(tx.Now().Add(time.Minute)) {
			return Refuse(Invalid, "That is in the future.", "A moment is something that has happened.")
		}
		m := in.moments
		*m.at(name) = Moment{At: at}
		if err := m.ordered(name); err != nil {
			return err
		}
		tx.checkTime(at)
		if s, ok := reachedBy(name, in); ok {
			n := tx.Add(number, who, time.Time{}, Source{}, StatusSet{Status: s})
			tell(tx, in, n, true)
			if s == Resolved {
				thaw(tx, in)
				tx.tellAlerts(in, OweAlertResolve, AlertState.Open)
			}
		}
		if name == Began || name == Detected {
			tx.oweSuspects(in)
		}
		tx.Add(number, who, time.Time{}, Source{}, MomentSet{Moment: name, To: at.UTC()})
		refresh(tx, in)
		return nil
	})
}

// reachedBy gives the status that a moment brings with it: who says at half past
// two that it was mitigated at twenty past means both.
func reachedBy(name MomentName, in *Incident) (Status, bool) {
	switch {
	case !in.Status.Open():
		return "", false
	case name == ResolvedM:
		return Resolved, true
	case name == Mitigated && in.Status != Monitoring:
		return Monitoring, true
	}
	return "", false
}

// ordered refuses moments out of order and says which one to correct first.
func (m Moments) ordered(changed MomentName) error {
	a, b, bad := m.misordered()
	if !bad {
		return nil
	}
	first := a
	if a == changed {
		first = b
	}
	instead := fmt.Sprintf("Type an earlier or later time, or correct it first: /incident %s 14:05", first)
	if first == DeclaredM {
		instead = fmt.Sprintf("Type another time: /incident %s 14:05", changed)
	}
	return Refuse(Conflict, fmt.Sprintf("That would put %s (%s) after %s (%s).", a, clock(m.Get(a).At), b, clock(m.Get(b).At)), instead)
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") + " UTC" }
