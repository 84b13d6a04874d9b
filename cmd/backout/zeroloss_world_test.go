package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"backout/integrations/github/githubsim"
	"backout/integrations/pagerduty/pagerdutysim"
	"backout/integrations/slack"
	"backout/integrations/slack/slacksim"
)

// hurry is by how much Slack's minutes are shortened for the bot of the tale and
// for its Slack alike, and hurried the name of the command that does so. All else
// is the production command.
const (
	hurry   = 50
	hurried = "backout-hurried"
)

const (
	taleSecret  = "webhook-secret-of-the-tale"
	taleBackout = "backout@acme.example"
)

// tale is a random story under way. What people did is noted by themselves; what
// became of it is asked of the simulators and of the bot's API, in the end.
type tale struct {
	t    *testing.T
	seed uint64

	sim      *slacksim.Server
	hub      *githubsim.Server
	web      *githubsim.Repo // web-app, which can be rolled back
	shop     *githubsim.Repo // checkout, which is deployed during the story
	pd       *pagerdutysim.Server
	watched  *pagerdutysim.Service
	onCall   string
	bot      *victim
	people   []*slacksim.Person
	lobby    *slacksim.Room // where incidents are declared
	announce *slacksim.Room
	ci       *slacksim.Room
	begun    time.Time

	// over is closed when nobody has to act any more.
	over   chan struct{}
	acted  atomic.Int64
	number atomic.Int64 // of words that must be unique

	mu    sync.Mutex
	quiet *slacksim.Room // of an incident in which the bot loses its seat, and people only talk
	lines []*line
	deeds []*deed
	// shipped must be known of exactly once, alarms must be in one incident each.
	shipped []shipment
	alarms  []alarm
	errands []*errand
	counts  map[string]int // figures by name
	faults  map[string]int // by kind
	kills   int
	killed  []string // when
	caught  error    // the first false claim
	calm    bool     // nothing loses or holds up events in this life of the bot
}

// line is a message that a person wrote. Only its author edits and deletes it.
type line struct {
	slacksim.Message
	author *slacksim.Person
	word   string   // occurs in no other text
	texts  []string // as typed, oldest first
	gone   bool
	// pinned: somebody may have starred it by a reaction; menu: by the message's
	// menu; kept: and that was acknowledged. No message has both kinds.
	pinned, menu, kept bool
}

// deed is what a person asked for. It was acknowledged, or it may have been heard
// all the same; in no case may it happen twice.
type deed struct {
	kind, word string
	acked      bool
	answer     *slacksim.Answer
}

// shipment is a deploy; alarm is an alert. What the bot took, or can find out by
// asking, it must know of exactly once, and never of anything twice.
type shipment struct {
	version string
	taken   bool
}

type alarm struct {
	title string // a word that occurs once
	taken bool
}

func newTale(t *testing.T, seed uint64) *tale {
	t.Helper()
	ta := &tale{t: t, seed: seed, begun: time.Now(), over: make(chan struct{}), counts: map[string]int{}, faults: map[string]int{}}
	ta.opensSlack()
	ta.opensGitHub()
	ta.opensPagerDuty()
	ta.installsBot()
	return ta
}

func (ta *tale) must(err error) {
	ta.t.Helper()
	if err != nil {
		ta.t.Fatalf("seed %d: %v", ta.seed, err)
	}
}

// rng gives a source of chance that depends on the seed alone.
func (ta *tale) rng(stream uint64) *rand.Rand { return rand.New(rand.NewPCG(ta.seed, stream)) }

