package pagerduty

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"backout/integrations/pagerduty/pagerdutysim"
)

var update = flag.Bool("update", false, "write testdata/hooks/*.want anew") //nolint:gochecknoglobals // A flag.

// TestHooks reads each payload in testdata/hooks and compares with what stands
// beside it.
func TestHooks(t *testing.T) {
	files, err := filepath.Glob("testdata/hooks/*.json")
	if err != nil || len(files) < 30 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			e, err := Parse(contents(t, file))
			if err != nil {
				t.Fatal(err)
			}
			got := said(t, struct {
				Event
				Own bool
			}{e, e.Own("PBOT001")})
			golden := strings.TrimSuffix(file, ".json") + ".want"
			if *update {
				if err := os.WriteFile(golden, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if d := cmp.Diff(string(contents(t, golden)), string(got)); d != "" {
				t.Error(d)
			}
		})
	}
}

// said is v as JSON without what is zero.
func said(t *testing.T, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(raw, &tree); err != nil {
		t.Fatal(err)
	}
	out, err := json.MarshalIndent(pruned(tree), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(out, '\n')
}

func pruned(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if v[k] = pruned(x); v[k] == nil {
				delete(v, k)
			}
		}
		if len(v) == 0 {
			return nil
		}
	case []any:
		for i := range v {
			v[i] = pruned(v[i])
		}
	case string:
		if v == "" || v == "0001-01-01T00:00:00Z" {
			return nil
		}
	case bool:
		if !v {
			return nil
		}
	case float64:
		if v == 0 {
			return nil
		}
	}
	return v
}

func contents(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestVerify(t *testing.T) {
	body := []byte(`{"event":{"id":"x"}}`)
	right, other := pagerdutysim.Sign("one", body), pagerdutysim.Sign("two", body)
	noSecret := pagerdutysim.Sign("", body)
	for _, c := range []struct {
		name    string
		secrets []string
		header  string
		want    bool
	}{
		{"right", []string{"one"}, right, true},
		{"wrong", []string{"one"}, other, false},
		{"of another body", []string{"one"}, pagerdutysim.Sign("one", []byte("x")), false},
		{"rotated there: ours is the first", []string{"one"}, right + "," + other, true},
		{"rotated there: ours is the second", []string{"one"}, other + "," + right, true},
		{"rotated here", []string{"one", "two"}, other, true},
		{"with blanks", []string{"one"}, other + ", " + right, true},
		{"with many blanks", []string{"one"}, "  " + other + " ,\t " + right + " ", true},
		{"another version before", []string{"one"}, "v0=abc," + right, true},
		{"only another version", []string{"one"}, "v0=" + strings.TrimPrefix(right, "v1="), false},
		{"version in upper case", []string{"one"}, strings.Replace(right, "v1=", "V1=", 1), false},
		{"digits in upper case", []string{"one"}, "v1=" + strings.ToUpper(strings.TrimPrefix(right, "v1=")), true},
		{"no version", []string{"one"}, strings.TrimPrefix(right, "v1="), false},
		{"cut short", []string{"one"}, right[:len(right)-2], false},
		{"too long", []string{"one"}, right + "00", false},
		{"half a digit", []string{"one"}, right[:len(right)-1], false},
		{"no digits", []string{"one"}, "v1=zz", false},
		{"empty signature", []string{"one"}, "v1=", false},
		{"no header", []string{"one"}, "", false},
		{"commas", []string{"one"}, ",,,", false},
		{"no secret", nil, right, false},
		{"an empty secret", []string{""}, noSecret, false},
		{"an empty secret beside a right one", []string{"", "one"}, right, true},
		{"an empty secret and nothing", []string{""}, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Verify(c.secrets, body, c.header); got != c.want {
				t.Error(got)
			}
		})
	}
}

