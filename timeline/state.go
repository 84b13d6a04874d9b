package timeline

import (
	"maps"
	"slices"
	"sync/atomic"
)

// state is everything that memory holds. Only the recorder's writer changes it.
type state struct {
	highest   int
	open      map[int]*Incident // loaded incidents: all open ones, and some others
	summaries map[int]Summary
	// listed is what list gave last, as long as nothing has changed since.
	listed   atomic.Pointer[[]Summary]
	channels map[string]int
	foreign  map[string]int // messages recorded from other channels, by message key
	effects  map[string]Effect
	ledger   ledger
	rolling  map[place]RollbackRef // rollbacks that are not finished
}

func newState() *state {
	return &state{
		open: map[int]*Incident{}, summaries: map[int]Summary{},
		channels: map[string]int{}, foreign: map[string]int{}, effects: map[string]Effect{},
		ledger: newLedger(), rolling: map[place]RollbackRef{},
	}
}

// list gives all summaries, newest first. The slice is shared: making it costs
// tens of milliseconds when there are a hundred thousand, and summaries seldom
// change. Readers may call it beside each other.
func (s *state) list() []Summary {
	if all := s.listed.Load(); all != nil {
		return *all
	}
	numbers := slices.Sorted(maps.Keys(s.summaries))
	all := make([]Summary, 0, len(numbers))
	for _, n := range slices.Backward(numbers) {
		all = append(all, s.summaries[n])
	}
	s.listed.Store(&all)
	return all
}

// setSummary and dropSummary are the only ways to change a summary.
func (s *state) setSummary(n int, sum Summary) {
	if old, ok := s.summaries[n]; ok && old.equal(sum) {
		return
	}
	s.summaries[n] = sum
	s.listed.Store(nil)
}

func (s *state) dropSummary(n int) {
	delete(s.summaries, n)
	s.listed.Store(nil)
}

func (s *state) putSummary(sum Summary) {
	s.setSummary(sum.Number, sum)
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
