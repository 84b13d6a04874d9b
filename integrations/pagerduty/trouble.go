package pagerduty

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"backout/timeline"
)

const (
	// shortWait is for what may be gone in a moment: no network, a read that failed.
	shortWait = 5 * time.Second
	// endedWait is for a call that was not made because its context had ended.
	endedWait = time.Second
)

// job describes a call: what figures call it, and the words for its failure.
type job struct {
	name string
	// does is what is refused: "acknowledge the incident Q1".
	does string
	// what is unknown when PagerDuty answers 404: "incident Q1".
	what string
	// write is set when performing it twice is not the same as once.
	write bool
	// fine are the codes that say that it is so already.
	fine []int
}

// fate is what an error means for the call.
type fate int

const (
	never  fate = iota // the same call will never succeed
	later              // not performed; PagerDuty names the wait, or it is guessed
	unsure             // it may have been performed
	unsent             // it did not get to PagerDuty
)

// call performs f, which makes one request, counts it and sorts its error.
func (c *Client) call(ctx context.Context, j job, f func(ctx context.Context) error) error {
	var t trip
	err := ctx.Err()
	if err == nil {
		ctx, cancel := context.WithTimeout(ctx, callTimeout)
		err = t.cause(ctx, f(withTrip(ctx, &t)))
		cancel()
	}
	if t.settles(j, err) {
		err = nil
	}
	fate, wait := fateOf(err, t.sent.Load())
	c.opt.Meter.Count("backout_pagerduty_calls_total", j.name, outcome(fate, err))
	if err == nil {
		return nil
	}
	out := &timeline.Trouble{After: wait, Cause: err, Sentence: c.sentence(j, fate, err)}
	switch {
	case fate == never:
		out.Permanent, out.After = true, 0
	case fate == unsure && j.write:
		out.Unsure, out.After = true, 0
	}
	return out
}

// cause is the best that is known of why a call failed.
func (t *trip) cause(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case t.refused != nil:
		return t.refused
	case t.failed != nil:
		err = t.failed
	}
	// The transport may give the reason for which the context was ended instead.
	if ended := ctx.Err(); ended != nil && !t.done() && !errors.Is(err, ended) {
		return errors.Join(ended, err)
	}
	return err
}

// settles reports whether an error is none: it is so already, or it was done, and
// only an answer that nobody needs has a shape that go-pagerduty does not know.
func (t *trip) settles(j job, err error) bool {
	if said, ok := errors.AsType[*refusal](err); ok {
		return slices.Contains(j.fine, said.code)
	}
	_, shape := errors.AsType[*json.UnmarshalTypeError](err)
	return shape && j.write && t.done()
}

// fateOf sorts every error of a call; sent says whether it had a connection.
func fateOf(err error, sent bool) (fate, time.Duration) {
	if said, ok := errors.AsType[*refusal](err); ok {
		return said.fate()
	}
	switch {
	case !sent && errors.Is(err, context.Canceled):
		return unsent, endedWait
	case !sent:
		return unsent, shortWait
	}
	// Timeouts, cuts, answers that are no JSON: PagerDuty may have done it.
	return unsure, shortWait
}

func (r *refusal) fate() (fate, time.Duration) {
	wait := max(r.wait, shortWait)
	switch {
	case r.limited():
		return later, max(r.wait, time.Second)
	case r.status >= 500, r.status == http.StatusRequestTimeout:
		return unsure, wait
	case r.code == codeChanged:
		return later, shortWait
	}
	return never, 0
}

func outcome(f fate, err error) string {
	if err == nil {
		return "done"
	}
	switch f {
	case later:
		return "limited"
	case unsure:
		return "unsure"
	case unsent:
		return "unreachable"
	}
	return "refused"
}

// refusedWith is how PagerDuty refused for ever, or nil.
func refusedWith(err error) *refusal {
	t, ok := errors.AsType[*timeline.Trouble](err)
	if !ok || !t.Permanent {
		return nil
	}
	r, _ := errors.AsType[*refusal](t.Cause)
	return r
}

// no is a Trouble that no call had: what is asked for cannot be.
func no(sentence string) *timeline.Trouble {
	return &timeline.Trouble{Permanent: true, Sentence: sentence}
}
