package timeline_test

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	"backout/timeline"
	"backout/timeline/boltlog"
	"backout/timeline/logtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	ana = "U0ANA"
	bob = "U0BOB"
)

// start is when the tests take place.
func start() time.Time { return time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC) }

// clerk is a recorder on a memory that fails on demand.
type clerk struct {
	*timeline.Recorder
	t   testing.TB
	mem *logtest.Mem
	now func() time.Time
}

func newClerk(t testing.TB) *clerk {
	t.Helper()
	d := &clerk{t: t, mem: logtest.Memory(), now: start}
	d.Recorder = openRecorder(t, d.mem, d.now)
	return d
}

func openRecorder(t testing.TB, log timeline.Log, now func() time.Time) *timeline.Recorder {
	t.Helper()
	r, err := timeline.Open(context.Background(), log, timeline.Options{Now: now, KeepClosed: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func (d *clerk) must(c timeline.Change) timeline.Outcome {
	d.t.Helper()
	out, err := d.Record(context.Background(), c)
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

func (d *clerk) incident(number int) *timeline.Incident {
	d.t.Helper()
	in, err := d.Incident(context.Background(), number)
	if err != nil {
		d.t.Fatal(err)
	}
	return in
}

// declared declares an incident with a channel and gives its number.
func (d *clerk) declared(title string) int {
	d.t.Helper()
	n := d.must(timeline.Declare("slash:"+title, ana, timeline.Declaration{Title: title})).Incident()
	d.must(channelOpened(n, channelOf(n)))
	return n
}

func channelOf(incident int) string { return fmt.Sprintf("C%d", incident) }

// channelOpened opens the channel that the incident owes.
func channelOpened(incident int, channel string) timeline.Change {
	return timeline.ChannelIsOpen(
		timeline.Effect{Key: timeline.ID(incident) + "/open_channel", Kind: timeline.OweChannel, Incident: incident},
		timeline.Channel{ID: channel, Name: "inc-" + channel})
}

// words is message i of a channel; each has a timestamp of its own.
func words(channel string, i int, text string) timeline.Said {
	return timeline.Said{Channel: channel, TS: tsOf(i), Who: bob, Text: text}
}

func tsOf(i int) string { return timeline.SlackTS(start().Add(time.Duration(i) * time.Second)) }

func gone(channel string, i int) timeline.Change {
	return timeline.Gone(channel, tsOf(i), bob, start().Add(time.Hour))
}

// failer is a test, or one try of a property.
type failer interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// same compares what memory says of the record with what a new recorder makes of
// the same log: both are folds over the same events, or one of them is wrong.
func same(t failer, r *timeline.Recorder, log timeline.Log, now func() time.Time) {
	t.Helper()
	ctx := context.Background()
	fresh, err := timeline.Open(ctx, log, timeline.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	byKey := cmpopts.SortSlices(func(a, b timeline.Effect) bool { return a.Key < b.Key })
	if d := cmp.Diff(fresh.Summaries(), r.Summaries(), cmpopts.EquateEmpty()); d != "" {
		t.Fatalf("summaries stored (-) and in memory (+):\n%s", d)
	}
	if d := cmp.Diff(fresh.Effects(), r.Effects(), byKey, cmpopts.EquateEmpty()); d != "" {
		t.Fatalf("effects stored (-) and in memory (+):\n%s", d)
	}
	for _, service := range services() {
		a, err := fresh.DeploysOf(ctx, service, "production")
		b, berr := r.DeploysOf(ctx, service, "production")
		if d := cmp.Diff(a, b, cmpopts.EquateEmpty()); d != "" || err != nil || berr != nil {
			t.Fatalf("deploys of %s stored (-) and in memory (+), %v, %v:\n%s", service, err, berr, d)
		}
	}
	for _, s := range fresh.Summaries() {
		sameIncident(t, r, log, s.Number)
		for _, c := range s.Channels {
			a, _ := fresh.InChannel(c)
			if b, ok := r.InChannel(c); !ok || a != b {
				t.Fatalf("channel %s belongs to %d in the store, to %d in memory", c, a, b)
			}
		}
	}
}

func sameIncident(t failer, r *timeline.Recorder, log timeline.Log, number int) {
	t.Helper()
	recs, err := log.Events(context.Background(), number, 1, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	events := make([]timeline.Event, len(recs))
	for i, rec := range recs {
		if events[i], err = timeline.DecodeEvent(rec.Incident, rec.N, rec.Data); err != nil {
			t.Fatal(err)
		}
	}
	want, err := timeline.Fold(number, events)
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Incident(context.Background(), number)
	if err != nil {
		t.Fatal(err)
	}
	hidden := cmpopts.IgnoreUnexported(timeline.Incident{})
	for _, d := range []string{
		cmp.Diff(want, got, hidden, cmpopts.EquateEmpty()),
		cmp.Diff(want.Timeline(), got.Timeline(), cmpopts.EquateEmpty(), cmp.Exporter(func(reflect.Type) bool { return true })),
		cmp.Diff(want.Moments(), got.Moments()),
		cmp.Diff(want.NextN(), got.NextN()),
	} {
		if d != "" {
			t.Fatalf("%s folded from the store (-) and in memory (+):\n%s", timeline.ID(number), d)
		}
	}
}

// engines runs a test on a memory and on a file.
func engines(t *testing.T, test func(t *testing.T, open func(testing.TB) timeline.Log)) {
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		test(t, func(testing.TB) timeline.Log { return logtest.Memory() })
	})
	t.Run("bolt", func(t *testing.T) {
		t.Parallel()
		test(t, func(t testing.TB) timeline.Log {
			l, err := boltlog.Open(filepath.Join(t.TempDir(), "b.db"), boltlog.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = l.Close() })
			return l
		})
	})
}
