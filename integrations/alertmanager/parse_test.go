package alertmanager

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var update = flag.Bool("update", false, "write testdata/*.want anew") //nolint:gochecknoglobals // A flag.

// TestMessages reads each message in testdata and compares with what stands beside it.
func TestMessages(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) < 9 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			g, err := Parse(contents(t, file))
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			e := json.NewEncoder(&b)
			e.SetEscapeHTML(false)
			e.SetIndent("", "  ")
			if err := e.Encode(g); err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(file, ".json") + ".want"
			if *update {
				if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if d := cmp.Diff(string(contents(t, golden)), b.String()); d != "" {
				t.Error(d)
			}
		})
	}
}

func contents(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestWhatIsRefused(t *testing.T) {
	for _, c := range []struct{ body, says string }{
		{``, "cannot be read"},
		{`{`, "cannot be read"},
		{`null`, "it has no version"},
		{`[]`, "it has no version"},
		{`{}`, "it has no version"},
		{`{"version":4,"groupKey":"k","status":"firing"}`, "it has no version"},
		{`{"version":"1","orgId":1,"title":"[FIRING:1]","groupKey":"k","status":"firing"}`, `version "1" of Alertmanager's webhook is not known; Backout reads version 4`},
		{`{"version":"3","groupKey":"k","status":"firing"}`, `version "3"`},
		{`{"version":"5\u0000","groupKey":"k","status":"firing"}`, `version "5"`},
		{`{"version":"4","status":"firing"}`, "no groupKey"},
		{`{"version":"4","groupKey":" \u0000","status":"firing"}`, "no groupKey"},
		{`{"version":"4","groupKey":7,"status":"firing"}`, "no groupKey"},
		{`{"version":"4","groupKey":"k"}`, "neither firing nor resolved"},
		{`{"version":"4","groupKey":"k","status":"pending"}`, "neither firing nor resolved"},
	} {
		g, err := Parse([]byte(c.body))
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.HasSuffix(err.Error(), ".") || !reflect.DeepEqual(g, Group{}) {
			t.Errorf("%s: %+v, %v", c.body, g, err)
		}
	}
}

func TestWhatIsTooMuch(t *testing.T) {
	many := map[string]string{}
	for n := range maxLabels + 10 {
		many[fmt.Sprintf("label%03d", n)] = strings.Repeat("ü", maxValue+1)
	}
	many["alertname"], many["service"] = strings.Repeat("a", maxName+1), "web-app"
	one := map[string]any{"status": "firing", "labels": many, "annotations": map[string]string{"summary": strings.Repeat("s", maxSummary+1)}}
	two := map[string]any{"status": "firing", "fingerprint": "2"}
	m := map[string]any{"version": "4", "groupKey": strings.Repeat("k", 5000), "status": "firing", "truncatedAlerts": 5, "commonLabels": many}
	m["alerts"] = append([]any{one}, slices.Repeat([]any{two}, maxAlerts+29)...)
	body, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	g, err := Parse(body)
	if err != nil || len(g.Alerts) != maxAlerts || g.Truncated != 35 || len(g.Common) != maxLabels {
		t.Fatalf("%d alerts, %d left out, %d labels, %v", len(g.Alerts), g.Truncated, len(g.Common), err)
	}
	a := g.Alerts[0]
	if len(a.Labels) != maxLabels || a.Labels["alertname"] == "" || a.Labels["label000"] == "" || a.Service != "web-app" || utf8.RuneCountInString(a.Name) != maxName {
		t.Errorf("%d labels, %q", len(a.Labels), a.Service)
	}
	// Keys that are as long and begin alike stay apart.
	m["groupKey"], m["alerts"] = strings.Repeat("k", 5000)+"l", nil
	body, err = json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	other, err := Parse(body)
	if err != nil || other.Key == g.Key || utf8.RuneCountInString(g.Key) != maxKey {
		t.Errorf("%q, %v", other.Key, err)
	}
}

func TestStarted(t *testing.T) {
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	g := Group{Alerts: []Alert{{}, {StartsAt: at.Add(time.Hour)}, {StartsAt: at}, {}}}
	if got := g.Started(); !got.Equal(at) {
		t.Error(got)
	}
	if got := (Group{}).Started(); !got.IsZero() {
		t.Error(got)
	}
}

// FuzzParse: whatever is sent, what comes out has a key and a state, fits and can be
// shown.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
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
		g, err := Parse(body)
		if err != nil {
			if !reflect.DeepEqual(g, Group{}) {
				t.Errorf("an error and %+v", g)
			}
			return
		}
		if g.Key == "" || g.Status != Firing && g.Status != Resolved || g.Truncated < 0 || len(g.Alerts) > maxAlerts {
			t.Errorf("%+v", g)
		}
		sound(t, maxKey, g.Key)
		sound(t, maxName, g.Receiver)
		soundLink(t, g.Link)
		soundLabels(t, g.Common)
		for _, a := range g.Alerts {
			if a.Name == "" || a.Summary == "" || a.Status != Firing && a.Status != Resolved || a.Status == Firing && !a.EndsAt.IsZero() {
				t.Errorf("%+v", a)
			}
			sound(t, maxName, a.Name, a.Service, a.Severity)
			sound(t, maxSummary, a.Summary)
			sound(t, maxFingerprint, a.Fingerprint)
			soundLink(t, a.Link)
			soundLabels(t, a.Labels)
		}
	})
}

func soundLabels(t *testing.T, all map[string]string) {
	t.Helper()
	if len(all) > maxLabels {
		t.Errorf("%d labels", len(all))
	}
	sound(t, maxName, slices.Collect(maps.Keys(all))...)
	sound(t, maxValue, slices.Collect(maps.Values(all))...)
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
