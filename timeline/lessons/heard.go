package lessons

import (
	"slices"
	"time"

	"backout/timeline"
)

// heard is an alert with the row that shows when it fired.
type heard struct {
	timeline.AlertState
	row *timeline.Entry
}

// hear gives the alerts of the story, the earliest first. Of one whose firing no row
// shows only later news came; complete says that there is none of those. The
// timeline is read once: a storm has many alerts and many rows.
func (f *facts) hear() (out []heard, complete bool) {
	type key struct{ source, key string }
	fired, hidden := map[key]*timeline.Entry{}, map[key]bool{}
	for _, e := range f.rows {
		b, ok := e.Body.(timeline.AlertNoted)
		k := key{b.Alert.Source, b.Alert.Key}
		switch {
		case !ok || b.Alert.Event != timeline.AlertTriggered:
		case e.Hidden:
			hidden[k] = true
		case fired[k] == nil:
			fired[k] = e
		}
	}
	complete = true
	for _, a := range f.alerts {
		k := key{a.Source, a.Key}
		if e := fired[k]; e != nil {
			out = append(out, heard{a, e})
		} else if !hidden[k] { // what people took out of the story is no gap in it
			complete = false
		}
	}
	slices.SortStableFunc(out, func(a, b heard) int { return a.row.At.Compare(b.row.At) })
	return out, complete
}

// noted gives the rows that tell of an alert's event, the earliest first, and
// whether people hid one.
func (f *facts) noted(a timeline.AlertState, event timeline.AlertEvent) (out []*timeline.Entry, hidden bool) {
	for _, e := range f.rows {
		b, ok := e.Body.(timeline.AlertNoted)
		switch {
		case !ok || b.Alert.Source != a.Source || b.Alert.Key != a.Key || b.Alert.Event != event:
		case e.Hidden:
			hidden = true
		default:
			out = append(out, e)
		}
	}
	return out, hidden
}

// firstSign gives what first shows that a person noticed: the message that it was
// declared from, else its declaration. It is nil when a machine declared it.
func (f *facts) firstSign() *timeline.Entry {
	from := f.in.DeclaredFrom()
	for _, e := range f.rows {
		if !from.IsZero() && e.At.Equal(from) && e.Message != nil && !e.Hidden && byPerson(e) {
			return e
		}
	}
	if e, ok := f.in.Entry(f.moments.Declared.N); ok && byPerson(e) {
		return e
	}
	return nil
}

// byPerson reports whether a person did it; machines write messages too.
func byPerson(e *timeline.Entry) bool {
	if e.Message != nil && e.Message.BotName != "" {
		return false
	}
	return timeline.IsPerson(e.Who)
}

// knownBefore reports whether anything shows that people may have known of it before
// that time: any deed of a person counts, as nobody can tell what they knew. It
// counts too when the words that it was declared from are not in the record.
func (f *facts) knownBefore(at time.Time) bool {
	if from := f.in.DeclaredFrom(); !from.IsZero() && from.Before(at) {
		return true
	}
	if d := f.moments.Detected; !d.Assumed && d.At.Before(at) {
		return true
	}
	return slices.ContainsFunc(f.rows, func(e *timeline.Entry) bool { return byPerson(e) && e.At.Before(at) })
}
