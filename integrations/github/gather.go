package github

import (
	"errors"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"backout/timeline"
)

// concurrent is how many calls one question makes at a time.
const concurrent = 8

// gather runs tasks, eight at a time, beginning them in their order, and gives
// the different troubles they met in that order. When GitHub asks for a pause,
// what has not begun is left out: more calls would lengthen it.
func gather(tasks []func() error) []error {
	var mu sync.Mutex
	paused := false
	errs := make([]error, len(tasks))
	var g errgroup.Group
	g.SetLimit(concurrent)
	for i, task := range tasks {
		g.Go(func() error {
			mu.Lock()
			skip := paused
			mu.Unlock()
			if skip {
				return nil
			}
			errs[i] = task()
			if isPause(errs[i]) {
				mu.Lock()
				paused = true
				mu.Unlock()
			}
			return nil
		})
	}
	_ = g.Wait() // Tasks keep their errors apart.
	return distinct(errs)
}

// isPause reports whether a limit was met.
func isPause(err error) bool {
	_, ok := errors.AsType[*limitError](err)
	return ok
}

// distinct drops nil, and what says the same as an earlier one: thirty reviews
// that may not be read are one trouble.
func distinct(errs []error) []error {
	var out []error
	known := map[string]bool{}
	for _, err := range errs {
		if err == nil || known[sentenceOf(err)] {
			continue
		}
		known[sentenceOf(err)] = true
		out = append(out, err)
	}
	return out
}

// partError says which part of an answer is missing.
type partError struct {
	what string
	err  error
}

// Error is a sentence for people. A refusal says by itself what was refused;
// anything else does not, and promises to be tried again, which a part is not.
func (e *partError) Error() string {
	t, ok := errors.AsType[*timeline.Trouble](e.err)
	if ok && t.Permanent {
		return t.Sentence
	}
	why, _, _ := strings.Cut(sentenceOf(e.err), "; it is tried again")
	return e.what + " could not be read: " + why
}

// Unwrap gives the cause.
func (e *partError) Unwrap() error { return e.err }

// part names what a task reads.
func part(what string, do func() error) func() error {
	return func() error {
		if err := do(); err != nil {
			return &partError{what: what, err: err}
		}
		return nil
	}
}

func sentenceOf(err error) string {
	if p, ok := errors.AsType[*partError](err); ok {
		return p.Error()
	}
	if t, ok := errors.AsType[*timeline.Trouble](err); ok {
		return t.Sentence
	}
	return err.Error()
}
