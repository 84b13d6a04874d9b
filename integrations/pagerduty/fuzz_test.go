package pagerduty

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// FuzzParse: whatever is signed and sent, what comes out has the ids that it needs,
// and its texts can be shown.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/hooks/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal(err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := Parse(body)
		if err != nil {
			if !cmp.Equal(e, Event{}) {
				t.Errorf("an error and %+v", e)
			}
			return
		}
		if e.Ping && e.Ignored || e.Type == "" || !e.Ping && !e.Ignored && (e.ID == "" || e.Incident.ID == "") {
			t.Errorf("%+v", e)
		}
		i := e.Incident
		if i.Number < 0 || len(i.Assignees) > maxAssignees || one(i.Status, "", StateTriggered, StateAcknowledged, StateResolved) != i.Status {
			t.Errorf("%+v", i)
		}
		if e.Marker != "" && !isMarker(e.Marker) {
			t.Errorf("marker %q", e.Marker)
		}
		for _, id := range []string{e.ID, i.ID, i.ServiceID, i.PolicyID, i.MergedInto} {
			if ident(id) != id {
				t.Errorf("id %q", id)
			}
		}
		sound(t, maxText, e.Note, e.Message)
		sound(t, maxTitle, i.Title)
		sound(t, maxName, e.Type, e.Client, e.Answer, i.Key, i.Urgency, i.Priority, i.ServiceName)
		soundLink(t, i.Link)
		for _, p := range append(i.Assignees, e.Who, e.Responder) {
			sound(t, maxName, p.ID, p.Name, p.Email, p.Kind)
			soundLink(t, p.Link)
		}
		_ = e.Own("PBOT001")
	})
}

func sound(t *testing.T, limit int, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if !utf8.ValidString(s) || utf8.RuneCountInString(s) > limit || strings.ContainsFunc(s, unicode.IsControl) || s != strings.TrimSpace(s) || text(s, limit) != s {
			t.Errorf("%q cannot be shown", s)
		}
	}
}

func soundLink(t *testing.T, s string) {
	t.Helper()
	if u, err := url.Parse(s); s != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || link(s) != s) {
		t.Errorf("%q is no link", s)
	}
}

// FuzzVerify: no header is the signature of a secret that it was not made with.
func FuzzVerify(f *testing.F) {
	f.Add("v1=00", []byte("body"))
	f.Add("v1=,v1=ab, v1=", []byte(""))
	f.Fuzz(func(t *testing.T, header string, body []byte) {
		if Verify([]string{"", "another secret"}, body, header) || Verify(nil, body, header) {
			t.Errorf("%q is valid for %q", header, body)
		}
	})
}

// FuzzMarks: what is marked is found again, and fits.
func FuzzMarks(f *testing.F) {
	f.Add("text", "INC-7/news/12")
	f.Add("a [backout b]", "c")
	f.Fuzz(func(t *testing.T, s, marker string) {
		_, found := unmark(s)
		if found != "" && !isMarker(found) {
			t.Errorf("%q in %q", found, s)
		}
		if !isMarker(marker) {
			return
		}
		m := marked(s, "\n\n", marker, 200)
		clean, got := unmark(m)
		if got != marker || utf8.RuneCountInString(m) > 200 || !utf8.ValidString(m) {
			t.Errorf("%q, %q out of %q", clean, got, m)
		}
	})
}

// FuzzRefusal: an error may be worded as it likes.
func FuzzRefusal(f *testing.F) {
	f.Add([]byte(`{"error":{"message":"m","code":1001,"errors":["a"]}}`))
	f.Add([]byte(`{"error":["a",1]}`))
	f.Add([]byte(`{"error":"a","message":"b"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		r := refusal{status: 400}
		r.read(body)
		sound(t, maxTitle, r.said)
		if strings.HasSuffix(r.said, ".") {
			t.Errorf("%q", r.said)
		}
	})
}
