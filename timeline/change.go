package timeline

import (
	"fmt"
	"slices"
	"time"
)

// Change is one delivery on its way into the record.
type Change struct {
	// Key names the delivery: "msg:<channel>:<ts>", "slash:<trigger>", … An empty
	// key is for changes that Backout makes by itself and that look at the state
	// before they do anything.
	Key string
	// Decide looks at the state and says what happens. It runs inside the writer:
	// it must not block, and what it returns an error for leaves no trace.
	Decide func(*Tx) error
}

// Outcome is what a change led to.
type Outcome struct {
	// Events are what the delivery made, the first time or now.
	Events []Event
	// Repeated is true when the key had been seen before.
	Repeated bool
}

// Incident is the number of the incident concerned, or 0.
func (o Outcome) Incident() int {
	if len(o.Events) == 0 {
		return 0
	}
	return o.Events[0].Incident
}

// Tx is the view of the state that a change decides on, and the list of what it
// wants. Nothing in it is applied until Decide has returned without error, so
// the state it shows is that before the change.
type Tx struct {
	state     *state
	catalogue Catalogue
	scan      Scan
	load      func(number int) (*Incident, error)
	book      *book
	now       time.Time
	key       string

	// named finds what a name leads to, those of this commit included.
	named func(key string) (Position, bool, error)
	// offered reads an alert that was offered.
	offered func(n int) (Alert, bool, error)
	names   []KeyRow

	events  []Event
	added   map[int]int // events added so far, by incident
	effects []Effect
	settled []string
	erase   []Position
	refused error // found while adding; ends the change
}

// Now is the instant of recording.
func (tx *Tx) Now() time.Time { return tx.now }

// Incident gives the state of an incident, open or not.
func (tx *Tx) Incident(number int) (*Incident, error) {
	if _, ok := tx.state.summaries[number]; !ok {
		return nil, NoIncident(number)
	}
	return tx.load(number)
}

// InChannel gives the incident that is, or was, worked on in the channel.
func (tx *Tx) InChannel(channel string) (*Incident, bool, error) {
	n, ok := tx.state.channels[channel]
	if !ok {
		return nil, false, nil
	}
	in, err := tx.load(n)
	return in, err == nil, err
}

// ofMessage gives the incident whose record the message belongs to: that of its
// channel, or the one that was declared from it.
func (tx *Tx) ofMessage(channel, ts string) (*Incident, bool, error) {
	if n, ok := tx.state.foreign[messageKey(channel, ts)]; ok {
		in, err := tx.load(n)
		return in, err == nil, err
	}
	return tx.InChannel(channel)
}

// declaredWithin gives the incidents declared less than d ago, newest first.
// Numbers are given in the order of declarations, so it looks at no older ones.
func (tx *Tx) declaredWithin(d time.Duration) []Summary {
	var out []Summary
	for n := tx.state.highest; n > 0; n-- {
		s, ok := tx.state.summaries[n]
		if ok && tx.now.Sub(s.Moments.Declared.At) >= d {
			break
		}
		if ok {
			out = append(out, s)
		}
	}
	return out
}

// NextNumber is the number that the next incident will get.
func (tx *Tx) NextNumber() int { return tx.state.highest + 1 }

// nextN is the number of the next event that this change adds to the incident.
// An incident that is not loaded here would get its numbers from 1 again, so a
// failure to load it ends the change.
func (tx *Tx) nextN(incident int) int {
	n := 1
	if incident == Ledger {
		n = tx.state.ledger.next
	}
	if _, ok := tx.state.summaries[incident]; ok {
		in, err := tx.load(incident)
		if err != nil {
			panic(err)
		}
		n = in.next
	}
	return n + tx.added[incident]
}