func (ta *tale) opensSlack() {
	sim, err := slacksim.Start(slacksim.Options{
		LimitWindow: time.Minute / hurry, Scopes: slack.Scopes(), BotEvents: slack.BotEvents(), Seed: ta.seed,
		Shortcuts:      []string{slack.ShortcutDeclare, slack.ShortcutDeclareFrom, slack.ShortcutTimeline, slack.ShortcutFollowUp},
		RedeliverAfter: []time.Duration{50 * time.Millisecond, 300 * time.Millisecond, time.Second},
		PingEvery:      200 * time.Millisecond, TriggerLife: 500 * time.Millisecond, MaxPage: 60, Patience: 2 * time.Second,
	})
	ta.must(err)
	ta.t.Cleanup(sim.Close)
	ta.sim = sim
	ta.lobby, ta.announce, ta.ci = sim.Room("general"), sim.Room("incidents"), sim.Room("deploys")
	for _, name := range []string{"ana", "tom", "priya", "sam", "mei", "jonas", "lena", "omar"} {
		p := sim.Person(name)
		ta.people = append(ta.people, p)
		for _, r := range []*slacksim.Room{ta.lobby, ta.announce, ta.ci} {
			ta.must(p.Joins(r))
		}
	}
}

// opensGitHub has web-app with a version to go back to and a workflow for it.
func (ta *tale) opensGitHub() {
	hub, err := githubsim.Start(githubsim.Options{NoLimits: true, Seed: int64(ta.seed), ListLag: 100 * time.Millisecond})
	ta.must(err)
	ta.t.Cleanup(hub.Close)
	ta.hub, ta.web, ta.shop = hub, hub.Repo("acme/web-app"), hub.Repo("acme/checkout")
	ta.shop.Commit(githubsim.Commit{Message: "First"})
	ta.web.Workflow(githubsim.Workflow{
		File: "rollback.yml", RunName: "Roll back [${{ inputs.backout_id }}]",
		Auto:   &githubsim.AutoRun{Queued: 50 * time.Millisecond, Step: 50 * time.Millisecond},
		Inputs: []githubsim.Input{{Name: "version", Required: true}, {Name: "backout_id", Required: true}},
		Jobs:   []githubsim.Job{{Name: "roll back", Steps: []string{"Roll out"}}},
	})
	for _, v := range []struct {
		version string
		ago     time.Duration
	}{{"v2.3.9", 9 * 24 * time.Hour}, {"v2.4.0", 20 * time.Minute}} {
		ta.web.Tag(v.version, ta.web.Commit(githubsim.Commit{Message: "Release " + v.version}))
		at := time.Now().Add(-v.ago)
		id := ta.web.Deploy(githubsim.Deployment{Ref: v.version, Environment: "production", Payload: map[string]any{"version": v.version}, Creator: "jonas", At: at.Add(-time.Minute)})
		ta.web.DeployStatus(id, "success", func(s *githubsim.DeploymentStatus) { s.At = at })
		ta.shipped = append(ta.shipped, shipment{v.version, true})
	}
}

func (ta *tale) opensPagerDuty() {
	pd, err := pagerdutysim.Start(pagerdutysim.Options{NoLimits: true, Seed: int64(ta.seed), RetryFirst: 50 * time.Millisecond})
	ta.must(err)
	ta.t.Cleanup(pd.Close)
	pd.User("Backout", taleBackout)
	ta.onCall = pd.User("Ana Ruiz", "ana@acme.example")
	policy := pd.EscalationPolicy("Web team", pagerdutysim.Level{ta.onCall})
	pd.OnCall(policy, 1, ta.onCall)
	pd.Priority("P1")
	ta.pd, ta.watched = pd, pd.Service("web-app", pagerdutysim.ServiceOptions{Policy: policy})
}

