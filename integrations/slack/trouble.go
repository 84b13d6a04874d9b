package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"backout/timeline"
)

// Waits that Slack did not name: limits are counted per minute, so half of one is
// a fair guess for a 429 without Retry-After; a refused token is looked at again
// after a minute, because the process is about to end for it anyway.
const (
	unnamedWait = 30 * time.Second
	authWait    = time.Minute
)

// fate is what an error means for the call.
type fate int

const (
	never  fate = iota // the same call will never succeed
	later              // not performed; Slack names the wait, or it is guessed
	unsure             // it may have been performed
	unsent             // it did not get to Slack
	noAuth             // no call will succeed until a person repairs the app
)

// fateOf sorts every error of a Web API call. The code is Slack's, if it gave one.
func fateOf(err error) (f fate, code string, wait time.Duration) {
	var limited *slack.RateLimitedError
	var status slack.StatusCodeError
	var said slack.SlackErrorResponse
	var dial *net.OpError
	var dns *net.DNSError
	switch {
	case errors.As(err, &limited):
		return later, "ratelimited", max(limited.RetryAfter, time.Second)
	case errors.As(err, &status):
		return fateOfStatus(status.Code)
	case errors.As(err, &said):
		f, wait = fateOfCode(said.Err)
		return f, said.Err, wait
	case errors.As(err, &dns), errors.As(err, &dial) && dial.Op == "dial":
		return unsent, "", 0
	}
	// Timeouts, cuts, answers that are no JSON: Slack may have done it.
	return unsure, "", 0
}

func fateOfStatus(code int) (fate, string, time.Duration) {
	switch {
	case code == http.StatusTooManyRequests:
		return later, "ratelimited", unnamedWait
	case code >= 500, code == http.StatusRequestTimeout:
		return unsure, "", 0
	}
	return never, "", 0
}

// fateOfCode sorts Slack's error codes. What is not named here is a refusal that
// will not change by itself.
func fateOfCode(code string) (fate, time.Duration) {
	switch code {
	case "ratelimited", "rate_limited", "too_many_requests", "message_limit_exceeded":
		return later, unnamedWait
	case "internal_error", "fatal_error", "request_timeout", "service_unavailable", "team_added_to_org", "update_failed":
		return unsure, 0
	case "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type",
		"no_permission", "org_login_required", "ekm_access_denied", "access_denied", "accesslimited", "team_access_not_granted",
		"enterprise_is_restricted", "two_factor_setup_required", "forbidden_team", "insecure_request",
		"socket_mode_disabled", "not_allowed", "invalid_app_id", "app_not_installed":
		return noAuth, authWait
	}
	return never, 0
}

// troubleOf makes the error that callers see. doing says what failed, as in "the
// channel could not be created".
func troubleOf(doing string, err error) error {
	if err == nil {
		return nil
	}
	if _, known := errors.AsType[*timeline.Trouble](err); known {
		return err
	}
	f, code, wait := fateOf(err)
	t := &timeline.Trouble{
		Permanent: f == never, Unsure: f == unsure, After: wait,
		Sentence: doing + ": " + reason(f, code, err), Cause: cause(code, err),
	}
	return t
}

// cause is the error for the log. URLs are taken out of it, because those of
// responses, uploads and sockets are secrets.
func cause(code string, err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = fmt.Errorf("%s: %w", strings.ToLower(u.Op), u.Err)
	}
	switch code {
	case "name_taken":
		return fmt.Errorf("%w: %w", timeline.ErrNameTaken, err)
	case "message_not_found", "cant_update_message", "edit_window_closed":
		return fmt.Errorf("%w: %w", timeline.ErrNoMessage, err)
	}
	return err
}

// reason words the error for people: what it means and what to do.
func reason(f fate, code string, err error) string {
	var said slack.SlackErrorResponse
	if errors.As(err, &said) && code == "missing_scope" {
		scope := said.Needed
		if scope == "" {
			scope = "it needs"
		}
		return "the app lacks the scope " + scope + "; add it under OAuth & Permissions and reinstall the app"
	}
	if s, ok := sentences()[code]; ok {
		return s
	}
	var badJSON *json.SyntaxError
	switch {
	case f == later:
		return "Slack asks for a pause; it is tried again"
	case f == noAuth:
		return "Slack refuses the app's token (" + code + "); see Install App in its settings"
	case f == unsure && errors.Is(err, context.Canceled):
		return "Backout stopped before Slack answered"
	case f == unsure && errors.As(err, &badJSON):
		return "Slack's answer could not be read"
	case f == unsure:
		return "Slack did not answer properly; whether it was done is checked before it is repeated"
	case f == unsent:
		return "Slack cannot be reached"
	case code == "":
		return "Slack refuses it"
	}
	return "Slack refuses it (" + code + ")"
}

// isFatal reports errors that no call gets past until a person repairs the app.
func isFatal(err error) bool {
	f, code, _ := fateOf(err)
	return f == noAuth || code == "missing_scope"
}
