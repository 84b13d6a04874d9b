package config

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
)

// redacted is what a set secret looks like everywhere but in Reveal.
const redacted = "<secret>"

// Secret is text that does not print itself: every verb of fmt, JSON, YAML,
// text marshalling and slog show "<secret>", or nothing when it is empty. The
// zero value is the empty secret.
type Secret struct {
	// A pointer, because fmt cannot call methods on the unexported fields of
	// other structs: it would print a plain string found there, but prints only
	// the address of a nested pointer.
	value *string
}

// NewSecret wraps s. An empty s gives the empty secret.
func NewSecret(s string) Secret {
	if s == "" {
		return Secret{}
	}
	return Secret{value: &s}
}

// Reveal returns the secret itself. Call it only where the secret leaves for
// the service it belongs to.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// Equal reports whether guess is the secret, in a time that depends on neither
// the content nor the length of the secret. The empty secret equals nothing, not
// even "": a token that was never set lets nobody in.
func (s Secret) Equal(guess string) bool {
	want, got := sha256.Sum256([]byte(s.Reveal())), sha256.Sum256([]byte(guess))
	same := subtle.ConstantTimeCompare(want[:], got[:]) == 1
	return same && s.value != nil
}

// IsZero reports whether no secret is set.
func (s Secret) IsZero() bool { return s.value == nil }

// String returns "<secret>", or "" when empty.
func (s Secret) String() string {
	if s.value == nil {
		return ""
	}
	return redacted
}

// Format prints the redacted form for every verb and flag, so that %#v, %x and
// %d tell no more than %s.
func (s Secret) Format(f fmt.State, verb rune) {
	out := s.String()
	if verb == 'q' {
		out = fmt.Sprintf("%q", out)
	}
	_, _ = io.WriteString(f, out) // fmt.State never fails
}

// GoString returns the redacted form.
func (s Secret) GoString() string { return s.String() }

// MarshalText returns the redacted form; encoding/json and encoding/xml use it too.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalYAML returns the redacted form.
func (s Secret) MarshalYAML() (any, error) { return s.String(), nil }

// LogValue returns the redacted form for slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
