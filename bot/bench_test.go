package bot_test

import (
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"backout/integrations/slack/slacksim"
)

// BenchmarkSlashAck sends commands that change the record at 100 a second for
// five seconds, whether or not earlier ones are answered (open loop), and reports
// how long Slack waited for the acknowledgement, the durable commit included.
func BenchmarkSlashAck(b *testing.B) {
	o := newOffice(b, slacksim.Options{NoLimits: true})
	o.opens()
	defer o.closes()
	ana, inc := o.declares()
	o.settles()
	before := len(o.Acks())
	for b.Loop() {
		tick := time.NewTicker(10 * time.Millisecond)
		var work sync.WaitGroup
		for i := range 500 {
			<-tick.C
			work.Go(func() { ana.Types(inc, "/incident timeline note "+strconv.Itoa(i)) })
		}
		work.Wait()
		tick.Stop()
	}
	var took []time.Duration
	for _, a := range o.Acks()[before:] {
		if a.Type == "slash_commands" {
			took = append(took, a.Latency)
		}
	}
	slices.Sort(took)
	b.ReportMetric(ms(took[len(took)/2]), "p50-ms")
	b.ReportMetric(ms(took[len(took)*99/100]), "p99-ms")
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// BenchmarkCapture has eight people say 4,000 messages as fast as they can and
// measures from Slack to the durable record, acknowledged.
func BenchmarkCapture(b *testing.B) {
	const messages = 4000
	o := newOffice(b, slacksim.Options{NoLimits: true, Patience: time.Minute})
	o.opens()
	defer o.closes()
	_, inc := o.declares()
	var people []*slacksim.Actor
	for i := range 8 {
		p := o.Person(fmt.Sprintf("p%d", i))
		p.Joins(inc)
		people = append(people, p)
	}
	o.settles()
	rounds := 0
	for b.Loop() {
		rounds++
		var work sync.WaitGroup
		for i, p := range people {
			work.Go(func() {
				for n := i; n < messages; n += len(people) {
					p.Says(inc, "message number "+strconv.Itoa(n))
				}
			})
		}
		work.Wait()
		if err := o.Settle(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rounds*messages)/b.Elapsed().Seconds(), "messages/s")
}

// BenchmarkDeclare counts what a declaration costs at Slack: sequential round
// trips until the channel is created, people are invited and the card is posted,
// and Web API calls in all. Each call takes 30 ms.
func BenchmarkDeclare(b *testing.B) {
	o := newOffice(b, slacksim.Options{NoLimits: true, Latency: 30 * time.Millisecond})
	o.Room("incidents")
	o.env["BACKOUT_ANNOUNCE"] = "#incidents"
	o.opens()
	defer o.closes()
	ana, general := o.Person("ana"), o.Room("general")
	ana.Joins(general)
	ana.Types(general, "/incident lead "+ana.Mention()).Sees("INC-") // her name is looked up once a day
	time.Sleep(2 * time.Second)                                      // and the second link opens
	calls, depth, usable, n := 0, 0, 0, 0
	for range 3 { // more would only measure Slack's limits on announcements
		n++
		o.settles()
		o.ResetCalls()
		ana.Types(general, "/incident new Outage number "+strconv.Itoa(n))
		o.WaitRoom("inc-" + strconv.Itoa(n) + "-").Sees("Outage number")
		o.settles()
		all := web(o.Calls())
		calls = max(calls, len(all))
		for _, c := range all {
			d := slacksim.Depth(all, c.N)
			depth = max(depth, d)
			if c.Method == "conversations.invite" || c.Method == "chat.postMessage" {
				usable = max(usable, d)
			}
		}
	}
	b.ReportMetric(float64(calls), "calls")
	b.ReportMetric(float64(usable), "trips-to-usable")
	b.ReportMetric(float64(depth), "trips-in-all")
}

// web leaves out what is no Web API method, and the opening of links.
func web(calls []slacksim.Call) []slacksim.Call {
	return slices.DeleteFunc(slices.Clone(calls), func(c slacksim.Call) bool { return c.Method == "response_url" || c.Method == "apps.connections.open" })
}

// BenchmarkIdle reports the heap of a bot that has nothing to do.
func BenchmarkIdle(b *testing.B) {
	o := newOffice(b, slacksim.Options{})
	o.opens()
	defer o.closes()
	for range b.N {
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapAlloc)/1e6, "heap-MB")
}
