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
// moments out of order and in the future are refused.
func SetMoment(key, who string, number int, name MomentName, at time.Time) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		if name == DeclaredM {
			return Refuse(Invalid, "When it was declared is a fact and cannot be changed.", "/incident began 14:05 and /incident detected 14:05 can.")
		}
		if at.After(tx.Now().Add(time.Minute)) {
			return Refuse(Invalid, "That is in the future.", "A moment is something that has happened.")
		}
		if name == ResolvedM && in.Status != Resolved {
			return Refuse(Conflict, in.ID()+" is not resolved yet.", "/incident resolve ends it; then the time can be corrected.")
		}
		m := in.moments
		*m.at(name) = Moment{At: at}
		if a, b, bad := m.misordered(); bad {
			return Refuse(Conflict, fmt.Sprintf("That would put %s (%s) after %s (%s).", a, clock(m.Get(a).At), b, clock(m.Get(b).At)),
				fmt.Sprintf("Correct %s first, or choose another time.", other(name, a, b)))
		}
		tx.checkTime(at)
		tx.Add(number, who, time.Time{}, Source{}, MomentSet{Moment: name, To: at.UTC()})
		refresh(tx, in)
		return nil
	})
}

func other(name, a, b MomentName) MomentName {
	if name == a {
		return b
	}
	return a
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") + " UTC" }
