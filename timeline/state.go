package timeline

import (
	"cmp"
	"maps"
	"slices"
)

// state is everything that memory holds. Only the recorder's writer changes it.
type state struct {
	highest   int
	open      map[int]*Incident // loaded incidents: all open ones, and some others
	summaries map[int]Summary
	channels  map[string]int
	foreign   map[string]int // messages recorded from other channels, by message key
	effects   map[string]Effect
	ledger    ledger
	rolling   map[place]RollbackRef // rollbacks that are not finished
}

func newState() *state {
	return &state{
		open: map[int]*Incident{}, summaries: map[int]Summary{},
		channels: map[string]int{}, foreign: map[string]int{}, effects: map[string]Effect{},
		ledger: newLedger(), rolling: map[place]RollbackRef{},
	}
}

func (s *state) list() []Summary {
	return slices.SortedFunc(maps.Values(s.summaries), func(a, b Summary) int { return cmp.Compare(b.Number, a.Number) })
}

func (s *state) putSummary(sum Summary) {
	s.summaries[sum.Number] = sum
	s.highest = max(s.highest, sum.Number)
	for _, c := range sum.Channels {
		s.channels[c] = sum.Number
	}
	for _, m := range sum.Foreign {
		s.foreign[m] = sum.Number
	}
	maps.DeleteFunc(s.rolling, func(_ place, ref RollbackRef) bool { return ref.Incident == sum.Number })
	for _, r := range sum.Rolling {
		s.rolling[placeOf(r.Service, r.Environment)] = RollbackRef{Incident: sum.Number, Number: r.Number}
	}
}

// index makes the look-ups anew, in the order of numbers so that it always comes
// out the same.
func (s *state) index() {
	s.highest, s.channels, s.foreign, s.rolling = 0, map[string]int{}, map[string]int{}, map[place]RollbackRef{}
	for _, sum := range slices.Backward(s.list()) {
		s.putSummary(sum)
	}
}

// apply folds one event into the loaded incident.
func (s *state) apply(e Event) error {
	if e.Incident == Ledger {
		return s.ledger.apply(e)
	}
	in, ok := s.open[e.Incident]
	if !ok {
		in = newIncident(e.Incident)
		s.open[e.Incident] = in
	}
	return in.apply(e)
}
