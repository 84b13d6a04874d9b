package pagerduty

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
	// unnamedWait is for a limit that names no time; limits are counted per minute.
	unnamedWait = 45 * time.Second
	longestWait = time.Hour
)

// PagerDuty's codes that mean something to us.
const (
	codeResolved     = 1001
	codeAcknowledged = 1002
	codeChanged      = 1005
	codeNoAssignee   = 1007
	codeNoRequester  = 1008
	codeNoPolicy     = 1014
	codeNobodyOnCall = 1015
	codeMerged       = 1019
	codeNoPriority   = 1020
	codeUnknownToken = 2006
	codeNoAccess     = 2010
	codeNoAbility    = 2014
	codeForbidden    = 2018
	codeLimit        = 2020
	codeNotFound     = 2100
	codeNoIncident   = 5001
)

// refusal is an answer that is not 2xx.
type refusal struct {
	status, code int
	// wait is how long PagerDuty asks us to wait, or 0.
	wait time.Duration
	said string
}

// Error says which refusal it was.
func (r *refusal) Error() string {
	out := fmt.Sprintf("status %d", r.status)
	if r.code != 0 {
		out += fmt.Sprintf(", code %d", r.code)
	}
	if r.said != "" {
		out += ": " + r.said
	}
	return out
}

// limited recognises the limit, whatever the status.
func (r *refusal) limited() bool {
	return r.status == http.StatusTooManyRequests || r.code == codeLimit
}

// refusalOf reads a refusal, whose body can be read afterwards.
func refusalOf(resp *http.Response) *refusal {
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxRefusal))
	if err != nil {
		body = nil // Cut off: its status and headers must do.
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{bytes.NewReader(body), resp.Body}
	r := &refusal{status: resp.StatusCode, wait: waitOf(resp.Header)}
	r.read(body)
	if r.limited() && r.wait == 0 {
		r.wait = unnamedWait
	}
	return r
}

// waitOf is the wait that the headers name: seconds in either, or a date in
// Retry-After. Limits are deadlines of the protocol and run on real time.
func waitOf(h http.Header) time.Duration {
	for _, v := range []string{h.Get("ratelimit-reset"), h.Get("Retry-After")} {
		if n, err := strconv.ParseUint(v, 10, 31); err == nil {
			return min(max(time.Duration(n)*time.Second, time.Second), longestWait)
		}
		if t, err := http.ParseTime(v); err == nil {
			now := time.Now()
			if at, err := http.ParseTime(h.Get("Date")); err == nil {
				now = at // So that our clock need not be right.
			}
			return min(max(t.Sub(now), time.Second), longestWait)
		}
	}
	return 0
}

// read takes code and words from {"error": {"message", "code", "errors"}}, where
// errors is a list, or one text, and error itself may be such a list.
func (r *refusal) read(body []byte) {
	var outer struct {
		Error   json.RawMessage `json:"error"`
		Message string          `json:"message"`
	}
	if lenient(body, &outer) != nil {
		return
	}
	var e struct {
		Message string          `json:"message"`
		Code    int             `json:"code"`
		Errors  json.RawMessage `json:"errors"`
	}
	said := []string{outer.Message}
	if lenient(outer.Error, &e) == nil {
		r.code = e.Code
		said = append(said, e.Message)
		said = append(said, texts(e.Errors)...)
	}
	said = append(said, texts(outer.Error)...)
	var kept []string
	for _, s := range said {
		if s = plain(s); s != "" {
			kept = append(kept, s)
		}
	}
	r.said = plain(strings.Join(kept, "; "))
}

// plain is a text without full stop, to stand within a sentence.
func plain(s string) string { return strings.TrimRight(text(s, maxTitle), ".; ") }

// texts reads a text or a list of texts; anything else is none.
func texts(raw json.RawMessage) []string {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}
	}
	var list []string
	if lenient(raw, &list) != nil {
		return nil
	}
	return list
}
