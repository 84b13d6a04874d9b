package timeline

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// storedVersion is the first byte of each stored event, secretVersion that of one
// in which secrets were found. Older versions decode for ever; a newer one is
// refused, because guessing at it would lose things.
const (
	storedVersion = 1
	secretVersion = 2
)

// ErrNewerVersion is returned for an event that a newer Backout has written.
var ErrNewerVersion = errors.New("the record was written by a newer version of Backout; start that version, or a later one")

// The stored shape of an [Event], apart from the Go type so that this can change
// without touching what is on disk:
//
//	version (1 byte) · at, recorded (8 bytes each, Unix nanoseconds, big-endian) ·
//	kind, who, key, link (each a uvarint length and its bytes) ·
//	from version 2 on: secrets (JSON, a uvarint length and its bytes) · body (JSON)
//
// Incident and number are the address and are not repeated. The head is binary
// because every start reads it for each event of each open incident; the body is
// JSON because it is what grows over the versions.

// Years outside these bounds are typing mistakes, and the stored shape could not
// hold all of them.
const (
	firstYear = 2000
	lastYear  = 2200
)

// EncodeEvent gives the stored shape.
func EncodeEvent(e Event) ([]byte, error) {
	body, err := json.Marshal(e.Body)
	if err != nil {
		return nil, fmt.Errorf("encode %s of %s: %w", Ref(e.N), ID(e.Incident), err)
	}
	kind := string(e.Kind())
	out := make([]byte, 0, 32+len(kind)+len(e.Who)+len(e.Source.Key)+len(e.Source.Link)+len(body))
	texts := []string{kind, e.Who, e.Source.Key, e.Source.Link}
	if len(e.Secrets) == 0 {
		out = append(out, storedVersion)
	} else {
		secrets, err := json.Marshal(e.Secrets)
		if err != nil {
			return nil, fmt.Errorf("encode %s of %s: %w", Ref(e.N), ID(e.Incident), err)
		}
		out, texts = append(out, secretVersion), append(texts, string(secrets))
	}
	out = binary.BigEndian.AppendUint64(out, uint64(e.At.UnixNano()))
	out = binary.BigEndian.AppendUint64(out, uint64(e.Recorded.UnixNano()))
	for _, s := range texts {
		out = binary.AppendUvarint(out, uint64(len(s)))
		out = append(out, s...)
	}
	return append(out, body...), nil
}

// DecodeEvent reads what EncodeEvent wrote. The address comes from the engine.
func DecodeEvent(incident, n int, raw []byte) (Event, error) {
	e := Event{Incident: incident, N: n}
	if err := e.decode(raw); err != nil {
		return Event{}, fmt.Errorf("read %s of %s: %w", Ref(n), ID(incident), err)
	}
	return e, nil
}

func (e *Event) decode(raw []byte) error {
	if err := checkVersion(raw, secretVersion); err != nil {
		return err
	}
	version := raw[0]
	raw = raw[1:]
	if len(raw) < 16 {
		return errDamaged
	}
	e.At = fromNano(int64(binary.BigEndian.Uint64(raw)))
	e.Recorded = fromNano(int64(binary.BigEndian.Uint64(raw[8:])))
	raw = raw[16:]
	var kind, secrets string
	texts := []*string{&kind, &e.Who, &e.Source.Key, &e.Source.Link}
	if version >= secretVersion {
		texts = append(texts, &secrets)
	}
	for _, to := range texts {
		n, width := binary.Uvarint(raw)
		if width <= 0 || n > uint64(len(raw)-width) {
			return errDamaged
		}
		*to = string(raw[width : width+int(n)])
		raw = raw[width+int(n):]
	}
	dec, ok := decoderOf(Kind(kind))
	if !ok {
		return fmt.Errorf("kind %q: %w", kind, ErrNewerVersion)
	}
	var err error
	if e.Body, err = dec(raw); err != nil {
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	if secrets != "" {
		if err := json.Unmarshal([]byte(secrets), &e.Secrets); err != nil {
			return fmt.Errorf("%w: %w", errDamaged, err)
		}
	}
	return nil
}

var errDamaged = errors.New("the stored record is damaged")

// EncodeEffect and EncodeSummary use the same shape: version byte, then JSON.
func EncodeEffect(e Effect) ([]byte, error) { return versioned(e) }

// DecodeEffect reads what EncodeEffect wrote.
func DecodeEffect(raw []byte) (Effect, error) { return unversion[Effect](raw) }

// EncodeDeploy gives the stored shape of a deploy.
func EncodeDeploy(d Deploy) ([]byte, error) { return versioned(d) }

// DecodeDeploy reads what EncodeDeploy wrote.
func DecodeDeploy(raw []byte) (Deploy, error) { return unversion[Deploy](raw) }

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
	if err := checkVersion(raw, storedVersion); err != nil {
		return v, err
	}
	if err := json.Unmarshal(raw[1:], &v); err != nil {
		return v, fmt.Errorf("%w: %w", errDamaged, err)
	}
	return v, nil
}

func checkVersion(raw []byte, newest byte) error {
	switch {
	case len(raw) == 0:
		return errors.New("the stored record is empty")
	case raw[0] > newest:
		return ErrNewerVersion
	case raw[0] == 0:
		return errors.New("the stored record has no version")
	}
	return nil
}

func fromNano(n int64) time.Time { return time.Unix(0, n).UTC() }
