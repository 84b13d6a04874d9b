package chart_test

import (
	"io"
	"testing"
	"time"

	"backout/templates/chart"
	"backout/timeline"
)

// tenThousand is the story with as many messages.
func tenThousand(t testing.TB) (*timeline.Incident, chart.Options) {
	p := newTape(t, 1, "2026-11-20")
	p.declare("09:00:00", "Uploads fail", "2", "web-app")
	for i := range 10_000 {
		p.sayAt(p.time("09:00:10").Add(time.Duration(i) * time.Second))
	}
	p.status("12:00:00", timeline.Resolved)
	return p.fold(), p.options("12:01:00")
}

func BenchmarkOf(b *testing.B) {
	for name, make := range map[string]func(testing.TB) (*timeline.Incident, chart.Options){"story": loggedOut, "10000 messages": tenThousand} {
		in, opt := make(b)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				chart.Of(in, opt)
			}
		})
	}
}

func BenchmarkPNG(b *testing.B) {
	charts := map[string]chart.Chart{"story": chart.Of(loggedOut(b)), "10000 messages": chart.Of(tenThousand(b)), "dots": quarter().Chart()}
	for name, c := range charts {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := c.PNG(io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
