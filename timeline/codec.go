package timeline

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// storedVersion is the first byte of each stored event. Older versions decode
// for ever; a newer one is refused, because guessing at it would lose things.
const storedVersion = 1

// ErrNewerVersion is returned for an event that a newer Backout has written.
var ErrNewerVersion = errors.New("the record was written by a newer version of Backout; start that version, or a later one")

// storedEvent is the stored shape of an [Event]. It is a type apart so that the
// Go type can change without touching what is on disk. Instants are Unix
// nanoseconds; incident and number are the address and are not repeated.
type storedEvent struct {
	Kind     Kind            `json:"k"`
	At       int64           `json:"a"`
	Recorded int64           `json:"r"`
	Who      string          `json:"w,omitempty"`
	Key      string          `json:"s,omitempty"`
	Link     string          `json:"l,omitempty"`
	Body     json.RawMessage `json:"b"`
}

// EncodeEvent gives the stored shape: a version byte, then JSON.
func EncodeEvent(e Event) ([]byte, error) {
	body, err := json.Marshal(e.Body)
	if err != nil {
		return nil, fmt.Errorf("encode %s of %s: %w", Ref(e.N), ID(e.Incident), err)
	}
	raw, err := json.Marshal(storedEvent{
		Kind: e.Kind(), At: e.At.UnixNano(), Recorded: e.Recorded.UnixNano(),
		Who: e.Who, Key: e.Source.Key, Link: e.Source.Link, Body: body,
	})
	if err != nil {
		return nil, fmt.Errorf("encode %s of %s: %w", Ref(e.N), ID(e.Incident), err)
	}
	return append([]byte{storedVersion}, raw...), nil
}

// DecodeEvent reads what EncodeEvent wrote. The address comes from the engine.
func DecodeEvent(incident, n int, raw []byte) (Event, error) {
	fail := func(err error) (Event, error) {
		return Event{}, fmt.Errorf("read %s of %s: %w", Ref(n), ID(incident), err)
	}
	s, err := unversion[storedEvent](raw)
	if err != nil {
		return fail(err)
	}
	dec, ok := decoderOf(s.Kind)
	if !ok {
		return fail(fmt.Errorf("kind %q: %w", s.Kind, ErrNewerVersion))
	}
	body, err := dec(s.Body)
	if err != nil {
		return fail(err)
	}
	return Event{
		Incident: incident, N: n,
		At: fromNano(s.At), Recorded: fromNano(s.Recorded),
		Who: s.Who, Source: Source{Key: s.Key, Link: s.Link}, Body: body,
	}, nil
}

// EncodeEffect and EncodeSummary use the same shape: version byte, then JSON.
func EncodeEffect(e Effect) ([]byte, error) { return versioned(e) }

// DecodeEffect reads what EncodeEffect wrote.
func DecodeEffect(raw []byte) (Effect, error) { return unversion[Effect](raw) }

// EncodeSummary gives the stored shape of a summary.
func EncodeSummary(s Summary) ([]byte, error) { return versioned(s) }

// DecodeSummary reads what EncodeSummary wrote.
func DecodeSummary(raw []byte) (Summary, error) { return unversion[Summary](raw) }

func versioned(v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return append([]byte{storedVersion}, raw...), nil
}

func unversion[T any](raw []byte) (T, error) {
	var v T
	switch {
	case len(raw) == 0:
		return v, errors.New("the stored record is empty")
	case raw[0] > storedVersion:
		return v, ErrNewerVersion
	case raw[0] == 0:
		return v, errors.New("the stored record has no version")
	}
	if err := json.Unmarshal(raw[1:], &v); err != nil {
		return v, fmt.Errorf("the stored record is damaged: %w", err)
	}
	return v, nil
}

func fromNano(n int64) time.Time { return time.Unix(0, n).UTC() }
