package github

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	gh "github.com/google/go-github/v60/github"

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
	name, repo string
	// does is what is refused: "start workflows", followed by "of acme/web-app".
	does string
	// what is unknown when GitHub answers 404: "workflow rollback.yml".
	what string
	// needs is the permission: "Actions: write".
	needs string
	// write is set when performing it twice is not the same as once.
	write bool
}

// fate is what an error means for the call.
type fate int

const (
	never  fate = iota // the same call will never succeed
	later              // not performed; GitHub names the wait, or it is guessed
	unsure             // it may have been performed
	unsent             // it did not get to GitHub
)

// call performs f once, counts it and sorts its error. That a change was accepted,
// 202, is success, though go-github calls it an error; a reading that was accepted
// has brought nothing yet.
func (c *Client) call(ctx context.Context, j job, f func(ctx context.Context) error) error {
	var t trip
	err := ctx.Err()
	if err == nil {
		ctx, cancel := context.WithTimeout(ctx, callTimeout)
		err = f(withTrip(ctx, &t))
		cancel()
	}
	if _, accepted := errors.AsType[*gh.AcceptedError](err); accepted && j.write {
		err = nil
	}
	fate, wait := fateOf(err, t.sent.Load())
	c.opt.Meter.Count("backout_github_calls_total", j.name, outcome(fate, err))
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

// fateOf sorts every error of a call; sent says whether it had a connection.
func fateOf(err error, sent bool) (fate, time.Duration) {
	var limit *limitError
	var signIn *signInError
	var own *gh.RateLimitError
	var abuse *gh.AbuseRateLimitError
	var said *gh.ErrorResponse
	var second *gh.TwoFactorAuthError
	switch {
	case errors.As(err, &limit):
		return later, limit.wait
	case errors.As(err, &signIn):
		if signIn.status >= 400 && signIn.status < 500 && signIn.status != http.StatusRequestTimeout {
			return never, 0
		}
		return unsent, shortWait
	case errors.As(err, &own):
		return later, min(max(time.Until(own.Rate.Reset.Time), time.Second), longestWait)
	case errors.As(err, &abuse):
		return later, unnamedWait
	case errors.As(err, &second):
		return never, 0
	case errors.As(err, &said):
		return fateOfStatus(said.Response.StatusCode)
	case !sent && errors.Is(err, context.Canceled):
		return unsent, endedWait
	case !sent:
		return unsent, shortWait
	}
	// Timeouts, cuts, answers that are no JSON: GitHub may have done it.
	return unsure, shortWait
}

func fateOfStatus(code int) (fate, time.Duration) {
	switch {
	case code == http.StatusTooManyRequests:
		return later, unnamedWait
	case code >= 500, code == http.StatusRequestTimeout:
		return unsure, shortWait
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

// statusOf is the status that GitHub refused a call with, or 0.
func statusOf(err error) int {
	said, ok := errors.AsType[*gh.ErrorResponse](err)
	if !ok || said.Response == nil {
		return 0
	}
	return said.Response.StatusCode
}

// saidOf is what GitHub said when it refused.
func saidOf(err error) string {
	said, ok := errors.AsType[*gh.ErrorResponse](err)
	if !ok || said.Response == nil || said.Response.Body == nil {
		return ""
	}
	// go-github leaves the body readable; its own message lacks the details.
	return messageOf(refusal(said.Response))
}

// refusedOf is a refusal as GitHub words it.
func refusedOf(err error) (out refused) {
	said, ok := errors.AsType[*gh.ErrorResponse](err)
	if ok && said.Response != nil && said.Response.Body != nil {
		_ = json.Unmarshal(refusal(said.Response), &out) // What is no JSON says nothing.
	}
	return out
}

// isPermanent reports whether the same call will never succeed.
func isPermanent(err error) bool {
	t, ok := errors.AsType[*timeline.Trouble](err)
	return ok && t.Permanent
}
