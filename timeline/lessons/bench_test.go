package lessons_test

import (
	"fmt"
	"testing"
	"time"

	"backout/timeline"
	"backout/timeline/lessons"
)

// talked is the login outage with n messages in its channel, which folds in the order
// in which they were written.
func talked(b testing.TB, n int) (*timeline.Incident, lessons.Options) {
	p := newTape(b)
	login(p)
	start := p.time("14:08:03")
	for i := range n {
		at := start.Add(time.Duration(i) * 500 * time.Millisecond)
		p.events = append(p.events, timeline.Event{
			Incident: 7, N: len(p.events) + 1, At: at, Recorded: at, Who: "U0PRI",
			Body: timeline.Message{Channel: "C7", TS: timeline.SlackTS(at), Text: fmt.Sprintf("The error rate is at %d", i)},
		})
	}
	return p.fold(), p.opt
}

func BenchmarkOf(b *testing.B) {
	for _, n := range []int{100, 10_000, 20_000} {
		in, opt := talked(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				lessons.Of(in, opt)
			}
		})
	}
}

func BenchmarkOutcomes(b *testing.B) {
	in, opt := talked(b, 10_000)
	b.ReportAllocs()
	for b.Loop() {
		lessons.Outcomes(in, opt)
	}
}

// BenchmarkStorm is of an outage with as many alerts as one ever saw.
func BenchmarkStorm(b *testing.B) {
	p := newTape(b)
	p.declare("14:08:00")
	for i := range 2000 {
		at := p.time("14:09:00").Add(time.Duration(i) * time.Second)
		p.alert(at.Format(time.DateTime), timeline.AlertTriggered, alertKey(fmt.Sprint(i)))
	}
	in := p.fold()
	b.ReportAllocs()
	for b.Loop() {
		lessons.Of(in, p.opt)
	}
}
