package hooks_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"unicode/utf8"
)

// FuzzDeployBody posts any bytes. They must be taken, or refused for good, and
// what was taken must be taken the same way again; no body may look like trouble
// of ours, because it would be sent for ever.
func FuzzDeployBody(f *testing.F) {
	f.Add([]byte(deploy))
	f.Fuzz(func(t *testing.T, body []byte) {
		d := newDesk(t, nil)
		first := d.post(string(body))
		if !json.Valid([]byte(first.body)) || !utf8.ValidString(first.body) {
			t.Fatalf("the answer is %q", first.body)
		}
		switch first.Code {
		case http.StatusCreated:
			if again := d.post(string(body)); again.Code != http.StatusOK || again.body != first.body {
				t.Fatalf("first %s, then %d %s", first.body, again.Code, again.body)
			}
			if len(d.deploys()) != 1 {
				t.Fatalf("recorded %+v", d.deploys())
			}
		case http.StatusBadRequest, http.StatusUnprocessableEntity:
			if len(d.deploys()) != 0 {
				t.Fatalf("refused, and recorded %+v", d.deploys())
			}
		default:
			t.Fatalf("%d %s", first.Code, first.body)
		}
	})
}
