package timeline

import (
	"errors"
	"fmt"
	"strings"
)

// RefusalKind sorts refusals for those who translate them, for example into
// HTTP codes.
type RefusalKind int

// The kinds of refusal.
const (
	// Invalid input: wording, numbers or times that make no sense.
	Invalid RefusalKind = iota
	// NotFound: what was named does not exist, or may not be seen.
	NotFound
	// Conflict: it makes sense, but not in the state that things are in.
	Conflict
	// Forbidden: this person may not.
	Forbidden
	// Unavailable: our own trouble; nothing was recorded.
	Unavailable
)

// Refusal is an error that a person may read: what did not happen and why, and
// what to do instead. The cause, if any, is for the log.
type Refusal struct {
	Kind     RefusalKind
	Sentence string
	// Instead says what to type or do; it is a sentence of its own.
	Instead string
	Cause   error
}

// Error is the sentence, the advice and the cause, for logs.
func (r *Refusal) Error() string {
	s := r.Sentence
	if r.Instead != "" {
		s += " " + r.Instead
	}
	if r.Cause != nil {
		s += ": " + r.Cause.Error()
	}
	return s
}

// Unwrap gives the cause.
func (r *Refusal) Unwrap() error { return r.Cause }

// Refuse makes a refusal of the kind.
func Refuse(kind RefusalKind, sentence, instead string) *Refusal {
	return &Refusal{Kind: kind, Sentence: sentence, Instead: instead}
}

// ErrUnknownMessage is returned when a change speaks of a message that the
// record does not have yet; who has the message captures it and tries again.
var ErrUnknownMessage = errors.New("the message is not in the record yet")

// ErrStore is wrapped by every error that comes from storage: nothing was
// recorded, and the sender should try again.
var ErrStore = errors.New("the store cannot be written")

func storeFailure(err error) error {
	return &Refusal{
		Kind:     Unavailable,
		Sentence: "Nothing was recorded: the store cannot be written.",
		Instead:  "Try again in a moment; the platform team sees the cause in Backout's log.",
		Cause:    fmt.Errorf("%w: %w", ErrStore, err),
	}
}

func readFailure(number int, err error) error {
	return &Refusal{
		Kind:     Unavailable,
		Sentence: "The record of " + ID(number) + " cannot be read.",
		Instead:  "Try again in a moment; the platform team sees the cause in Backout's log.",
		Cause:    fmt.Errorf("%w: %w", ErrStore, err),
	}
}

// Worded puts plain text from outside into a sentence of a refusal, which is read
// as Slack encodes texts: a path must not turn into a mention.
func Worded(plain string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(plain)
}

// NoIncident refuses a number that was never given. An incident that the person may
// not see is refused with it too, to the letter: nobody must be able to tell which.
func NoIncident(number int) *Refusal {
	return &Refusal{Kind: NotFound, Sentence: "There is no " + ID(number) + ".", Instead: "/incident list all shows every incident."}
}
