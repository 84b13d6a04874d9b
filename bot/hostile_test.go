package bot_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"backout/bot/config"
	"backout/integrations/github/githubsim"
	"backout/integrations/pagerduty/pagerdutysim"
	"backout/integrations/slack"
	"backout/integrations/slack/slacksim"
)

var everyField = flag.Bool("all", false, "put each hostile sample into each field, and not into every sixth in turn") //nolint:gochecknoglobals // A flag.

// samples reads the corpus: what somebody may write anywhere.
func samples(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile("testdata/hostile.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for n, line := range strings.Split(string(data), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		quoted, times, repeated := line, 1, false
		if i := strings.LastIndex(line, `" x `); i > 0 {
			quoted, repeated = line[:i+1], true
			times, err = strconv.Atoi(line[i+4:])
		}
		s, quoteErr := strconv.Unquote(quoted)
		if err != nil || quoteErr != nil {
			t.Fatalf("line %d of the corpus: %v, %v (repeated %v)", n+1, err, quoteErr, repeated)
		}
		out = append(out, strings.Repeat(s, times))
	}
	return out
}

// siege is an office with everything connected, and one sample at a time in every
// field of everything that enters.
type siege struct {
	*office
	hub    *githubsim.Server
	repo   *githubsim.Repo
	ana    *slacksim.Actor
	lobby  *slacksim.Room
	ahead  atomic.Int64
	levels map[int]string // severity by sample, as far as the configuration takes it

	// of the sample that is on
	i, sent, kept int // kept are those that the sender's own side would not send
	sample        string
	room          *slacksim.Room
	zoe           *slacksim.Person
	number        int
}

