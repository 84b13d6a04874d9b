package pages

import (
	"encoding/json"
	"errors"
	"net/http"
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

// authorised lets through who has the bearer token. The body of the answer never
// says more than that.
func (s *server) authorised(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.Token.IsZero() {
			problem(w, http.StatusForbidden, "The API is off.", "Set BACKOUT_API_TOKEN to switch it on.")
			return
		}
		given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok || !s.Token.Equal(strings.TrimSpace(given)) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="backout"`)
			problem(w, http.StatusUnauthorized, "The API wants the bearer token.", "Send Authorization: Bearer with the value of BACKOUT_API_TOKEN.")
			return
		}
		next(w, r)
	})
}
