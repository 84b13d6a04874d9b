package hooks

import (
	"errors"
	"fmt"
	"io"
	"net/http"
)

// Bounds of bodies. GitHub sends no payload above its own bound.
const (
	maxGitHub = 25 << 20
	maxOther  = 1 << 20
	// maxLarge is how many bodies above maxOther are held at once.
	maxLarge = 4
)

// readBody reads a body up to its bound. When it cannot be had, ok is false and
// the answer says why.
func readBody(w http.ResponseWriter, r *http.Request, most int64) (body []byte, a answer, ok bool) {
	large := problem(http.StatusRequestEntityTooLarge, "too_large", fmt.Sprintf("The body has more than %d MiB.", most>>20), "Send less.")
	if r.ContentLength > most {
		return nil, large, false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return nil, large, false
	case err != nil:
		return nil, problem(http.StatusBadRequest, "malformed", "The body did not arrive whole.", "Send it again."), false
	}
	return body, answer{}, true
}

// roomFor makes room for a body that may be large, until done is called. Small ones
// need none, so that nobody who sends large ones keeps them out.
func (s *server) roomFor(r *http.Request) (done func(), ok bool) {
	if r.ContentLength >= 0 && r.ContentLength <= maxOther {
		return func() {}, true
	}
	select {
	case s.large <- struct{}{}:
		return func() { <-s.large }, true
	default:
		return nil, false
	}
}
