package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"backout/templates"
	"backout/timeline"
	"backout/timeline/logtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a workspace with a real record on a log in memory.
type world struct {
	t     *testing.T
	log   *logtest.Mem
	rec   *timeline.Recorder
	c     *Commands
	now   time.Time
	keys  int
	rooms *rooms
}

// The people and channels of the tests.
const (
	ana   = "U0ANA"
	tom   = "U0TOM"
	lobby = "C0LOBBY"
)

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, log: logtest.Memory(), now: time.Date(2026, 11, 20, 14, 30, 0, 0, time.UTC)}
	rec, err := timeline.Open(context.Background(), w.log, timeline.Options{Now: func() time.Time { return w.now }, Catalogue: catalogue()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { rec.Close(); _ = w.log.Close() })
	w.rec = rec
	w.rooms = &rooms{members: map[string][]string{}, names: map[string]timeline.Channel{lobby: {ID: lobby, Name: "lobby"}}}
	w.c = New(Settings{
		PostmortemRepo: "acme/postmortems", GitHub: true,
		Bot: "U0BOT", URL: "https://backout.example", Services: []string{"web-app", "auth"},
		Severities: []templates.Severity{{Name: "1", Title: "Critical"}, {Name: "2", Title: "Major"}, {Name: "3", Title: "Minor"}},
	}, Deps{
		Record: rec, Ledger: rec, People: people{}, Rooms: w.rooms, Now: func() time.Time { return w.now },
		Belongs: func(user string, ids []string) bool { return slices.Contains(ids, user) },
		OnCall: func(_ context.Context, service string) ([]templates.OnCallRow, string) {
			return []templates.OnCallRow{{Policy: "Web team", Level: 1, Name: "Ana Ruiz", Slack: ana}}, ""
		},
		Lessons: func(_ context.Context, in *timeline.Incident) []templates.DrawnLesson { return drawn(in) },
		Drawn:   drawn,
		NewID:   func() string { w.keys++; return fmt.Sprint("id", w.keys) },
	})
	return w
}

// drawn are two lessons.
func drawn(in *timeline.Incident) []templates.DrawnLesson {
	return []templates.DrawnLesson{
		{Rule: "one-step", Family: "Gradual rollouts", Title: "Straight to everyone", Told: templates.R(templates.T("T2.")), Action: "Begin with a canary", Verdict: in.Judged["one-step"]},
		{Rule: "quick-rollback", Family: "Rollback strategy", Title: "It worked", Told: templates.R(templates.T("T4.")), Good: true, Verdict: in.Judged["quick-rollback"]},
	}
}

// catalogue has web-app, which Ana and Tom may roll back and Ana may force.
func catalogue() timeline.Catalogue {
	return timeline.Catalogue{Window: time.Hour, TargetAge: 30 * 24 * time.Hour, Overriders: []string{ana}, Services: []timeline.Service{
		{Name: "web-app", Repo: "acme/web-app", Environment: "production", PagerDuty: "PWEBAPP", Owners: []string{ana, tom}, DependsOn: []string{"auth"},
			Irreversible: []string{"migrations/**"},
			Rollback:     timeline.RollbackPolicy{Workflow: "rollback.yml", Ref: "main", Inputs: map[string]string{"version": "{{.To.Version}}"}}},
		{Name: "auth", Environment: "production"},
	}}
}

// declared makes INC-n with its channel open, without going through commands.
func (w *world) declared(title string, private bool) (n int, channel string) {
	w.t.Helper()
	w.must(timeline.Declare(w.key(), ana, timeline.Declaration{Title: title, Severity: "2", Services: []string{"web-app"}, Private: private}))
	n = w.rec.Summaries()[0].Number
	channel = fmt.Sprintf("C0INC%d", n)
	w.openChannel(n, channel, private)
	return n, channel
}

func (w *world) openChannel(n int, channel string, private bool) {
	for _, e := range w.rec.Effects() {
		if e.Kind == timeline.OweChannel && e.Incident == n {
			w.must(timeline.ChannelIsOpen(e, timeline.Channel{ID: channel, Name: strings.ToLower(channel), Private: private, From: w.now}))
		}
	}
}

