package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"backout/bot/outbox"
	"backout/templates"
	"backout/timeline"
	"backout/timeline/logtest"
)

// outside is a Slack reduced to what the outbox asks of it. Each call may be
// scripted to fail, before or after it had its effect.
type outside struct {
	mu    sync.Mutex
	fails map[string][]failure // by call
	calls []string
	rooms map[string]timeline.Channel // by name
	posts []post
	files []*file
	// staged is how many files were uploaded.
	staged int
	edits  int
	panic  bool
	shy    int           // how often a file that is shared is not seen yet
	slow   time.Duration // how long posting and sharing take
}

type failure struct {
	err   error
	after bool
}

type post struct {
	channel, key, summary string
	at                    time.Time
}

type file struct{ channel, name, id string }

func (o *outside) fail(call string, err error, after bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.fails[call] = append(o.fails[call], failure{err, after})
}

// do notes the call and performs it unless it was scripted to fail before.
func (o *outside) do(call string, effect func()) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.calls = append(o.calls, call)
	name, _, _ := strings.Cut(call, " ")
	if fs := o.fails[name]; len(fs) > 0 {
		o.fails[name] = fs[1:]
		if fs[0].after {
			effect()
		}
		return fs[0].err
	}
	effect()
	return nil
}

func (o *outside) count(prefix string) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := 0
	for _, c := range o.calls {
		if strings.HasPrefix(c, prefix) {
			n++
		}
	}
	return n
}

func (o *outside) OpenChannel(_ context.Context, name string, private bool) (c timeline.Channel, err error) {
	o.mu.Lock()
	_, taken := o.rooms[name]
	o.mu.Unlock()
	err = o.do("open "+name, func() {
		if !taken {
			c = timeline.Channel{ID: fmt.Sprintf("C%d", len(o.rooms)+1), Name: name, Private: private, From: time.Now()}
			o.rooms[name] = c
		}
	})
	if err == nil && taken {
		err = &timeline.Trouble{Permanent: true, Sentence: "the name is taken", Cause: timeline.ErrNameTaken}
	}
	return c, err
}

func (o *outside) FindOwnChannel(_ context.Context, name string, since time.Time) (c timeline.Channel, ok bool, err error) {
	err = o.do("find "+name, func() {
		if c, ok = o.rooms[name]; ok && c.From.Before(since) {
			ok = false
		}
	})
	return c, ok, err
}

func (o *outside) Invite(_ context.Context, channel string, ids []string) (missing []timeline.Missing, err error) {
	return nil, o.do("invite "+channel+" "+strings.Join(ids, ","), func() {})
}

func (o *outside) SetTopic(_ context.Context, channel, topic string) error {
	return o.do("topic "+channel, func() {})
}

func (o *outside) Members(context.Context, string) ([]string, error) { return nil, nil }

func (o *outside) Post(_ context.Context, channel, _, key string, m templates.Message) (p timeline.Posted, err error) {
	if o.panic {
		panic("a fault in the adapter")
	}
	time.Sleep(o.slow)
	err = o.do("post "+key, func() {
		o.posts = append(o.posts, post{channel, key, m.Summary, time.Now()})
		p = timeline.Posted{Channel: channel, TS: fmt.Sprintf("%d.%06d", time.Now().Unix(), len(o.posts))}
	})
	return p, err
}

func (o *outside) EditPost(_ context.Context, _, _, key string, _ templates.Message) error {
	return o.do("edit "+key, func() { o.edits++ })
}

func (o *outside) FindPost(_ context.Context, channel, _, key string, _ time.Time) (p timeline.Posted, ok bool, err error) {
	err = o.do("look "+key, func() {
		for _, have := range o.posts {
			if have.key == key && have.channel == channel {
				p, ok = timeline.Posted{Channel: channel, TS: "1.000001"}, true
			}
		}
	})
	return p, ok, err
}

func (o *outside) Pin(context.Context, string, string) error { return o.do("pin", func() {}) }

func (o *outside) Stage(_ context.Context, name string, _ []byte) (id string, err error) {
	err = o.do("stage "+name, func() {
		o.staged++
		id = fmt.Sprintf("F%d", o.staged)
		o.files = append(o.files, &file{name: name, id: id})
	})
	return id, err
}

// Share refuses what is shared already, and what was forgotten.
func (o *outside) Share(_ context.Context, channel, id, _, _ string) (link string, err error) {
	time.Sleep(o.slow)
	refused := false
	err = o.do("share "+id, func() {
		i := slices.IndexFunc(o.files, func(f *file) bool { return f.id == id && f.channel == "" })
		if refused = i < 0; !refused {
			o.files[i].channel = channel
		}
	})
	if err == nil && refused {
		err = &timeline.Trouble{Permanent: true, Sentence: "the file could not be uploaded"}
	}
	return "https://acme.slack.com/files/" + id, err
}

