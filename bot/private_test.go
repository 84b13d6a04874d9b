package bot_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"backout/commands"
	"backout/integrations/slack"
	"backout/integrations/slack/slacksim"
	"backout/timeline"
)

// canary stands in every word of the private incidents of this test, and nowhere
// else: where it is found, something of them is shown.
const canary = "zq7"

// posts sends a body with the API's token.
func (o *office) posts(path, body string) int {
	o.tb.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "http://"+o.bot.Addr()+path, strings.NewReader(body))
	if err != nil {
		o.tb.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer api-token")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		o.tb.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// vault is an office with a public incident INC-1 and two private ones, INC-2 and
// INC-3, the latter merged into the public one. Eve is in neither.
type vault struct {
	*office
	ana, tom, eve       *slacksim.Actor
	general, room, dens *slacksim.Scene
	private             []string // ids of the private channels
	ahead               atomic.Int64
}

func newVault(t *testing.T) *vault {
	v := &vault{office: newOffice(t, slacksim.Options{NoLimits: true, Patience: 4 * time.Second})}
	v.now = func() time.Time { return time.Now().Add(time.Duration(v.ahead.Load())) }
	v.settle = 50 * time.Millisecond
	v.ana, v.tom, v.eve = v.Person("ana"), v.Person("tom"), v.Person("eve")
	v.general = v.Room("general")
	v.Room("incidents")
	v.env["BACKOUT_ANNOUNCE"], v.env["BACKOUT_URL"] = "#incidents", "https://backout.example"
	v.yaml = `services: [{name: web-app}, {name: auth, alerts: {policy: offer}}]
freeze: {severities: ["1"]}
nudges: {digest: "0 9 * * *", follow_ups: "0 9 * * *"}
`
	v.opens()
	t.Cleanup(v.closes)
	for _, p := range []*slacksim.Actor{v.ana, v.tom, v.eve} {
		p.Joins(v.general)
	}
	v.posts("/webhooks/deploys", fmt.Sprintf(`{"id":"d1","service":"web-app","environment":"production","version":"v2.4.0","state":"success","finished_at":%q}`, v.now().Add(-10*time.Minute).UTC().Format(time.RFC3339)))
	v.ana.Types(v.general, "/incident new Slow pages sev:2 service:web-app").Sees("INC-1")
	v.room = v.WaitRoom("inc-1")
	v.soon(1, "the pinned card", func(*timeline.Incident) bool { return len(v.room.Pins()) == 1 })
	v.eve.Joins(v.room)
	v.happens()
	return v
}

// happens has the members of the private incidents do everything in them.
func (v *vault) happens() {
	v.ana.Types(v.general, "/incident new Ledger keys "+canary+" leaked private sev:1 service:web-app").Sees("INC-2")
	den := v.WaitRoom("inc-2")
	v.soon(2, "ana in it", func(*timeline.Incident) bool { return den.Has(v.ana.ID()) && len(den.Pins()) == 1 })
	v.ana.Invites(den, v.tom.ID())
	m := v.ana.Says(den, "The keys "+canary+" are on the paste site")
	v.ana.Reacts(m, "pushpin")
	v.ana.Reacts(m, "bulb")
	v.ana.Uploads(den, "keys-"+canary+".txt", []byte("k"), "list "+canary)
	today := v.now().UTC().Format(time.DateOnly)
	for _, line := range []string{
		"impact Keys " + canary + " of all", "cause Paste " + canary, "update We rotate " + canary + " next:30m", "timeline Saw " + canary, "link https://e.example/" + canary + " " + canary,
		"role scribe @tom", "freeze", "suspect D1", "caused D1", "lesson Never paste " + canary, "severity 2", "severity 1",
		"followup Rotate " + canary + " owner:@ana due:" + today, "followup Tell eve " + canary + " owner:@eve due:" + today, "began -20m", "status identified It is " + canary,
	} {
		if a := v.ana.Types(den, "/incident "+line).Sees(""); strings.Contains(a.Text(), "Type for example") {
			v.tb.Errorf("%s: %s", line, a.Text())
		}
	}
	v.ana.Types(v.general, "/incident new Second "+canary+" leak private service:web-app").Sees("INC-3")
	other := v.WaitRoom("inc-3")
	v.soon(3, "ana in it", func(*timeline.Incident) bool { return other.Has(v.ana.ID()) && len(other.Pins()) == 1 })
	v.ana.Types(other, "/incident merge INC-1").Sees("INC-3")
	v.settles()
	v.private = []string{den.ID(), other.ID()}
	v.dens = den
}

// tomorrow has a day pass: digests and reminders are given.
func (v *vault) tomorrow() {
	v.ahead.Add(int64(26 * time.Hour))
	v.bot.ClockMoved()
	v.settles()
}

// shown is everything that Eve, or whoever holds the API's token, can get to see.
func (v *vault) shown() map[string]string {
	out := map[string]string{}
	for _, r := range v.Rooms() {
		hidden := false
		for _, id := range v.private {
			hidden = hidden || id == r.ID()
		}
		if hidden {
			continue
		}
		var b strings.Builder
		b.WriteString(r.Name() + " " + r.Topic() + " " + r.Purpose() + "\n")
		for _, m := range r.Messages() {
			b.Write(m.JSON())
			for _, f := range m.Files() {
				b.WriteString(f.Name + " " + f.Title)
				if strings.HasSuffix(f.Name, ".md") {
					b.Write(f.Content)
				}
			}
		}
		for _, m := range r.EphemeralsFor(v.eve.Person) {
			b.Write(m.JSON())
		}
		if !strings.HasPrefix(r.ID(), "D") { // of direct messages only eve's own count
			out["#"+r.Name()] = b.String()
		}
	}
	for _, m := range v.eve.Person.DM().Messages() {
		out["eve's direct messages"] += string(m.JSON())
	}
	v.eve.OpensHome()
	v.eve.HomeSees("INC-4")
	out["eve's Home tab"] = v.eve.Home().Text()
	for _, path := range []string{
		"/api/incidents?status=all", "/api/incidents?service=web-app", "/api/incidents/INC-1", "/api/incidents/INC-1/events", "/api/incidents/INC-1/events?raw=1", "/api/incidents/INC-1/postmortem.md", "/api/incidents/INC-1/postmortem.md?public=1",
		"/api/incidents/INC-2", "/api/incidents/INC-2/events", "/api/incidents/INC-2/events?raw=1", "/api/incidents/INC-2/postmortem.md", "/api/incidents/INC-2/chart.png", "/api/incidents/INC-3",
		"/api/deploys", "/api/deploys?service=web-app", "/api/freeze?service=web-app", "/metrics", "/readyz", "/healthz",
	} {
		_, out[path] = v.get(path)
	}
	return out
}

// asks has Eve type, press and submit whatever could show something.
func (v *vault) asks() map[string]string {
	out := map[string]string{}
	for _, line := range []string{"", "list", "list all", "list 30d sev:1", "list all service:web-app", "deploys", "deploys web-app", "status INC-1", "catchup INC-1", "timeline INC-1", "followups INC-1", "freeze INC-1", "INC-1 rollback web-app", "oncall web-app", "help", "insights", "insights 30d service:web-app", "lessons INC-1", "postmortem INC-1", "postmortem INC-1 public"} {
		for _, where := range []*slacksim.Scene{v.general, v.room} {
			a := v.eve.Person.Types(where, strings.TrimSpace("/incident "+line))
			if err := a.Sees(""); err != nil {
				v.tb.Errorf("%s: %v", line, err)
			}
			out["eve types "+line+" in #"+where.Name()] = a.Text()
		}
	}
	return out
}

// TestPrivateIncidentsAreNowhereElse looks for two private incidents everywhere that
// somebody who is in neither can look.
func TestPrivateIncidentsAreNowhereElse(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	asked := v.asks()
	v.tomorrow()
	v.alarms()
	places, bytes, found := v.shown(), 0, 0
	maps.Copy(places, asked)
	for where, text := range places {
		bytes += len(text)
		for _, word := range []string{canary, "INC-2", "INC-3", "inc-2", "inc-3", v.private[0], v.private[1]} {
			if !strings.Contains(text, word) {
				continue
			}
			if strings.HasPrefix(where, "/api/incidents/INC-") && strings.Contains(text, "There is no "+word) {
				continue
			}
			found++
			at := strings.Index(text, word)
			t.Errorf("%s shows %q: …%s…", where, word, text[max(0, at-200):min(len(text), at+60)])
		}
	}
	if got := places["eve's direct messages"]; !strings.Contains(got, "Insights, ") {
		t.Errorf("eve got no insights: %s", got)
	}
	if f := places["/api/freeze?service=web-app"]; !strings.Contains(f, "a private incident") {
		t.Errorf("the freeze does not say why: %s", f)
	}
	if ana := v.ana.Person.DM().Transcript(); !strings.Contains(ana, "Rotate "+canary) {
		t.Errorf("ana, who is in it, is not reminded of her follow-up: %s", ana)
	}
	n := v.sameAsNone()
	t.Logf("private incidents: 2 incidents with a word of their own in every field, searched for in %d places (%d bytes): %d found; %d requests about one answered word for word as about none", len(places), bytes, found, n)
}

// alarms sends alerts of the affected services, one that opens and one that is
// only offered.
func (v *vault) alarms() {
	v.ana.Types(v.room, "/incident resolve Over").Sees("esolved")
	for _, service := range []string{"web-app", "auth"} {
		code := v.posts("/webhooks/alertmanager", fmt.Sprintf(`{"version":"4","groupKey":"{}:{s=%s}","status":"firing","receiver":"backout","alerts":[{"status":"firing",
			"labels":{"alertname":"Errors","service":%q},"annotations":{"summary":"Errors"},"startsAt":%q,"fingerprint":"f"}]}`, service, service, v.now().UTC().Format(time.RFC3339)))
		if code != http.StatusAccepted {
			v.tb.Errorf("an alert of %s: %d", service, code)
		}
	}
	v.settles()
	if in := v.incident(4); in.Private {
		v.tb.Error("the alert did not open an incident of its own")
	}
}

// sameAsNone compares each answer about INC-2 with that about a number that was
// never given.
func (v *vault) sameAsNone() (compared int) {
	v.tb.Helper()
	same := func(what, private, none string) {
		compared++
		if private = strings.NewReplacer("INC-2", "INC-99", "inc-2", "inc-99").Replace(private); private != none {
			v.tb.Errorf("%s: of a private one\n%s\nof none\n%s", what, private, none)
		}
	}
	for _, row := range commands.Reference() {
		for _, line := range row.Examples[:1] { // few, because each asks Slack who is in the channel
			word, rest, _ := strings.Cut(line, " ")
			if strings.Contains(row.Usage, "INC") || strings.HasPrefix(rest, "INC-") || row.Where == "Anywhere" && row.Word != "merge" || row.Word == "adopt" {
				continue // other numbers, or no incident at all
			}
			typed := func(n string) string {
				a := v.eve.Person.Types(v.general, strings.TrimSpace("/incident "+word+" "+n+" "+rest))
				if err := a.Sees(""); err != nil {
					v.tb.Errorf("%s: %v", word, err)
				}
				return a.Text()
			}
			same(word, typed("INC-2"), typed("INC-99"))
		}
	}
	for _, line := range []string{"merge %s", "merge %s INC-1", "merge INC-1 %s", "%s", "%s status resolved"} {
		typed := func(n string) string {
			a := v.eve.Person.Types(v.room, "/incident "+fmt.Sprintf(line, n))
			_ = a.Sees("")
			return a.Text()
		}
		same(line, typed("INC-2"), typed("INC-99"))
	}
	for _, path := range []string{"", "/events", "/events?raw=1", "/postmortem.md"} {
		a, private := v.get("/api/incidents/INC-2" + path)
		b, none := v.get("/api/incidents/INC-99" + path)
		if a != b {
			v.tb.Errorf("%s: %d and %d", path, a, b)
		}
		same(path, private, none)
	}
	return compared
}

// TestADuplicateOfAPrivateIncidentIsNoHint: who declares under the title of a private
// incident is not told of it.
func TestADuplicateOfAPrivateIncidentIsNoHint(t *testing.T) {
	t.Parallel()
	o, ana, _ := opened(t)
	general, eve := o.Room("general"), o.Person("eve")
	eve.Joins(general)
	ana.Types(general, "/incident new Keys leaked private").Sees("INC-2")
	eve.Types(general, "/incident new Keys leaked").Sees("INC-3 is declared")
}

// TestTheFormerPublicChannelShowsNothing: reactions of people who did not come along
// count for nothing and tell nothing.
func TestTheFormerPublicChannelShowsNothing(t *testing.T) {
	t.Parallel()
	o, ana, room := opened(t)
	eve := o.Person("eve")
	m := ana.Says(room, "500s")
	ana.Types(room, "/incident private").Sees("private")
	o.soon(1, "the private channel", func(in *timeline.Incident) bool { return in.Channel.Private })
	eve.Joins(room)
	eve.Reacts(m, "pushpin")
	eve.MessageShortcut(m, slack.ShortcutTimeline)
	o.eventually("eve is answered", func() bool { return len(room.EphemeralsFor(eve.Person)) >= 2 })
	o.settles()
	if e, ok := o.incident(1).MessageEntry(room.ID(), m.TS()); !ok || e.Starred() {
		t.Errorf("recorded %v, starred by %v", ok, e.StarredBy)
	}
	for _, a := range room.EphemeralsFor(eve.Person) {
		if text := string(a.JSON()); strings.Contains(text, "INC-1") || strings.Contains(text, ana.ID()) {
			t.Errorf("eve reads %s", text)
		}
	}
}
