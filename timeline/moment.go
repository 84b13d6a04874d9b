package timeline

import "time"

// MomentName names one of the five moments. They are the only source of every
// duration.
type MomentName string

// The five moments in their order.
const (
	Began     MomentName = "began"
	Detected  MomentName = "detected"
	DeclaredM MomentName = "declared"
	Mitigated MomentName = "mitigated"
	ResolvedM MomentName = "resolved"
)

// MomentNames lists the five in order.
func MomentNames() []MomentName {
	return []MomentName{Began, Detected, DeclaredM, Mitigated, ResolvedM}
}

// Moment is one of the five as it stands. The zero value has not happened.
type Moment struct {
	At time.Time `json:"at,omitzero"`
	// Assumed marks a moment that nobody set and no fact shows. Assumed moments
	// are marked as such wherever they are shown and give no lesson.
	Assumed bool `json:"assumed,omitempty"`
	// N is the entry that set it, 0 when assumed.
	N int `json:"n,omitempty"`
}

// Set reports whether the moment has happened, assumed or not.
func (m Moment) Set() bool { return !m.At.IsZero() }

// Moments are the five moments as they stand.
type Moments struct {
	Began     Moment `json:"began"`
	Detected  Moment `json:"detected"`
	Declared  Moment `json:"declared"`
	Mitigated Moment `json:"mitigated"`
	Resolved  Moment `json:"resolved"`
}

// Get gives one moment by name.
func (m Moments) Get(name MomentName) Moment {
	switch name {
	case Began:
		return m.Began
	case Detected:
		return m.Detected
	case DeclaredM:
		return m.Declared
	case Mitigated:
		return m.Mitigated
	case ResolvedM:
		return m.Resolved
	}
	return Moment{}
}

func (m *Moments) at(name MomentName) *Moment {
	switch name {
	case Began:
		return &m.Began
	case Detected:
		return &m.Detected
	case Mitigated:
		return &m.Mitigated
	case ResolvedM:
		return &m.Resolved
	}
	return &m.Declared
}

// filled completes the moments by the rules of assumption: detected defaults to
// the earliest trace of it, began to detected, mitigated to resolved.
func (m Moments) filled() Moments {
	if !m.Detected.Set() {
		m.Detected = Moment{At: m.Declared.At, Assumed: true}
		if m.Mitigated.Set() && m.Mitigated.At.Before(m.Declared.At) { // written down when it was over
			m.Detected.At = m.Mitigated.At
		}
	}
	if !m.Began.Set() {
		m.Began = Moment{At: m.Detected.At, Assumed: true}
	}
	if !m.Mitigated.Set() && m.Resolved.Set() {
		m.Mitigated = Moment{At: m.Resolved.At, Assumed: true}
	}
	return m
}

// Between gives the time from one moment to another, and whether both stand on
// more than an assumption.
func (m Moments) Between(from, to MomentName) (d time.Duration, known bool) {
	a, b := m.Get(from), m.Get(to)
	if !a.Set() || !b.Set() {
		return 0, false
	}
	return b.At.Sub(a.At), !a.Assumed && !b.Assumed
}

// misordered names the first pair that is out of order, among those that were
// set. Declared may come after mitigated: some incidents are written down when
// they are already over.
func (m Moments) misordered() (before, after MomentName, bad bool) {
	pairs := [...][2]MomentName{
		{Began, Detected}, {Began, DeclaredM}, {Began, Mitigated},
		{Detected, DeclaredM}, {Detected, Mitigated},
		{Mitigated, ResolvedM}, {DeclaredM, ResolvedM},
	}
	for _, p := range pairs {
		a, b := m.Get(p[0]), m.Get(p[1])
		if a.Set() && b.Set() && a.At.After(b.At) {
			return p[0], p[1], true
		}
	}
	return "", "", false
}
