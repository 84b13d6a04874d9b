package slack

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"backout/timeline"
)

func announcedForTests() *Announced {
	return NewAnnounced([]DeployChannel{
		{ID: "C1", Pattern: regexp.MustCompile(`(?P<service>\S+) (?P<version>v\S+) deployed(?: to (?P<environment>\S+))?(?: by (?P<by>\S+))?`)},
		{ID: "C1", Pattern: regexp.MustCompile(`released (?P<service>[\w-]+)@(?P<sha>[0-9a-f]{7,40}) \((?P<version>[^)]*)\)`)},
	}, func(service string) string { return "production of " + service })
}

func TestAnnouncementsAreReadByPattern(t *testing.T) {
	const ts = "1795184700.000100"
	for _, c := range []struct{ text, want string }{
		{"web-app v2.4.0 deployed to staging by jonas", "web-app|v2.4.0|staging||jonas"},
		{"web-app v2.4.0 deployed", "web-app|v2.4.0|production of web-app||"},
		{":rocket: released web-app@9f3c2e1 (v2) ", "web-app|v2|production of web-app|9f3c2e1|"},
		{"<https://ci.example/1|web-app> v2.4.0 deployed to a&amp;b", "web-app|v2.4.0|a&b||"},
		{"web-app v2.4.0 was deployed", ""},
		{"", ""},
	} {
		r, ok := announcedForTests().Report("C1", ts, c.text, "https://acme.slack.com/archives/C1/p1")
		got := strings.Join([]string{r.Service, r.Version, r.Environment, r.SHA, r.By}, "|")
		if ok != (c.want != "") || ok && got != c.want {
			t.Errorf("%q: %v %s, want %s", c.text, ok, got, c.want)
		}
	}
	if _, ok := announcedForTests().Report("C2", ts, "web-app v1 deployed", ""); ok {
		t.Error("a channel that is not configured is read")
	}
	if _, ok := (*Announced)(nil).Report("C1", ts, "web-app v1 deployed", ""); ok {
		t.Error("something is read where nothing is configured")
	}
}

// FuzzAnnounced runs the patterns over anything that a channel may say: what is
// read can be recorded or is refused in words.
func FuzzAnnounced(f *testing.F) {
	f.Add("web-app v2.4.0 deployed to staging by jonas", "1795184700.000100")
	f.Add("released a@0123456 ()", "1795184700.000100")
	f.Add("<@U1> v<!channel>\x00 deployed to \xff", "0.0")
	f.Fuzz(func(t *testing.T, text, ts string) {
		r, ok := announcedForTests().Report("C1", ts, text, "")
		if !ok {
			return
		}
		if r.Service == "" || r.Version+r.SHA == "" || r.Started.IsZero() || r.Started.After(time.Date(40000, 1, 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%q gives %+v", text, r)
		}
		if utf8.ValidString(text) && !utf8.ValidString(r.Version) {
			t.Errorf("%q gives %q", text, r.Version)
		}
		_ = timeline.TakeReports("", timeline.Reported{Deploys: []timeline.DeployReport{r}})
	})
}
