package timeline

import (
	"fmt"
	"time"
)

// mergeChain bounds how many merges are followed; people do not merge in circles,
// since a merged incident cannot be merged into.
const mergeChain = 20

// incidentAt gives the incident that an alert known by the row belongs to, or nil
// when it was offered to people.
func (tx *Tx) incidentAt(at Position, a Alert) (*Incident, error) {
	if at.Incident == Ledger {
		return nil, nil
	}
	in, err := tx.load(at.Incident)
	for range mergeChain {
		if err != nil {
			return nil, err
		}
		s, _ := in.AlertOf(a.Source, a.Key)
		switch {
		case s.Split > 0:
			in, err = tx.load(s.Split)
		case in.MergedInto > 0:
			in, err = tx.load(in.MergedInto)
		default:
			return in, nil
		}
	}
	return in, err
}

// sameFiring is how far apart two tellings of one firing may be: a delivery says when
// the event was, comparing says when the alert was made.
const sameFiring = time.Minute

// beginsAgain reports whether a known alert is new trouble: it fires once more, and
// what it belongs to is an offer that nobody took, or an incident that was called off.
func (tx *Tx) beginsAgain(in *Incident, at Position, a Alert) (bool, error) {
	if a.Event != AlertTriggered {
		return false, nil
	}
	if in != nil {
		s, ok := in.AlertOf(a.Source, a.Key)
		return in.Status.Final() && ok && a.At.Sub(s.Fired) > sameFiring, nil
	}
	last, ok, err := tx.offered(at.N)
	return ok && a.At.Sub(last.At) > sameFiring, err
}

// placeOf gives the row that an alert is known by: that of its first event, of the
// declaration of what was offered, or of where it began again.
func (tx *Tx) placeOf(a Alert) (Position, bool, error) {
	at, ok, err := tx.named(a.name())
	for range mergeChain {
		if err != nil || !ok {
			return Position{}, false, err
		}
		next, moved, err := tx.named(movedName(at))
		if err != nil || !moved {
			return at, true, err
		}
		at = next
	}
	return at, ok, err
}

// placeAlert makes the row the one that the alert is known by. A name is given once;
// what is known already moves on from where it was.
func (tx *Tx) placeAlert(a Alert, to Position) error {
	at, known, err := tx.placeOf(a)
	if err != nil {
		return err
	}
	name := a.name()
	if known {
		name = movedName(at)
	}
	tx.nameIt(name, to)
	return nil
}

func movedName(from Position) string { return fmt.Sprintf("moved:%d/%d", from.Incident, from.N) }
