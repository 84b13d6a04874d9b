package foreign

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

type answering func(*http.Request) *http.Response

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) { return a(r), nil }

var errCut = errors.New("cut")

// TestAnswersRepeatNoCredentials has a server echo what it was sent, in its header
// and body, whole or broken off.
func TestAnswersRepeatNoCredentials(t *testing.T) {
	for _, header := range []string{"Bearer s3cret-token", "Token token=s3cret-token", "token s3cret-token", ""} {
		for _, end := range []error{nil, errCut} {
			u := Unechoed{Secrets: []string{"in-the-body", ""}, Next: answering(func(r *http.Request) *http.Response {
				said := "you sent " + r.Header.Get("Authorization") + " and in-the-body"
				return &http.Response{StatusCode: 401, Header: http.Header{"X-Echo": {said}}, Body: io.NopCloser(io.MultiReader(strings.NewReader(said), failing{end}))}
			})}
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://x.example", http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			if header != "" {
				r.Header.Set("Authorization", header)
			}
			resp, err := u.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			all := string(body) + resp.Header.Get("X-Echo")
			if !errors.Is(err, end) || strings.Contains(all, "s3cret") || strings.Contains(all, "in-the-body") || !strings.Contains(all, "you sent") {
				t.Errorf("%q, %v: %q, %v", header, end, all, err)
			}
		}
	}
}