// Add appends an event and returns its number. A zero at means now.
func (tx *Tx) Add(incident int, who string, at time.Time, src Source, b Body) int {
	if at.IsZero() {
		at = tx.now
	}
	tx.checkTime(at)
	if src.Key == "" {
		src.Key = tx.key
	}
	n := tx.nextN(incident)
	e := Event{Incident: incident, N: n, At: at.UTC(), Recorded: tx.now, Who: who, Source: src, Body: b, Secrets: tx.scan.scanned(b)}
	tx.events = append(tx.events, e)
	if len(e.Secrets) > 0 {
		tx.warn(e)
	}
	if tx.added == nil {
		tx.added = map[int]int{}
	}
	tx.added[incident]++
	return n
}

// checkTime refuses instants that can only be mistakes. Rules call it for the
// instants inside bodies; Add calls it for when the event happened.
func (tx *Tx) checkTime(at time.Time) {
	if y := at.UTC().Year(); y < firstYear || y > lastYear {
		tx.refused = Refuse(Invalid, fmt.Sprintf("The year %d cannot be right.", y), "Type a time such as 14:05, or 2026-11-20 14:05.")
	}
}

// Owe adds an effect. Its key is made from incident, kind and N unless it has
// one. A state effect that is owed already is renewed. Any other is the same one
// still: it may have been carried out since it was first owed.
func (tx *Tx) Owe(e Effect) {
	if e.Key == "" {
		e.Key = EffectKey(e.Incident, e.Kind, e.N)
	}
	if e.Created.IsZero() { // else it is owed again, and looked for since then
		e.Created = tx.now
	}
	old, owed := tx.state.effects[e.Key]
	switch {
	case !owed:
	case e.Kind.State():
		e.Gen, e.Created, e.Attempts = old.Gen+1, old.Created, old.Attempts
		e.Unsure, e.N, e.Name = old.Unsure, old.N, old.Name
		if old.Attempts > 0 || old.Due.Before(e.Due) { // a pause that was asked for, or sooner
			e.Due = old.Due
		}
	case !slices.Contains(tx.settled, e.Key):
		e.Created, e.Unsure, e.Name = old.Created, e.Unsure || old.Unsure, old.Name
	}
	tx.effects = slices.DeleteFunc(tx.effects, func(o Effect) bool { return o.Key == e.Key })
	tx.settled = slices.DeleteFunc(tx.settled, func(key string) bool { return key == e.Key })
	tx.effects = append(tx.effects, e)
}

// Settle removes an effect. With gen it is removed only if it was not renewed
// since; the report says whether it is gone.
func (tx *Tx) Settle(key string, gen int) bool {
	e, ok := tx.state.effects[key]
	if !ok || e.Gen != gen {
		return false
	}
	tx.settled = append(tx.settled, key)
	return true
}

// SettleNow removes an effect however often it was renewed.
func (tx *Tx) SettleNow(key string) {
	tx.effects = slices.DeleteFunc(tx.effects, func(e Effect) bool { return e.Key == key })
	if _, ok := tx.state.effects[key]; ok {
		tx.settled = append(tx.settled, key)
	}
}

// SettleState settles a state effect that was carried out as e; now is how it
// stands in the record. When it was owed anew meanwhile it is due again.
func (tx *Tx) SettleState(e, now Effect) {
	if tx.Settle(e.Key, e.Gen) {
		return
	}
	now.Attempts, now.Unsure, now.Due = 0, false, time.Time{}
	tx.Put(now)
}

// Owed gives an effect as it stands, if it is still owed.
func (tx *Tx) Owed(key string) (Effect, bool) {
	e, ok := tx.state.effects[key]
	return e, ok
}

// Put stores an effect as given, for attempts and due times.
func (tx *Tx) Put(e Effect) { tx.effects = append(tx.effects, e) }

// eraseText blanks the stored text of the events n of the incident.
func (tx *Tx) eraseText(incident int, ns []int) {
	for _, n := range ns {
		tx.erase = append(tx.erase, Position{Incident: incident, N: n})
	}
}

// nameIt stores a name for ever.
func (tx *Tx) nameIt(key string, at Position) { tx.names = append(tx.names, KeyRow{Key: key, At: at}) }