// installsBot writes the configuration and has everybody know the bot's address.
func (ta *tale) installsBot() {
	file := filepath.Join(ta.t.TempDir(), "backout.yaml")
	ta.must(os.WriteFile(file, fmt.Appendf(nil, `services:
  - name: web-app
    repo: acme/web-app
    pagerduty: %s
    rollback: {workflow: rollback.yml, ref: main, inputs: {version: "{{.To.Version}}"}, allowed: [%s]}
  - {name: checkout, repo: acme/checkout}
  - {name: search}
  - {name: pay}
deploys: {channels: [{id: %s, pattern: '(?P<service>\S+) (?P<version>v\S+) deployed'}]}
`, ta.watched.ID(), ta.people[0].ID(), ta.ci.ID()), 0o600))
	ta.bot = newVictim(ta.t, ta.sim,
		"BACKOUT_ANNOUNCE="+ta.announce.ID(),
		"GITHUB_TOKEN="+ta.hub.Token(), "GITHUB_API_URL="+ta.hub.APIURL(), "GITHUB_WEBHOOK_SECRET="+taleSecret,
		"PAGERDUTY_TOKEN="+ta.pd.Token(), "PAGERDUTY_FROM="+taleBackout, "PAGERDUTY_API_URL="+ta.pd.APIURL(), "PAGERDUTY_WEBHOOK_SECRETS="+taleSecret,
	)
	ta.bot.name, ta.bot.flags = hurried, []string{"--config", file}
	ta.t.Cleanup(ta.bot.kill)
	for _, repo := range []string{"acme/web-app", "acme/checkout"} {
		ta.hub.Hook(repo, "http://"+ta.bot.addr+"/webhooks/github", taleSecret, "deployment_status", "workflow_run")
	}
	ta.pd.Subscribe(pagerdutysim.Subscription{URL: "http://" + ta.bot.addr + "/webhooks/pagerduty", Secrets: []string{taleSecret}})
}

// plays has everybody act until enough has happened.
func (ta *tale) plays(long length) {
	ta.bot.start()
	var all sync.WaitGroup
	for i, p := range ta.people {
		all.Go(func() { ta.lives(p, ta.rng(uint64(10+i))) })
	}
	for i, scene := range []func(*rand.Rand){ta.rollsBack, ta.losesSeat, ta.worksOutside, ta.asks} {
		all.Go(func() { scene(ta.rng(uint64(100 + i))) })
	}
	ta.storms(ta.rng(1), long)
	close(ta.over)
	all.Wait()
}

// ended reports whether the story is over.
func (ta *tale) ended() bool {
	select {
	case <-ta.over:
		return true
	default:
		return false
	}
}

// rests waits, or less when the story ends.
func (ta *tale) rests(d time.Duration) {
	select {
	case <-ta.over:
	case <-time.After(d):
	}
}

// word is a word that occurs once.
func (ta *tale) word(prefix string) string { return fmt.Sprintf("%s%04dx", prefix, ta.number.Add(1)) }

func (ta *tale) count(what string) {
	ta.mu.Lock()
	defer ta.mu.Unlock()
	ta.counts[what]++
}

// does notes what somebody asks for before it is asked.
func (ta *tale) does(kind, word string) *deed {
	d := &deed{kind: kind, word: word}
	ta.mu.Lock()
	defer ta.mu.Unlock()
	ta.deeds = append(ta.deeds, d)
	return d
}

// types has somebody type what they ask for.
func (ta *tale) types(p *slacksim.Person, where slacksim.Place, d *deed, line string) error {
	a := ta.insists(p, where, line)
	ta.mu.Lock()
	defer ta.mu.Unlock()
	d.answer, d.acked = a, a.Err() == nil
	return a.Err()
}

// insists has somebody type a line again, as people do, while Slack says that the
// app is not connected: such a line went nowhere.
func (ta *tale) insists(p *slacksim.Person, where slacksim.Place, line string) *slacksim.Answer {
	a := p.Types(where, line)
	for range 10 {
		if a.Err() == nil || !strings.HasPrefix(a.Err().Error(), "dispatch_failed") || ta.ended() {
			break
		}
		ta.rests(200 * time.Millisecond)
		a = p.Types(where, line)
	}
	return a
}

// incidentRooms are the channels that the bot opened.
func (ta *tale) incidentRooms() []*slacksim.Room {
	return slices.DeleteFunc(ta.sim.Rooms(), func(r *slacksim.Room) bool { return !strings.HasPrefix(r.Name(), "inc-") })
}
