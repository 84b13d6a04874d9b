package hooks_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestFewLargeBodiesAreHeldAtOnce has strangers begin large bodies and never end
// them: a fifth is asked to come again, and small ones pass all the while.
func TestFewLargeBodiesAreHeldAtOnce(t *testing.T) {
	d := newDesk(t, nil)
	headers := func(r *http.Request) *http.Request {
		r.Header.Set("X-Hub-Signature-256", "sha256=00")
		r.ContentLength = 2 << 20
		return r
	}
	var ends []*io.PipeWriter
	done := make(chan int)
	for range 4 {
		body, in := io.Pipe()
		ends = append(ends, in)
		go func() {
			w := httptest.NewRecorder()
			d.hooks.ServeHTTP(w, headers(httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/webhooks/github", body)))
			done <- w.Code
		}()
		if _, err := in.Write([]byte("{")); err != nil { // it is being read
			t.Fatal(err)
		}
	}
	w := httptest.NewRecorder()
	d.hooks.ServeHTTP(w, headers(httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/webhooks/github", http.NoBody)))
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("a fifth large body: %d %s", w.Code, w.Body)
	}
	d.github("deployment_status", guid, status, nil).says(t, http.StatusOK, "recorded")
	for _, in := range ends {
		_ = in.Close()
		if code := <-done; code != http.StatusUnauthorized {
			t.Errorf("a large body without a valid signature: %d", code)
		}
	}
	again := httptest.NewRecorder()
	d.hooks.ServeHTTP(again, headers(httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/webhooks/github", http.NoBody)))
	if again.Code == http.StatusServiceUnavailable {
		t.Error("there is no room again")
	}
}
