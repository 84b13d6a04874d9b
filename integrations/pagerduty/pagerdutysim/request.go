package pagerdutysim

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// request is one authenticated call on its way through a handler.
type request struct {
	*http.Request
	body []byte
	key  *key
	from *user // whom a write speaks for
}

// ask is a parameter of the query.
func (q *request) ask(name string) string { return q.URL.Query().Get(name) }

// includes says whether include[] names a thing.
func (q *request) includes(what string) bool {
	return slices.Contains(q.URL.Query()["include[]"], what)
}

// decode reads the JSON body into v. The second result is the refusal, if any.
func (q *request) decode(v any) (reply, bool) {
	b := bytes.TrimSpace(q.body)
	switch {
	case len(b) == 0:
		return missing("The request has no body"), false
	case !json.Valid(b) || b[0] != '{':
		return invalid("The request body is not a JSON object"), false
	}
	if err := json.Unmarshal(b, v); err != nil {
		return invalid("The request body has a wrong type: %v", err), false
	}
	return reply{}, true
}

// moment reads a time of the query; date and time, with or without a zone, or a date.
func moment(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, strings.Replace(text, " ", "T", 1)); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// between reads since and until.
func (q *request) between(since, until time.Time) (time.Time, time.Time, *reply) {
	for _, p := range []struct {
		name string
		to   *time.Time
	}{{"since", &since}, {"until", &until}} {
		text := q.ask(p.name)
		if text == "" {
			continue
		}
		t, ok := moment(text)
		if !ok {
			r := errorReply(http.StatusBadRequest, 2004, "Invalid time values in 'since' and/or 'until' parameters", p.name+" is not a time")
			return since, until, &r
		}
		*p.to = t
	}
	return since, until, nil
}

const (
	defaultPage  = 25
	greatestPage = 100
	furthestPage = 10000
)

// paging reads limit and offset. PagerDuty caps some nonsense without a word; here
// it is refused, so that nobody relies on a page that is longer than they come.
func (q *request) paging() (limit, offset int, bad *reply) {
	number := func(name string, missing, least, most int) (n int) {
		text := q.ask(name)
		if text == "" || bad != nil {
			return missing
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < least || n > most {
			r := invalid("%s must be a number from %d to %d", name, least, most)
			bad = &r
		}
		return n
	}
	limit = number("limit", defaultPage, 1, greatestPage)
	offset = number("offset", 0, 0, furthestPage)
	if bad == nil && limit+offset > furthestPage {
		r := invalid("Offset plus limit must not exceed %d", furthestPage)
		bad = &r
	}
	return limit, offset, bad
}

// listing answers one page of a list. The total is told only to who asks for it.
func listing[T any](q *request, name string, all []T, shape func(T) object) reply {
	limit, offset, bad := q.paging()
	if bad != nil {
		return *bad
	}
	from := min(offset, len(all))
	to := min(from+limit, len(all))
	o := object{name: shapes(all[from:to], shape), "limit": limit, "offset": offset, "more": to < len(all), "total": nil}
	if total, err := strconv.ParseBool(q.ask("total")); err == nil && total {
		o["total"] = len(all)
	}
	return good(o)
}
