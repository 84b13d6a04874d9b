package github

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"backout/timeline"
)

func TestTagOf(t *testing.T) {
	for ref, want := range map[string]string{
		"v2.4.0": "v2.4.0", "2.4.0": "2.4.0", "v1.2": "v1.2", "v2.4.0-rc.1": "v2.4.0-rc.1", "2026.11.20+build.7": "2026.11.20+build.7",
		"refs/tags/web@7": "web@7", "refs/tags/main": "main",
		"main": "", "v2": "", "2": "", "": "", "refs/heads/v1.2.3": "", "release/1.2.3": "", "v1.2.3/x": "", "v.1": "",
		"9f1c2ab34d5e6f708192a3b4c5d6e7f8091a2b3c": "", "1234567890123456789012345678901234567890": "",
	} {
		if got := tagOf(ref); got != want {
			t.Errorf("tagOf(%q) = %q", ref, got)
		}
	}
}

func TestExtras(t *testing.T) {
	for raw, want := range map[string]extras{
		`{"service":"a","version":"b","by":"c"}`:      {"a", "b", "c"},
		`"{\"service\":\"a\",\"version\":\"b\"}"`:     {"a", "b", ""},
		`{"version":2.40}`:                            {version: "2.40"},
		`{"version":{"x":1},"by":[1],"service":true}`: {},
		`{"by":"x\u0000\ny"}`:                         {by: "x y"},
		`""`:                                          {}, `"plain words"`: {}, `null`: {}, ``: {}, `[]`: {}, `7`: {}, `{`: {},
	} {
		if got := extrasOf(json.RawMessage(raw)); got != want {
			t.Errorf("%s: %+v", raw, got)
		}
	}
}

func TestStateOf(t *testing.T) {
	for in, want := range map[[2]string]timeline.DeployState{
		{"requested", ""}: timeline.DeployPending, {"queued", ""}: timeline.DeployPending, {"waiting", ""}: timeline.DeployPending,
		{"pending", ""}: timeline.DeployPending, {"", ""}: timeline.DeployPending, {"new word", ""}: timeline.DeployPending,
		{"in_progress", ""}: timeline.DeployRunning, {"completed", "success"}: timeline.DeploySucceeded,
		{"completed", "failure"}: timeline.DeployFailed, {"completed", "timed_out"}: timeline.DeployFailed, {"completed", "startup_failure"}: timeline.DeployFailed,
		{"completed", "neutral"}: timeline.DeployFailed, {"completed", "stale"}: timeline.DeployFailed, {"completed", "action_required"}: timeline.DeployFailed,
		{"completed", ""}: timeline.DeployFailed, {"completed", "cancelled"}: timeline.DeployCancelled, {"completed", "skipped"}: timeline.DeployCancelled,
		{"completed", "queued"}: timeline.DeployFailed, {"success", ""}: timeline.DeployPending,
	} {
		if got := stateOf(workflowRun{Status: in[0], Conclusion: in[1]}); got != want {
			t.Errorf("%v: %s", in, got)
		}
	}
}

func TestRunPage(t *testing.T) {
	for in, want := range map[string]struct {
		page string
		id   int64
	}{
		"https://github.com/acme/web-app/actions/runs/12/job/13":       {"https://github.com/acme/web-app/actions/runs/12", 12},
		"https://github.com/Acme/Web-App/actions/runs/12?x=1#step:1:2": {"https://github.com/Acme/Web-App/actions/runs/12", 12},
		"https://ghe.example/x/acme/web-app/actions/runs/12":           {"https://ghe.example/x/acme/web-app/actions/runs/12", 12},
		"https://github.com/acme/other/actions/runs/12":                {"https://github.com/acme/other/actions/runs/12", 0},
		"https://github.com/acme/web-app/actions/runs/x":               {"https://github.com/acme/web-app/actions/runs/x", 0},
		"https://github.com/acme/web-app/actions/runs":                 {"https://github.com/acme/web-app/actions/runs", 0},
		"https://ci.example/1":                                         {"https://ci.example/1", 0},
		"":                                                             {"", 0},
	} {
		if page, id := runPage(in, "acme/web-app"); page != want.page || id != want.id {
			t.Errorf("%s: %s %d", in, page, id)
		}
	}
}

func TestPlaces(t *testing.T) {
	p := newPlaces(Options{Catalogue: shop()})
	for _, c := range []struct{ repo, environment, named, want string }{
		{"acme/web-app", "production", "", "web-app@production worker@production"},
		{"ACME/Web-App", "Production", "", "web-app@production worker@production"},
		{"acme/web-app", "production", "Worker", "worker@production"},
		{"acme/web-app", "production", "auth-db", "web-app@production worker@production"},
		{"acme/web-app", "staging", "", "web-app@staging"},
		{"acme/web-app", "staging", "worker", ""},
		{"acme/web-app", "preview", "", ""},
		{"acme/web-app", "", "", ""},
		{"acme/auth-db", "production", "", "auth-db@production"},
		{"acme/none", "production", "", ""},
		{"", "production", "", ""},
	} {
		var got []string
		for _, s := range p.at(c.repo, c.environment, c.named) {
			got = append(got, s.service.Name+"@"+s.environment)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"  plain ": "plain", "a\r\nb\tc": "a b c", "a\x00\x1b[31mb": "a[31mb", "\xff\xfeok": "\ufffdok", "a\u202eb\u2066c": "abc", "a\u2028b": "a b", "": "",
	} {
		if got := text(in, 50); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
	long := text(strings.Repeat("é", 500), 300)
	if utf8.RuneCountInString(long) != 300 || !strings.HasSuffix(long, "é…") {
		t.Errorf("%q", long)
	}
}

func TestLink(t *testing.T) {
	for in, want := range map[string]bool{
		"https://github.com/a/b?c=d#e": true, "http://127.0.0.1:80/x": true,
		"": false, "javascript:alert(1)": false, "data:text/html,x": false, "//x/y": false, "/x": false, "https://": false, "ftp://x/y": false,
		"https://user:pass@x/y": false, "https://x/\n": true, "https://x/a b": false, "https://x/|y": false, "https://x/>": false, "https://x/\u202e": false,
		"https://x/" + strings.Repeat("y", 3000): false, "https://x/\x00": false, "https://%zz": false,
	} {
		if got := link(in); (got != "") != want || strings.ContainsAny(got, "\n ") {
			t.Errorf("%q: %q", in, got)
		}
	}
}
