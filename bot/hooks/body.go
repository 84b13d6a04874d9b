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