func newSiege(t *testing.T, all []string) *siege {
	s := &siege{levels: map[int]string{}}
	clock := func() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }
	s.office = newOffice(t, slacksim.Options{NoLimits: true, Patience: 4 * time.Second, Clock: clock})
	s.now, s.settle = clock, 20*time.Millisecond
	hub, err := githubsim.Start(githubsim.Options{NoLimits: true})
	if err != nil {
		t.Fatal(err)
	}
	pd, err := pagerdutysim.Start(pagerdutysim.Options{NoLimits: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(hub.Close)
	t.Cleanup(pd.Close)
	s.hub, s.repo = hub, hub.Repo(webApp)
	s.ana = s.Person("ana")
	s.lobby = s.Server.Room("incidents")
	s.ana.Joins(s.lobby)
	s.env["GITHUB_TOKEN"], s.env["GITHUB_API_URL"], s.env["GITHUB_WEBHOOK_SECRET"] = hub.Token(), hub.APIURL(), "secret"
	pd.User("Backout", "backout@acme.example")
	s.env["PAGERDUTY_TOKEN"], s.env["PAGERDUTY_FROM"], s.env["PAGERDUTY_API_URL"], s.env["PAGERDUTY_WEBHOOK_SECRETS"] = pd.Token(), "backout@acme.example", pd.APIURL(), "secret"
	s.env["BACKOUT_ANNOUNCE"] = s.lobby.ID()
	s.yaml = s.configured(all)
	s.opens()
	t.Cleanup(s.closes)
	return s
}

// configured writes a configuration whose severities are called by the samples,
// those that the configuration takes.
func (s *siege) configured(all []string) string {
	base := fmt.Sprintf(`services: [{name: web-app, repo: acme/web-app, pagerduty: PWEBAPP, alerts: {policy: open, attach: 1000h}}]
deploys: {channels: [{id: %s, pattern: '(?s)(?P<service>web-app) (?P<version>v\S+) deployed by (?P<by>.*) from (?P<ref>.*)'}]}
nudges: {update: {}, no_lead: 0, quiet: 0, postmortem: 0, stale: 0, follow_ups: "0 9 * * *", digest: "0 9 * * *"}
`, s.lobby.ID())
	levels := ""
	for i, sample := range all {
		title, _ := json.Marshal(strings.ToValidUTF8(sample, "\ufffd"))
		one := fmt.Sprintf("  - {name: h%d, title: %s}\n", i, title)
		s.sent++
		if _, err := config.Load(config.Sources{File: "b", ReadFile: func(string) ([]byte, error) { return []byte(base + "severities:\n" + levels + one), nil }}); err == nil {
			levels += one
			s.levels[i] = fmt.Sprintf("h%d", i)
		}
	}
	return base + "severities:\n" + levels
}

// field is one field of something that enters.
type field struct {
	name string
	send func(s *siege) error
}

// typed is a command with the sample in it.
func typed(name, line string) field {
	return field{"command: " + name, func(s *siege) error { return s.types(fmt.Sprintf(line, s.sample)) }}
}

func (s *siege) types(line string) error {
	a := s.zoe.Types(s.room, "/incident "+line)
	if a.Err() != nil {
		return a.Err()
	}
	return a.Sees("")
}

// hooked is a signed or authorised delivery with the sample in it, as JSON.
func hooked(source, name, body string) field {
	return field{source + ": " + name, func(s *siege) error { return s.delivers(source, name, body) }}
}

// fields are all of them; the first opens the incident that the others are about,
// and the last end it.
func fields() []field {
	return slices.Concat([]field{
		{"command: new", (*siege).declares},
		{"slack: message", func(s *siege) error { _, err := s.zoe.Says(s.room, s.sample); return err }},
		{"slack: thread, edit and reaction", (*siege).talks},
		{"slack: file name, title and comment", func(s *siege) error { _, err := s.zoe.Uploads(s.room, s.sample, []byte("x"), s.sample); return err }},
		{"slack: bot's name and words", func(s *siege) error { _, err := s.Server.Bot(s.sample).Says(s.room, s.sample); return err }},
		{"slack: CI's words", func(s *siege) error {
			_, err := s.Server.Bot("ci").Says(s.lobby, "web-app v1."+strconv.Itoa(s.i)+" deployed by "+s.sample+" from "+s.sample)
			return err
		}},
		{"slack: mention", func(s *siege) error { _, err := s.zoe.Says(s.room, "@backout "+s.sample); return err }},
		{"slack: message shortcut", (*siege).marks},
	}, typedFields(), dialogFields(), deliveredFields(), []field{
		typed("mitigate", "mitigate %s"), typed("resolve", "resolve %s"), typed("reopen", "reopen %s"),
		{"dialog: resolve", func(s *siege) error {
			return s.fills("resolve", "What ended it?", s.sample, "What is to be done later?", s.sample)
		}},
		{"slack: people's names", func(s *siege) error { s.sent++; return nil }}, // zoe's, which stand in all of it
		typed("postmortem", "postmortem %s"), typed("cancel", "cancel %s"),
	})
}

func typedFields() []field {
	return []field{
		typed("a word", "%s"), typed("help", "help %s"), typed("title", "title %s"), typed("impact", "impact %s"), typed("cause", "cause %s"),
		typed("severity", "severity %s"), typed("service", "service %s"), typed("status", "status identified %s"), typed("update", "update %s next:30m"), typed("timeline", "timeline %s"),
		typed("timeline edit", "timeline edit 1 %s"), typed("link address", "link https://e.example/%[1]s %[1]s"), typed("link alone", "link %s"),
		typed("role", "role %s @ana"), typed("lead", "lead %s"), typed("page", "page @ana %s"), typed("followup", "followup %s owner:@ana due:today"), typed("option", "followup x owner:%[1]s due:%[1]s"),
		typed("lesson", "lesson %s"), typed("merge", "merge %s"), typed("rollback", "rollback %[1]s to:%[1]s"), typed("began", "began %s"), typed("list", "list %s"),
	}
}

func dialogFields() []field {
	return []field{
		{"dialog: update", func(s *siege) error { return s.fills("update", "What should others know now?", s.sample) }},
		{"dialog: declare", func(s *siege) error { return s.fills("new", "What do people notice?", s.sample) }},
		{"dialog: follow-up", func(s *siege) error { return s.fills("followup", "What is to be done?", s.sample) }},
	}
}

func deliveredFields() []field {
	const am = `{"version":"4","groupKey":%s,"status":"firing","receiver":%s,"externalURL":%s,"alerts":[{"status":"firing","labels":{"alertname":%s,"service":%s,"severity":%s},"annotations":{"summary":%s,"description":%s},"startsAt":"NOW","generatorURL":%s,"fingerprint":"fN"}]}`
	const ok = `"x"`
	alert := func(at int) string {
		args := []any{ok, ok, `"https://am.example"`, ok, `"web-app"`, ok, ok, ok, `"https://p.example"`}
		args[at] = "SAMPLE"
		return fmt.Sprintf(am, args...)
	}
	const deploy = `{"id":%s,"service":%s,"environment":%s,"version":%s,"sha":%s,"ref":%s,"state":%s,"stage":%s,"by":%s,"url":%s}`
	posted := func(at int) string {
		args := []any{`"dN"`, `"web-app"`, `"production"`, `"v2.N"`, `"abcdef"`, `"main"`, `"success"`, `"full"`, `"ci"`, `"https://ci.example"`}
		args[at] = "SAMPLE"
		return fmt.Sprintf(deploy, args...)
	}
	var out []field
	for at, name := range []string{"group key", "receiver", "external address", "alert name", "service", "severity", "summary", "description", "address"} {
		out = append(out, hooked("alertmanager", name, alert(at)))
	}
	for at, name := range []string{"id", "service", "environment", "version", "sha", "ref", "state", "stage", "by", "address"} {
		out = append(out, hooked("deploys", name, posted(at)))
	}
	return append(append(out, githubFields()...), pagerFields()...)
}

func githubFields() []field {
	status := func(ref, env, version, creator, page string) string {
		return fmt.Sprintf(`{"action":"created","repository":{"full_name":"acme/web-app"},"sender":{"login":%[4]s},"deployment":{"id":1N,"sha":"0123456789abcdef0123456789abcdef01234567","ref":%[1]s,"environment":%[2]s,
			"payload":{"version":%[3]s},"creator":{"login":%[4]s},"description":%[1]s},"deployment_status":{"id":2N,"state":"success","creator":{"login":%[4]s},"environment":%[2]s,"target_url":%[5]s,"log_url":%[5]s,"created_at":"NOW","description":%[1]s}}`,
			ref, env, version, creator, page)
	}
	const env, page, fine = `"production"`, `"https://gh.example/1"`, `"v3.N"`
	return []field{
		hooked("github", "ref", status("SAMPLE", env, fine, `"priya"`, page)),
		hooked("github", "environment", status(fine, "SAMPLE", fine, `"priya"`, page)),
		hooked("github", "version", status(fine, env, "SAMPLE", `"priya"`, page)),
		hooked("github", "login", status(fine, env, fine, "SAMPLE", page)),
		hooked("github", "address", status(fine, env, fine, `"priya"`, "SAMPLE")),
		hooked("github", "repository", strings.Replace(status(fine, env, fine, `"priya"`, page), `"acme/web-app"`, "SAMPLE", 1)),
		hooked("github", "run", `{"action":"completed","repository":{"full_name":"acme/web-app"},"workflow":{"path":SAMPLE},"workflow_run":{"id":3N,"name":SAMPLE,"display_title":SAMPLE,"head_branch":SAMPLE,"head_sha":SAMPLE,"status":"completed","conclusion":"success","html_url":SAMPLE,"actor":{"login":SAMPLE}}}`),
		hooked("github", "not JSON at all", "SAMPLE"),
		{"github: commit, file and pull request", (*siege).ships},
	}
}

func pagerFields() []field {
	event := func(kind, data string) string {
		return `{"event":{"id":"01N","event_type":"` + kind + `","resource_type":"incident","occurred_at":"NOW","agent":{"id":"PANA","type":"user_reference","summary":SAMPLE,"html_url":SAMPLE},"client":{"name":SAMPLE},"data":` + data + `}}`
	}
	incident := func(title, service, priority, page string) string {
		return fmt.Sprintf(`{"id":"Q0N","type":"incident","number":1,"title":%s,"status":"triggered","urgency":"high","incident_key":%[1]s,"service":{"id":"PWEBAPP","type":"service_reference","summary":%s,"html_url":%[4]s},"priority":{"id":"P1","summary":%[3]s},"html_url":%[4]s,
			"assignees":[{"id":"PANA","summary":%[1]s}],"escalation_policy":{"id":"PPOL","summary":%[1]s}}`, title, service, priority, page)
	}
	const page, fine = `"https://pd.example/1"`, `"Errors"`
	return []field{
		hooked("pagerduty", "title, key and people", event("incident.triggered", incident("SAMPLE", fine, fine, page))),
		hooked("pagerduty", "service", event("incident.triggered", incident(fine, "SAMPLE", fine, page))),
		hooked("pagerduty", "priority", event("incident.triggered", incident(fine, fine, "SAMPLE", page))),
		hooked("pagerduty", "address", event("incident.triggered", incident(fine, fine, fine, "SAMPLE"))),
		hooked("pagerduty", "note", event("incident.annotated", `{"incident":{"id":"Q0N","summary":SAMPLE,"html_url":SAMPLE},"id":"N1","content":SAMPLE}`)),
		hooked("pagerduty", "responder and message", event("incident.responder.added", `{"incident":{"id":"Q0N","summary":SAMPLE},"user":{"id":"PTOM","summary":SAMPLE,"email":SAMPLE},"message":SAMPLE,"state":SAMPLE}`)),
		hooked("pagerduty", "status update", event("incident.status_update_published", `{"incident":{"id":"Q0N","summary":SAMPLE},"message":SAMPLE}`)),
		hooked("pagerduty", "type", strings.Replace(event("TYPE", incident(fine, fine, fine, page)), `"TYPE"`, "SAMPLE", 1)),
	}
}

// declares opens the sample's incident, under a harmless title if the sample is none.
func (s *siege) declares() error {
	name := []rune(strings.ToValidUTF8(s.sample, "\ufffd"))
	name = name[:min(len(name), 80)]
	s.zoe = s.Server.Person(fmt.Sprintf("zoe%d", s.i), slacksim.RealName(string(name)), slacksim.DisplayName(string(name)))
	if err := s.zoe.Joins(s.lobby); err != nil {
		return err
	}
	before := len(s.bot.Record().Summaries())
	sev := ""
	if s.levels[s.i] != "" {
		sev = " sev:" + s.levels[s.i]
	}
	title := []rune(s.sample)
	title = title[:min(len(title), 150)]
	s.room = s.lobby
	if err := s.types("new " + string(title) + sev + " service:web-app"); err != nil {
		return err
	}
	if s.zoe.HasModal() {
		if m, err := s.zoe.Modal(); err == nil {
			_ = m.Close()
		}
	}
	if len(s.bot.Record().Summaries()) == before {
		if err := s.types(fmt.Sprintf("new Sample %d%s service:web-app", s.i, sev)); err != nil {
			return err
		}
	}
	s.number = s.bot.Record().Summaries()[0].Number
	room, err := s.Server.WaitRoom(fmt.Sprintf("inc-%d", s.number))
	if err != nil {
		return err
	}
	s.room = room
	s.eventually("zoe in the room", func() bool { return room.Has(s.zoe.ID()) })
	return nil
}

func (s *siege) talks() error {
	m, err := s.zoe.Says(s.room, "Before")
	if err != nil {
		return err
	}
	if _, err := s.zoe.Replies(m, s.sample); err != nil {
		s.kept++
	}
	if err := s.zoe.Edits(m, s.sample); err != nil {
		return err
	}
	for _, emoji := range []string{"pushpin", "bulb", "ballot_box_with_check"} {
		if err := s.zoe.Reacts(m, emoji); err != nil {
			return err
		}
	}
	return nil
}

func (s *siege) marks() error {
	m, err := s.zoe.Says(s.lobby, s.sample)
	if err != nil {
		return err
	}
	a := s.zoe.MessageShortcut(m, slack.ShortcutDeclareFrom)
	if a.Err() != nil {
		return a.Err()
	}
	d, err := s.zoe.Modal()
	if err != nil {
		return nil // refused with words
	}
	return d.Close()
}

// fills opens a dialog by a command and submits it with the sample.
func (s *siege) fills(command string, fields ...string) error {
	if a := s.zoe.Types(s.room, "/incident "+command); a.Err() != nil {
		return a.Err()
	}
	d, err := s.zoe.Modal()
	if err != nil {
		return err
	}
	for i := 0; i < len(fields); i += 2 {
		if err := d.Fill(fields[i], fields[i+1]); err != nil {
			_ = d.Close()
			return err // longer than the input takes, or not there
		}
	}
	if err := d.Submit(); err != nil {
		_ = d.Close()
	}
	return nil
}

// ships has a commit, a file and a pull request with the sample, and deploys them.
func (s *siege) ships() error {
	version := fmt.Sprintf("v9.%d", s.i)
	word := strings.ToValidUTF8(s.sample, "\ufffd")
	sha := s.repo.Commit(githubsim.Commit{Message: word, Author: "priya", Files: []githubsim.File{{Name: "auth/" + word, Additions: 20}}})
	s.repo.PullRequest(githubsim.PR{Title: word, Author: "priya", Commits: []string{sha}, Merged: true, MergedBy: "priya"})
	s.repo.Tag(version, sha)
	body := fmt.Sprintf(`{"action":"created","repository":{"full_name":"acme/web-app"},"deployment":{"id":77%[1]d,"sha":%[2]q,"ref":%[3]q,"environment":"production","payload":{"version":%[3]q},"creator":{"login":"priya"}},"deployment_status":{"id":88%[1]d,"state":"success","created_at":"NOW"}}`, s.i, sha, version)
	return s.delivers("github", "ships", body)
}

// delivers posts a body to a webhook; N in it is the sample's number.
func (s *siege) delivers(source, name, body string) error {
	word, err := json.Marshal(s.sample) // invalid UTF-8 becomes U+FFFD, as with any sender that writes JSON
	if err != nil {
		return err
	}
	if !utf8.ValidString(s.sample) { // one that does not
		word = []byte(`"` + s.sample + `"`)
	}
	id := fmt.Sprintf("%d%d", 1000+s.i, s.sent)
	body = strings.NewReplacer("SAMPLE", string(word), "NOW", s.now().UTC().Format(time.RFC3339), `"fN"`, `"f`+id+`"`, `"dN"`, `"d`+id+`"`, "2.N", "2."+id, "3.N", "3."+id, "1N", "1"+id, "2N", "2"+id, "3N", "3"+id, "0N", "0"+id).Replace(body)
	req, err := http.NewRequestWithContext(s.tb.Context(), http.MethodPost, "http://"+s.bot.Addr()+"/webhooks/"+source, strings.NewReader(body))
	if err != nil {
		return err
	}
	mac := hmac.New(sha256.New, []byte("secret"))
	mac.Write([]byte(body))
	sum := hex.EncodeToString(mac.Sum(nil))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer api-token")
	req.Header.Set("X-GitHub-Delivery", "g-"+id)
	event := "deployment_status"
	if name == "run" {
		event = "workflow_run"
	}
	req.Header.Set("X-GitHub-Event", event)
	req.Header.Set("X-Hub-Signature-256", "sha256="+sum)
	req.Header.Set("X-PagerDuty-Signature", "v1="+sum)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode >= 500 || !json.Valid(answer) {
		s.tb.Errorf("sample %d in %s: %s answered %d %.300s", s.i, name, source, resp.StatusCode, answer)
	}
	return nil
}

// passes has time go by, so that what waits for its turn at Slack gets it.
func (s *siege) passes(d time.Duration) {
	s.ahead.Add(int64(d))
	s.bot.ClockMoved()
}

// calm waits until everything that is owed was carried out.
func (s *siege) calm() {
	s.tb.Helper()
	s.eventually("everything carried out", func() bool {
		s.passes(20 * time.Second)
		for _, e := range s.bot.Record().Effects() {
			if e.Kind != "check" {
				return false
			}
		}
		return true
	})
}

// TestHostileTextHarmsNothing puts each sample into each field of everything that
// enters, over the real protocols, and looks at everything that comes out.
func TestHostileTextHarmsNothing(t *testing.T) {
	all := samples(t)
	s := newSiege(t, all)
	some := fields()
	for i, sample := range all {
		s.i, s.sample = i, sample
		for j, f := range some {
			if j > 0 && (i+j)%6 != 0 && !*everyField {
				continue
			}
			s.sent++
			if err := f.send(s); err != nil {
				s.kept++
			}
			s.passes(4 * time.Second)
		}
		if m := s.zoe; m.HasModal() {
			if d, err := m.Modal(); err == nil {
				_ = d.Close()
			}
		}
	}
	s.passes(24 * time.Hour) // digest and reminders
	s.calm()
	notified := s.notified()
	refused := s.refused()
	panics := s.panics()
	t.Logf("hostile text: %d samples in %d fields: %d deliveries (%d kept back by the sender's own side), %d incidents, %d notified, %d refused by Slack, %d panics; %d documents with the same headings",
		len(all), len(some)+1, s.sent, s.kept, len(s.bot.Record().Summaries()), notified, refused, panics, s.whole())
}

// notified counts calls of people who were not meant: of everybody, of groups, and of
// anybody whom no act of this test names.
func (s *siege) notified() int {
	meant := map[string]bool{}
	for _, p := range s.People() {
		meant["@"+p.ID()] = true
	}
	n := 0
	for _, a := range s.Alerts() {
		if meant[a.Who] {
			continue
		}
		n++
		s.tb.Errorf("%s was called by %.200q", a.Who, a.Text)
	}
	return n
}

// refused counts calls that Slack answered with an error because of what was in them.
func (s *siege) refused() int {
	benign := []string{"ratelimited", "already_in_channel", "cant_invite_self", "already_pinned", "thread_not_found"}
	n := 0
	for _, c := range s.Calls() {
		if !c.OK && !slices.Contains(benign, c.Error) {
			n++
			s.tb.Errorf("%s: %s (%d) for %.300v", c.Method, c.Error, c.Status, c.Args)
		}
	}
	return n
}

func (s *siege) panics() (n int) {
	_, body := s.get("/metrics")
	for line := range strings.Lines(body) {
		if strings.HasPrefix(line, "backout_panics_total{") {
			n++
			s.tb.Error(line)
		}
	}
	return n
}

// whole looks at every document: valid JSON, whole lines, the same headings as a
// harmless one, and links that lead nowhere but to the web.
func (s *siege) whole() (same int) {
	s.tb.Helper()
	for _, sum := range slices.Backward(s.bot.Record().Summaries()) {
		for _, path := range []string{"", "/events", "/events?raw=1"} {
			code, body := s.get("/api/incidents/" + sum.ID() + path)
			for line := range strings.Lines(body) {
				if !json.Valid([]byte(line)) || !utf8.ValidString(line) {
					s.tb.Errorf("%s%s: %d, no JSON: %.200q", sum.ID(), path, code, line)
				}
			}
		}
		_, doc := s.get("/api/incidents/" + sum.ID() + "/postmortem.md")
		if odd := oddHeading(doc); odd != "" {
			s.tb.Errorf("%s has a heading of its own, or one out of its place: %q", sum.ID(), odd)
		} else {
			same++
		}
	}
	for _, path := range []string{"/api/incidents?status=all&limit=200", "/api/deploys?limit=200", "/api/freeze?service=" + url.QueryEscape("<!channel>")} {
		if _, body := s.get(path); !json.Valid([]byte(body)) {
			s.tb.Errorf("%s: %.200q", path, body)
		}
	}
	s.links()
	return same
}

// oddHeading gives a heading that no harmless document has there, or "". A document
// may lack some: a cancelled incident has few.
func oddHeading(doc string) string {
	known := []string{
		"Summary", "Impact", "Timeline", "Detection", "Trigger and contributing factors", "Response", "Mitigation and rollback", "Resolution", "Lessons learned",
		"What went well", "What went badly", "Where we got lucky", "Surprises and open questions", "Action items", "People", "Measures", "Appendix: the full record",
	}
	fenced := false
	for line := range strings.Lines(doc) {
		heading, ok := strings.CutPrefix(strings.TrimSpace(line), "## ")
		switch {
		case strings.HasPrefix(line, "```"):
			fenced = !fenced
		case !fenced && ok:
			i := slices.Index(known, heading)
			if i < 0 {
				return heading
			}
			known = known[i+1:]
		}
	}
	if fenced {
		return "a code fence that is never closed"
	}
	return ""
}

// links looks at where everything that the bot wrote leads to.
func (s *siege) links() {
	s.tb.Helper()
	anchor := regexp.MustCompile(`<([a-zA-Z][a-zA-Z0-9+.-]*:[^>|]*)`)
	seen := map[string]int{}
	note := func(target string) {
		u, err := url.Parse(target)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "mailto" {
			s.tb.Errorf("a link leads to %.200q", target)
			return
		}
		seen[u.Scheme]++
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(v)) {
				if text, ok := v[k].(string); ok && (k == "url" || k == "image_url") {
					note(text)
				} else if ok && k == "text" && v["type"] != "plain_text" {
					for _, m := range anchor.FindAllStringSubmatch(text, -1) {
						note(strings.ReplaceAll(m[1], "&amp;", "&"))
					}
				} else {
					walk(v[k])
				}
			}
		}
	}
	for _, r := range s.Rooms() {
		for _, m := range r.Messages() {
			if m.Author() != "backout" {
				continue
			}
			var v map[string]any
			if err := json.Unmarshal(m.JSON(), &v); err != nil {
				s.tb.Error(err)
			}
			walk(v)
		}
	}
	if seen["https"] == 0 {
		s.tb.Error("no link was looked at")
	}
}
