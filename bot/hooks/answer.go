package hooks

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"backout/timeline"
)

// retryAfter is how many seconds a sender waits when the store is in trouble.
const retryAfter = "5"

// answer is what a sender gets. Result is for the figures.
type answer struct {
	status  int
	result  string
	headers [][2]string
	body    any
}

func (a answer) with(name, value string) answer {
	a.headers = append(a.headers, [2]string{name, value})
	return a
}

func (a answer) write(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	for _, f := range a.headers {
		if f[0] == "Content-Type" {
			h.Del(f[0])
		}
		h.Add(f[0], f[1])
	}
	w.WriteHeader(a.status)
	_ = json.NewEncoder(w).Encode(a.body)
}

// taken answers a delivery that need not come again. Detail says why nothing was
// recorded, or is empty.
func taken(status int, result, detail string) answer {
	return answer{status: status, result: result, body: struct {
		Result string `json:"result"`
		Detail string `json:"detail,omitempty"`
	}{result, detail}}
}

// problem answers with application/problem+json (RFC 9457).
func problem(status int, result, sentence, instead string) answer {
	return answer{status: status, result: result, body: struct {
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail"`
	}{http.StatusText(status), status, strings.TrimSpace(sentence + " " + instead)}}.with("Content-Type", "application/problem+json")
}

func fault() answer {
	return problem(http.StatusInternalServerError, "failed", "Backout has a fault here; nothing was recorded.", "The log has the details.")
}

// notRecorded answers for an error of the record. Refused is for those of a rule:
// sending the same again would be refused again.
func (s *server) notRecorded(source string, err error, refused func(*timeline.Refusal) answer) answer {
	var r *timeline.Refusal
	rule := errors.As(err, &r) && r.Kind != timeline.Unavailable
	late := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
	switch {
	case errors.Is(err, timeline.ErrStore) || late || r != nil && !rule:
		s.Log.Error("a delivery could not be recorded; its sender is to send it again", "source", source, "error", err)
		return problem(http.StatusServiceUnavailable, "again", "The delivery could not be recorded in time.", "Send it again; what was recorded all the same is not recorded twice.").
			with("Retry-After", retryAfter)
	case rule:
		return refused(r)
	}
	s.Log.Error("a delivery met a fault", "source", source, "error", err)
	return fault()
}

// cut bounds what is told of somebody else's words.
func cut(s string) string {
	const most = 200
	if len(s) <= most {
		return s
	}
	n := most
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
