package postmortem_test

import (
	"fmt"
	"testing"
	"time"

	"backout/templates/postmortem"
	"backout/timeline"
)

// talk is an incident with n messages, a fifth of them replies.
func talk(t testing.TB, n int) (*timeline.Incident, postmortem.Options) {
	p := newTape(t, "2026-11-20")
	p.add("09:00:00", "U0ANA", timeline.Declared{Title: "Uploads fail", Severity: "2"})
	start := p.time("09:00:01")
	parent := ""
	for i := range n {
		at := start.Add(time.Duration(i) * time.Second)
		m := timeline.Message{Channel: "C7", TS: timeline.SlackTS(at), Text: fmt.Sprintf("The error rate of <@U0TOM|tom>'s service is at *%d* of `total_requests`, see <https://graphs.example/d/%d|the graph> :eyes:", i, i)}
		if i%5 == 4 {
			m.ThreadTS = parent
		} else {
			parent = m.TS
		}
		p.add(at.Format(time.DateTime), "U0PRI", m)
		if i%100 == 0 {
			p.star(at.Format(time.DateTime), "U0ANA", len(p.events))
		}
	}
	return p.fold(), p.options("2026-11-21 20:00:00")
}

func BenchmarkDocument(b *testing.B) {
	for _, n := range []int{10_000, 20_000} {
		in, opt := talk(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				postmortem.Render(postmortem.Build(in, opt))
			}
		})
	}
}

func BenchmarkMerge(b *testing.B) {
	in, opt := talk(b, 10_000)
	src := postmortem.Render(postmortem.Build(in, opt))
	for b.Loop() {
		postmortem.Merge(src, src)
	}
}
