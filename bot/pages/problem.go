package pages

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"backout/timeline"
)

// problem answers with application/problem+json (RFC 9457).
func problem(w http.ResponseWriter, status int, sentence, instead string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(struct {
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail"`
	}{http.StatusText(status), status, strings.TrimSpace(sentence + " " + instead)})
}

// Problem answers with a sentence as application/problem+json.
func Problem(w http.ResponseWriter, status int, sentence string) { problem(w, status, sentence, "") }

// refuse translates an error of the record.
func refuse(w http.ResponseWriter, err error) {
	var r *timeline.Refusal
	if !errors.As(err, &r) {
		problem(w, http.StatusInternalServerError, "Backout has a fault here.", "The log has the details.")
		return
	}
	status := map[timeline.RefusalKind]int{
		timeline.Invalid: http.StatusBadRequest, timeline.NotFound: http.StatusNotFound,
		timeline.Conflict: http.StatusConflict, timeline.Forbidden: http.StatusForbidden,
		timeline.Unavailable: http.StatusServiceUnavailable,
	}[r.Kind]
	problem(w, status, r.Sentence, r.Instead)
}

// authorised lets through who has the bearer token, or one of those that open this
// address too. The body of the answer never says more than that.
func (s *server) authorised(next http.HandlerFunc, also ...Token) http.Handler {
	tokens, names := []Token{s.Token}, "BACKOUT_API_TOKEN"
	if len(also) > 0 {
		tokens, names = append(tokens, also...), "BACKOUT_API_TOKEN or BACKOUT_DEPLOY_TOKEN"
	}
	tokens = slices.DeleteFunc(tokens, func(t Token) bool { return t == nil || t.IsZero() })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(tokens) == 0 {
			problem(w, http.StatusForbidden, "The API is off.", "Set "+names+" to switch it on.")
			return
		}
		given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		held := false
		for _, t := range tokens { // all of them, so that the time taken tells nothing
			held = t.Equal(strings.TrimSpace(given)) || held
		}
		if !ok || !held {
			w.Header().Set("WWW-Authenticate", `Bearer realm="backout"`)
			problem(w, http.StatusUnauthorized, "The API wants the bearer token.", "Send Authorization: Bearer with the value of "+names+".")
			return
		}
		next(w, r)
	})
}