func TestWhatCannotBeRead(t *testing.T) {
	for _, body := range []string{
		``, `{`, `null`, `[]`, `7`, `{}`, `{"event":null}`, `{"event":{"id":"x","data":{}}}`, `{"event":{"id":"x","event_type":7}}`,
		`{"event":{"id":"x","event_type":"incident.triggered"}}`,
		`{"event":{"id":"x","event_type":"incident.triggered","data":null}}`,
		`{"event":{"id":"x","event_type":"incident.triggered","data":{"id":"../etc"}}}`,
		`{"event":{"id":"","event_type":"incident.triggered","data":{"id":"Q1"}}}`,
		`{"event":{"id":"a/b","event_type":"incident.triggered","data":{"id":"Q1"}}}`,
		`{"event":{"id":"x","event_type":"incident.annotated","data":{"id":"Q1"}}}`,
	} {
		if e, err := Parse([]byte(body)); err == nil || !cmp.Equal(e, Event{}) {
			t.Errorf("%s: %+v, %v", body, e, err)
		}
	}
	// What we do not know is PagerDuty's business.
	for _, body := range []string{
		`{"event":{"event_type":"incident.future"}}`, `{"event":{"id":{},"event_type":"x","data":[1],"agent":"a","client":3}}`,
	} {
		if e, err := Parse([]byte(body)); err != nil || !e.Ignored || e.Ping {
			t.Errorf("%s: %+v, %v", body, e, err)
		}
	}
}

func TestOwn(t *testing.T) {
	us, ana, nobody := Person{ID: "PBOT", Kind: KindUser}, Person{ID: "PANA", Kind: KindUser}, Person{}
	for _, c := range []struct {
		name string
		e    Event
		self string
		want bool
	}{
		{"our acknowledgement", Event{Type: Acknowledged, Who: us}, "PBOT", true},
		{"Ana's", Event{Type: Acknowledged, Who: ana}, "PBOT", false},
		{"nobody's", Event{Type: Resolved, Who: nobody}, "PBOT", false},
		{"nobody's, and we do not know who we are", Event{Type: Resolved, Who: nobody}, "", false},
		{"our incident", Event{Type: Triggered, Who: us}, "PBOT", true},
		{"our priority", Event{Type: Prioritised, Who: us}, "PBOT", true},
		{"our note", Event{Type: Annotated, Who: us, Marker: "INC-7/news/1"}, "PBOT", true},
		{"a note by a person who shares our user", Event{Type: Annotated, Who: us}, "PBOT", false},
		{"a copy of our note", Event{Type: Annotated, Who: ana, Marker: "INC-7/news/1"}, "PBOT", false},
		{"our note, and we do not know who we are", Event{Type: Annotated, Who: us, Marker: "m"}, "", true},
		{"our note, and PagerDuty does not say whose", Event{Type: Annotated, Marker: "m"}, "PBOT", true},
		{"our request", Event{Type: ResponderAdded, Who: us, Marker: "m"}, "PBOT", true},
		{"the answer to our request", Event{Type: ResponderReply, Who: us, Marker: "m"}, "PBOT", false},
		{"what we never do", Event{Type: Reassigned, Who: us}, "PBOT", false},
	} {
		if got := c.e.Own(c.self); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestMarks(t *testing.T) {
	long := strings.Repeat("ü", 3000)
	for _, c := range []struct{ in, between, want string }{
		{"Rolled back", "\n\n", "Rolled back\n\n[backout INC-7/news/1]"},
		{"two\nlines\x00\u202e", " ", "two\nlines [backout INC-7/news/1]"},
		{" ", "\n\n", "[backout INC-7/news/1]"},
	} {
		if got := marked(c.in, c.between, "INC-7/news/1", 2000); got != c.want {
			t.Errorf("%q", got)
		}
	}
	if got := marked(long, "\n\n", "INC-7/news/1", 100); len([]rune(got)) != 100 || !strings.HasSuffix(got, "…\n\n[backout INC-7/news/1]") {
		t.Errorf("%d: %q", len([]rune(got)), got)
	}
	for _, c := range []struct{ in, text, marker string }{
		{"Rolled back\n\n[backout INC-7/news/1]\n", "Rolled back", "INC-7/news/1"},
		{"[backout INC-7/news/1]", "", "INC-7/news/1"},
		{"[backout a] b [backout c]", "[backout a] b", "c"},
		{"look at [backout INC-7/news/1] please", "look at [backout INC-7/news/1] please", ""},
		{"[backout ]", "[backout ]", ""},
		{"[backout two words]", "[backout two words]", ""},
		{"[backout a\u202eb]", "[backout ab]", ""},
		{"[1]", "[1]", ""},
		{"a\nb", "a b", ""},
	} {
		if text, marker := unmark(c.in); text != c.text || marker != c.marker {
			t.Errorf("%q: %q, %q", c.in, text, marker)
		}
	}
}
