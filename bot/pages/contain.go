package pages

import (
	"net/http"
	"runtime/debug"

	"backout/integrations/foreign"
)

// contained turns a fault of ours into an answer. The log gets where it happened,
// and of what it says only what the runtime wrote: the rest may be words of people.
func (s *server) contained(next http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		w := &noted{ResponseWriter: out}
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler { //nolint:errorlint,err113 // It is a signal, and never wrapped.
				panic(p)
			}
			if s.Log != nil {
				s.Log.Error("a fault in a page was contained", "route", r.Pattern, "panic", foreign.Fault(p), "stack", string(debug.Stack()))
			}
			if s.Meter != nil {
				s.Meter.Count("backout_panics_total", "pages")
			}
			if w.begun { // half an answer must not look like a whole one
				panic(http.ErrAbortHandler)
			}
			problem(w, http.StatusInternalServerError, "Backout has a fault here.", "The log has the details.")
		}()
		next.ServeHTTP(w, r)
	})
}

// noted knows whether an answer was begun.
type noted struct {
	http.ResponseWriter
	begun bool
}

// WriteHeader begins the answer.
func (n *noted) WriteHeader(status int) {
	n.begun = true
	n.ResponseWriter.WriteHeader(status)
}

// Write begins it too.
func (n *noted) Write(p []byte) (int, error) {
	n.begun = true
	return n.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (n *noted) Unwrap() http.ResponseWriter { return n.ResponseWriter }