func (w *world) must(c timeline.Change) timeline.Outcome {
	w.t.Helper()
	out, err := w.rec.Record(context.Background(), c)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w *world) key() string {
	w.keys++
	return fmt.Sprintf("slash:%d", w.keys)
}

// types sends a line as Ana and gives the answer.
func (w *world) types(channel, text string) Answer {
	return w.handle(Request{Via: Slash, Command: "/incident", Text: text, User: ana, Channel: channel})
}

func (w *world) handle(r Request) Answer {
	if r.Key == "" {
		r.Key = w.key()
	}
	return w.c.Handle(context.Background(), r)
}

func (w *world) incident(n int) *timeline.Incident {
	w.t.Helper()
	in, err := w.rec.Incident(context.Background(), n)
	if err != nil {
		w.t.Fatal(err)
	}
	return in
}

// wants fails unless the answer's words hold all of the pieces.
func wants(t *testing.T, a Answer, pieces ...string) {
	t.Helper()
	s := show(a)
	for _, p := range pieces {
		if !strings.Contains(s, p) {
			t.Errorf("the answer has no %q:\n%s", p, s)
		}
	}
}

// show writes an answer down.
func show(a Answer) string {
	var b strings.Builder
	if a.Declared > 0 {
		fmt.Fprintf(&b, "declared: %d\n", a.Declared)
	}
	if a.Message != nil {
		b.WriteString(showMessage(*a.Message))
	}
	if a.Home != nil {
		b.WriteString("home:\n" + showMessage(*a.Home))
	}
	if a.Form != nil {
		b.WriteString(showForm(*a.Form))
	}
	for _, id := range slices.Sorted(keysOf(a.Errors)) {
		fmt.Fprintf(&b, "error at %s: %s\n", id, a.Errors[id])
	}
	if a.ErrID != "" {
		fmt.Fprintf(&b, "in the log: %v\n", a.Err)
	}
	return strings.ReplaceAll(b.String(), "\u00a0", " ")
}

func keysOf(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func showMessage(m templates.Message) string {
	var b strings.Builder
	for _, p := range m.Parts {
		switch p := p.(type) {
		case templates.Heading:
			fmt.Fprintf(&b, "# %s\n", string(p))
		case templates.Para:
			fmt.Fprintln(&b, templates.Rich(p).Plain(people{}))
		case templates.Footer:
			fmt.Fprintf(&b, "~ %s\n", templates.Rich(p).Plain(people{}))
		case templates.Fields:
			for _, f := range p {
				fmt.Fprintf(&b, "%s: %s\n", f.Label, f.Value.Plain(people{}))
			}
		case templates.Buttons:
			for _, x := range p {
				fmt.Fprintf(&b, "[%s %s %s]\n", x.Label, x.ID, x.Value)
			}
		}
	}
	return b.String()
}

func showForm(f templates.Form) string {
	var b strings.Builder
	fmt.Fprintf(&b, "form %s: %s\n", f.ID, f.Title)
	for _, in := range f.Inputs {
		fmt.Fprintf(&b, "  %s: %s (%s)\n", in.ID, in.Label, in.Value)
	}
	return b.String()
}

// people knows two persons, one of them in Berlin.
type people struct{}

func (people) PersonName(id string) string {
	return map[string]string{ana: "@ana", tom: "@tom"}[id]
}
func (people) ChannelName(id string) string { return strings.ToLower(id) }
func (people) Zone(_ context.Context, user string) *time.Location {
	if user == tom {
		return nil
	}
	return berlin()
}

func berlin() *time.Location {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return zone
}

var errNotIn = errors.New("not_in_channel")

type rooms struct {
	names   map[string]timeline.Channel
	members map[string][]string
	joined  []string
	fail    error
}

func (r *rooms) Room(_ context.Context, ch string) (timeline.Channel, error) {
	room, ok := r.names[ch]
	if !ok {
		return room, errNotIn
	}
	return room, r.fail
}

func (r *rooms) Join(_ context.Context, ch string) error {
	r.joined = append(r.joined, ch)
	return nil
}

func (r *rooms) Members(_ context.Context, ch string) ([]string, error) {
	return r.members[ch], r.fail
}
