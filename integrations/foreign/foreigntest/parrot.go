// Package foreigntest stands in for strangers in tests of clients: it answers
// without a network, and whatever a test wants.
package foreigntest

import (
	"net/http"
	"net/http/httptest"
)

// Parrot is an http.RoundTripper that gives every request the answer that it
// writes.
type Parrot func(w http.ResponseWriter, r *http.Request)

// RoundTrip implements http.RoundTripper.
func (p Parrot) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	p(rec, r)
	resp := rec.Result()
	resp.Request = r
	return resp, nil
}
