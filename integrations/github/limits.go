package github

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// unnamedWait is what GitHub asks for when a limit names no time.
	unnamedWait = time.Minute
	longestWait = 24 * time.Hour
)

// limitError is a refusal by one of GitHub's limits: the call was not performed.
type limitError struct {
	status int
	wait   time.Duration
	// hourly is set for the primary limit.
	hourly bool
	said   string
}

// Error says which limit it was.
func (e *limitError) Error() string { return fmt.Sprintf("status %d, limit: %s", e.status, e.said) }

// limitOf recognises a limit: any 429, and a 403 that carries one of its marks. The
// body can be read afterwards.
func limitOf(resp *http.Response) *limitError {
	if resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode != http.StatusForbidden {
		return nil
	}
	body := refusal(resp)
	h := resp.Header
	spent := h.Get("X-RateLimit-Remaining") == "0"
	if resp.StatusCode == http.StatusForbidden && !spent && h.Get("Retry-After") == "" && !saysLimit(body) {
		return nil
	}
	e := &limitError{status: resp.StatusCode, wait: unnamedWait, said: messageOf(body)}
	now := answered(h)
	if d, ok := retryAfter(h.Get("Retry-After"), now); ok {
		e.wait = d
	} else if reset, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64); err == nil && spent {
		e.wait, e.hourly = time.Unix(reset, 0).Sub(now)+time.Second, true
	}
	e.wait = min(max(e.wait, time.Second), longestWait)
	return e
}

// refusal reads the body of a refusal and puts it back.
func refusal(resp *http.Response) []byte {
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxRefusal))
	if err != nil {
		body = nil // Cut off: its status and headers must do.
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{bytes.NewReader(body), resp.Body}
	return body
}

// answered is when the answer was made by GitHub's clock, so that ours need not
// be right. Limits are deadlines of the protocol and run on real time.
func answered(h http.Header) time.Time {
	if t, err := http.ParseTime(h.Get("Date")); err == nil {
		return t
	}
	return time.Now()
}

// retryAfter reads the header: seconds, or a date.
func retryAfter(v string, now time.Time) (time.Duration, bool) {
	if n, err := strconv.ParseUint(v, 10, 31); err == nil {
		return time.Duration(n) * time.Second, true
	}
	if t, err := http.ParseTime(v); err == nil {
		return t.Sub(now), true
	}
	return 0, false
}

// refused is the body of an error. Its errors are objects or plain strings.
type refused struct {
	Message string            `json:"message"`
	Docs    string            `json:"documentation_url"`
	Errors  []json.RawMessage `json:"errors"`
}

// saysLimit recognises the secondary limit without headers by its page, or words.
func saysLimit(body []byte) bool {
	var r refused
	if json.Unmarshal(body, &r) != nil {
		return false
	}
	for _, end := range []string{"secondary-rate-limits", "#abuse-rate-limits"} {
		if strings.HasSuffix(r.Docs, end) {
			return true
		}
	}
	return strings.Contains(strings.ToLower(r.Message), "rate limit")
}

// messageOf words a refusal as GitHub does, details included; "" when it is no
// JSON.
func messageOf(body []byte) string {
	var r refused
	if json.Unmarshal(body, &r) != nil {
		return ""
	}
	var said []string
	if r.Message != "" {
		said = append(said, r.Message)
	}
	for _, raw := range r.Errors {
		var plain string
		var one struct{ Message, Field, Code string }
		switch {
		case json.Unmarshal(raw, &plain) == nil:
			said = append(said, plain)
		case json.Unmarshal(raw, &one) != nil:
		case one.Message != "":
			said = append(said, one.Message)
		case one.Field != "":
			said = append(said, one.Field+": "+one.Code)
		}
	}
	return strings.TrimSuffix(text(strings.Join(said, "; "), 300), ".")
}
