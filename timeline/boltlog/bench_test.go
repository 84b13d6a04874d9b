package boltlog_test

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"backout/timeline"
	"backout/timeline/boltlog"
)

func noon() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }

func messageEvent(incident, n int) timeline.Event {
	at := noon().Add(time.Duration(n) * time.Second)
	return timeline.Event{
		Incident: incident, N: n, At: at, Recorded: at, Who: "U0ANA",
		Source: timeline.Source{Key: fmt.Sprintf("msg:C%d:%s", incident, timeline.SlackTS(at)), Link: "https://example.slack.com/archives/C1/p1"},
		Body: timeline.Message{
			Channel: fmt.Sprint("C", incident), TS: timeline.SlackTS(at),
			Text: "I see a rise of the 5xx rate since the last deploy, looking into the session cache now.",
		},
	}
}

func encoded(b testing.TB, e timeline.Event) timeline.Record {
	b.Helper()
	data, err := timeline.EncodeEvent(e)
	if err != nil {
		b.Fatal(err)
	}
	return timeline.Record{Incident: e.Incident, N: e.N, Data: data}
}

// BenchmarkCommit is one message in a transaction of its own.
func BenchmarkCommit(b *testing.B) {
	l := mustOpen(b, filepath.Join(b.TempDir(), "b.db"), boltlog.Options{})
	n := 0
	for b.Loop() {
		n++
		e := messageEvent(1, n)
		commit(b, l, timeline.Batch{
			Events: []timeline.Record{encoded(b, e)},
			Keys:   []timeline.KeyRow{{Key: e.Source.Key, At: timeline.Position{Incident: 1, N: n, Count: 1}}},
		})
	}
}

// BenchmarkCapture records messages through the recorder from several goroutines.
func BenchmarkCapture(b *testing.B) {
	for _, senders := range []int{1, 8, 64} {
		b.Run(fmt.Sprint(senders), func(b *testing.B) {
			l := mustOpen(b, filepath.Join(b.TempDir(), "b.db"), boltlog.Options{})
			r, err := timeline.Open(context.Background(), l, timeline.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer r.Close()
			a := timeline.Adoption{Channel: "C1", Declaration: timeline.Declaration{Title: "Checkout fails"}}
			if _, err := r.Record(context.Background(), timeline.Adopt("slash:1", "U0ANA", a)); err != nil {
				b.Fatal(err)
			}
			var next atomic.Int64
			b.SetParallelism(max(1, senders/runtime.GOMAXPROCS(0)))
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					ts := timeline.SlackTS(noon().Add(time.Duration(next.Add(1)) * time.Millisecond))
					said := timeline.Said{Channel: "C1", TS: ts, Who: "U0ANA", Text: "I see a rise of the 5xx rate since the last deploy."}
					if _, err := r.Record(context.Background(), timeline.Hear(said)); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "captures/s")
		})
	}
}

// history gives the path of a file with incidents that are over, each of which
// has the number of events.
func history(b *testing.B, incidents, events int) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "history.db")
	l := mustOpen(b, path, boltlog.Options{})
	for i := 1; i <= incidents; i++ {
		all := []timeline.Event{{Incident: i, N: 1, At: noon(), Recorded: noon(), Who: "U0ANA", Body: timeline.Declared{Title: "Outage"}}}
		all = append(all, timeline.Event{Incident: i, N: 2, At: noon(), Recorded: noon(), Body: timeline.ChannelOpened{Channel: fmt.Sprint("C", i)}})
		for n := 3; n < events; n++ {
			all = append(all, messageEvent(i, n))
		}
		all = append(all, timeline.Event{Incident: i, N: events, At: noon(), Recorded: noon(), Body: timeline.StatusSet{Status: timeline.Resolved}})
		batch := timeline.Batch{}
		for _, e := range all {
			batch.Events = append(batch.Events, encoded(b, e))
			batch.Keys = append(batch.Keys, timeline.KeyRow{Key: fmt.Sprintf("%s:%d:%d", e.Source.Key, i, e.N), At: timeline.Position{Incident: i, N: e.N, Count: 1}})
		}
		in, err := timeline.Fold(i, all)
		if err != nil {
			b.Fatal(err)
		}
		data, err := timeline.EncodeSummary(in.Summary())
		if err != nil {
			b.Fatal(err)
		}
		batch.Summaries = []timeline.Row{{Key: timeline.ID(i), Data: data}}
		commit(b, l, batch)
	}
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
	return path
}

// BenchmarkFold reads and folds one incident of 100,000 events.
func BenchmarkFold(b *testing.B) {
	l := mustOpen(b, history(b, 1, 100_000), boltlog.Options{})
	r, err := timeline.Open(context.Background(), l, timeline.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	for b.Loop() {
		events, err := r.Raw(context.Background(), 1)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := timeline.Fold(1, events); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBoot opens a file with 100,000 events in 500 incidents that are over.
func BenchmarkBoot(b *testing.B) {
	path := history(b, 500, 200)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for b.Loop() {
		l := mustOpen(b, path, boltlog.Options{})
		r, err := timeline.Open(context.Background(), l, timeline.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(int64(after.HeapAlloc)-int64(before.HeapAlloc))/1024, "KiB-held")
		r.Close()
		_ = l.Close()
		b.StartTimer()
	}
}