func (o *outside) FindShared(_ context.Context, channel, id string, _ time.Time) (link string, found bool, err error) {
	err = o.do("seek "+id, func() {
		found = o.shy == 0 && slices.ContainsFunc(o.files, func(f *file) bool { return f.id == id && f.channel == channel })
		o.shy = max(0, o.shy-1)
	})
	return "https://acme.slack.com/files/" + id, found, err
}

// forgets drops what was uploaded and shared.
func (o *outside) forgets() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.files = nil
}

// shared are the files that people see.
func (o *outside) shared() (names []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, f := range o.files {
		if f.channel != "" {
			names = append(names, f.name)
		}
	}
	return names
}

func (o *outside) Sweep(context.Context, string) error { return o.do("sweep", func() {}) }

// plain makes the least of messages.
type plain struct{}

func (plain) View(in *timeline.Incident) templates.View {
	return templates.View{In: in, Now: time.Now()}
}

func (plain) Draft(context.Context, *timeline.Incident) (outbox.File, error) {
	return outbox.File{Name: "INC-1.md", Content: []byte("# INC-1")}, nil
}

func (plain) Public(context.Context, *timeline.Incident) (outbox.File, error) {
	return outbox.File{Name: "INC-1-public.md", Content: []byte("# An incident")}, nil
}

func (plain) Chart(context.Context, *timeline.Incident) (outbox.File, error) {
	return outbox.File{Name: "INC-1.png", Content: []byte("png")}, nil
}

func (plain) Lessons(context.Context, *timeline.Incident) []templates.DrawnLesson {
	return []templates.DrawnLesson{{Rule: "one-step", Family: "Gradual rollouts", Title: "Straight to everyone", Told: templates.R(templates.T("T2."))}}
}

func (plain) Insights(context.Context, timeline.InsightsAsked) (templates.Message, outbox.File, error) {
	return templates.Message{Summary: "Insights"}, outbox.File{Name: "insights.png", Content: []byte("png")}, nil
}
func (plain) Warm(context.Context, []string) {}
func (plain) PersonName(id string) string    { return id }
func (plain) ChannelName(id string) string   { return id }

type silence struct{}

func (silence) Count(string, ...string) {}

// house is a recorder, an outbox and the outside.
type house struct {
	t   *testing.T
	mem *logtest.Mem
	rec *timeline.Recorder
	out *outbox.Outbox
	far *outside
}

// inBubble runs the test on synctest's clock, where waiting takes no time.
func inBubble(t *testing.T, f func(t *testing.T, h *house)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := &house{t: t, mem: logtest.Memory(), far: &outside{fails: map[string][]failure{}, rooms: map[string]timeline.Channel{}}}
		h.start()
		f(t, h)
		h.stop()
	})
}

func (h *house) start() {
	h.t.Helper()
	rec, err := timeline.Open(context.Background(), h.mem, timeline.Options{})
	if err != nil {
		h.t.Fatal(err)
	}
	h.rec = rec
	h.out = outbox.New(outbox.Deps{
		Record: rec, Owed: rec, Rooms: h.far, Posts: h.far, Files: h.far, History: h.far, Views: plain{}, Documents: plain{}, Meter: silence{}, Log: slog.New(slog.DiscardHandler),
	}, outbox.Options{Announce: "C0ANNOUNCE", ChannelPattern: "inc-{{.Number}}-{{.Slug}}"})
	h.out.Start()
}

func (h *house) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	h.out.Stop(ctx)
	h.rec.Close()
}

func (h *house) does(c timeline.Change) {
	h.t.Helper()
	if _, err := h.rec.Record(context.Background(), c); err != nil {
		h.t.Fatal(err)
	}
}

// passes lets time go by until nothing moves any more.
func (h *house) passes(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (h *house) declares() {
	h.t.Helper()
	h.does(timeline.Declare("slash:1", "U0ANA", timeline.Declaration{Title: "Logins fail", Severity: "1", Lead: "U0ANA"}))
}

func (h *house) incident() *timeline.Incident {
	h.t.Helper()
	in, err := h.rec.Incident(context.Background(), 1)
	if err != nil {
		h.t.Fatal(err)
	}
	return in
}

// news gives the keys of the posts to the channel, in their order.
func (h *house) news() []string {
	var keys []string
	for _, p := range h.far.posts {
		if strings.HasPrefix(p.key, "INC-1/news/") {
			keys = append(keys, p.key)
		}
	}
	return keys
}

var errCut = errors.New("connection reset")

func unsure() error {
	return &timeline.Trouble{Unsure: true, Sentence: "Slack did not answer", Cause: errCut}
}
