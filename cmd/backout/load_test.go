package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"backout/bot/pages"
	"backout/integrations/slack"
	"backout/integrations/slack/slacksim"
	"backout/timeline"
)

// The proofs of load run the production command as a process of its own, with
// the simulated Slack, which shares the machine's cores with it. They fail when
// something is lost; times they only print. With BACKOUT_SOAK they are long.

// burden is a bot under load.
type burden struct {
	*victim
	*slacksim.Stage
	t      *testing.T
	people []*slacksim.Actor
	lobby  *slacksim.Scene
}

func newBurden(t *testing.T) *burden {
	t.Helper()
	sim, err := slacksim.Start(slacksim.Options{NoLimits: true, Scopes: slack.Scopes(), BotEvents: slack.BotEvents(), Patience: 15 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	b := &burden{victim: newVictim(t, sim), Stage: slacksim.Test(t, sim), t: t}
	b.lobby = b.Room("general")
	for i := range 8 {
		p := b.Person(fmt.Sprintf("p%d", i))
		p.Joins(b.lobby)
		b.people = append(b.people, p)
	}
	t.Cleanup(func() {
		b.kill()
		if t.Failed() {
			t.Log(tail(b.log.String(), 3000))
		}
	})
	return b
}

// file is where the bot keeps its record.
func (b *burden) file() string {
	for _, v := range b.env {
		if name, ok := strings.CutPrefix(v, "BACKOUT_STORE=bolt:"); ok {
			return name
		}
	}
	return ""
}

func (b *burden) begins() time.Duration {
	b.t.Helper()
	begun := time.Now()
	b.start()
	b.WaitLinks(1)
	return time.Since(begun)
}

// declares opens n incidents at once and waits until they are recorded.
func (b *burden) declares(n int) (took time.Duration) {
	b.t.Helper()
	begun := time.Now()
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			if a := b.people[i%len(b.people)].Person.Types(b.lobby, fmt.Sprintf("/incident new Outage in cell %d", i)); a.Err() != nil {
				b.t.Error(a.Err())
			}
		})
	}
	all.Wait()
	b.until("all incidents", func() bool { return len(b.numbers()) == n })
	return time.Since(begun)
}

// gathers waits for the channels of n incidents and brings everybody in. Slack has
// a bot make eight at once and then a dozen a minute.
func (b *burden) gathers(n int) []*slacksim.Scene {
	b.t.Helper()
	rooms := make([]*slacksim.Scene, n)
	for i := range n {
		name := ""
		b.until(fmt.Sprintf("the channel of cell %d", i), func() bool {
			for _, r := range b.Rooms() {
				if strings.HasSuffix(r.Name(), fmt.Sprintf("-outage-in-cell-%d", i)) {
					name = r.Name()
				}
			}
			return name != ""
		})
		rooms[i] = b.WaitRoom(name)
		for _, p := range b.people {
			if !rooms[i].Has(p.ID()) {
				p.Joins(rooms[i])
			}
		}
	}
	return rooms
}

// held is about what the heap holds, in MB: the least of some looks, since
// garbage is counted too.
func (b *burden) held() float64 {
	least := b.figure("go_memstats_heap_alloc_bytes")
	for range 20 {
		time.Sleep(50 * time.Millisecond)
		least = min(least, b.figure("go_memstats_heap_alloc_bytes"))
	}
	return least / 1e6
}

// entries counts the entries of an incident's record, by kind and text.
func (b *burden) entries(incident int) map[string]int {
	b.t.Helper()
	body, err := b.get(fmt.Sprintf("/api/incidents/INC-%d/events", incident))
	if err != nil {
		b.t.Fatal(err)
	}
	out := map[string]int{}
	lines := bufio.NewScanner(bytes.NewReader(body))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e pages.Entry
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			b.t.Fatal(err)
		}
		if e.Kind == timeline.KindMessage || e.Kind == timeline.KindNote {
			out[e.Text]++
		}
	}
	return out
}

// openLoop has act done at a rate, whether or not what was done before has ended:
// who waits is counted from when it was due. It returns when all has ended.
func openLoop(perSecond int, d time.Duration, act func(i int, due time.Time)) {
	begun := time.Now()
	var all sync.WaitGroup
	for i := range int(d.Seconds() * float64(perSecond)) {
		due := begun.Add(time.Duration(i) * time.Second / time.Duration(perSecond))
		time.Sleep(time.Until(due))
		all.Go(func() { act(i, due) })
	}
	all.Wait()
}

// times are how long things took.
type times struct {
	mu  sync.Mutex
	all []time.Duration
}

func (t *times) add(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = append(t.all, d)
}

// at is a quantile: 0.5 is the median.
func (t *times) at(q float64) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.all) == 0 {
		return 0
	}
	slices.Sort(t.all)
	return t.all[min(int(float64(len(t.all))*q), len(t.all)-1)].Round(100 * time.Microsecond)
}

// most is the highest value of a figure while something goes on.
type most struct{ events, requests, owed float64 }

func (b *burden) watches(done <-chan struct{}) *most {
	var m most
	for {
		select {
		case <-done:
			return &m
		case <-time.After(250 * time.Millisecond):
			m.events = max(m.events, b.figure("backout_slack_waiting_events"))
			m.requests = max(m.requests, b.figure("backout_slack_waiting_requests"))
			m.owed = max(m.owed, b.figure("backout_effects_owed"))
		}
	}
}

// TestLoad has 50 incidents at once, in which people talk and type. Whatever was
// acknowledged to Slack is in the record, once.
func TestLoad(t *testing.T) {
	incidents, commands, messages, d := 10, 20, 60, 3*time.Second
	if soaking() {
		incidents, commands, messages, d = 50, 200, 500, time.Minute
	}
	b := newBurden(t)
	b.begins()
	declared := b.declares(incidents)
	begun := time.Now()
	rooms := b.gathers(incidents)
	gathered := time.Since(begun)
	if err := b.Settle(); err != nil {
		t.Fatal(err)
	}
	before, lost := b.held(), b.Lost()
	done, seen := make(chan struct{}), make(chan *most)
	go func() { seen <- b.watches(done) }()
	var typed, late times
	var mu sync.Mutex
	noted, said := make([]map[string]bool, incidents), make([]map[string]bool, incidents)
	answers := map[string]*slacksim.Answer{}
	for i := range rooms {
		noted[i], said[i] = map[string]bool{}, map[string]bool{}
	}
	refused := 0
	var both sync.WaitGroup
	begun = time.Now()
	both.Go(func() {
		openLoop(commands, d, func(i int, due time.Time) {
			n, text := i%incidents, fmt.Sprintf("note %d", i)
			a := b.people[i%len(b.people)].Person.Types(rooms[n], "/incident timeline "+text)
			typed.add(time.Since(due))
			mu.Lock()
			defer mu.Unlock()
			if a.Err() != nil {
				refused++
				return
			}
			noted[n][text], answers[text] = true, a
		})
	})
	both.Go(func() {
		openLoop(messages, d, func(i int, due time.Time) {
			n, text := i%incidents, fmt.Sprintf("message %d: the rate of 5xx rises since the last deploy", i)
			b.people[i%len(b.people)].Says(rooms[n], text)
			late.add(time.Since(due))
			mu.Lock()
			defer mu.Unlock()
			said[n][text] = true
		})
	})
	both.Wait()
	took := time.Since(begun)
	if err := b.Settle(); err != nil {
		t.Fatal(err)
	}
	close(done)
	queues, after := <-seen, b.held()
	missing := 0
	for _, s := range b.numbers() {
		got := b.entries(s.Number)
		n, err := strconv.Atoi(strings.TrimPrefix(s.Title, "Outage in cell "))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []map[string]bool{noted[n], said[n]} {
			for text := range want {
				if got[text] > 1 {
					t.Errorf("%q is recorded %d times", text, got[text])
				}
				if a := answers[text]; got[text] == 0 && (a == nil || !refusal(a)) {
					missing++
					t.Logf("%q is not in the record", text)
					if a != nil {
						t.Logf("its answer was %q", a.Texts())
					}
				}
			}
		}
	}
	given := b.Lost() - lost
	var acked times
	for _, a := range b.Acks() {
		if a.Type == "events_api" && a.Event == "message" && a.Attempt == 0 {
			acked.add(a.Latency)
		}
	}
	for i := range rooms {
		b.people[0].Types(rooms[i], "/incident resolve Over")
	}
	t.Logf("load: %d incidents declared at once in %v, their channels open %v later, as fast as Slack lets a bot make them; then %v of %d commands and %d messages a second (the simulator shares the cores): commands answered p50 %v, p99 %v, messages acknowledged p50 %v, p99 %v (sent late p99 %v); %d commands over 3 s; waiting at most %.0f events, %.0f requests, %.0f owed; heap %.0f → %.0f MB with %d messages in memory, %.0f MB when resolved; %d lost",
		incidents, declared.Round(time.Millisecond), gathered.Round(100*time.Millisecond), took.Round(time.Second), commands, messages, typed.at(.5), typed.at(.99), acked.at(.5), acked.at(.99), late.at(.99), refused,
		queues.events, queues.requests, queues.owed, before, after, int(d.Seconds())*messages, b.held(), missing)
	if missing > given { // what Slack gave up on is read from history at the next connection
		t.Errorf("%d are not in the record, of which Slack gave up on %d", missing, given)
	}
}

// refusal reports whether the person was told that nothing was recorded, or that
// it is not known.
func refusal(a *slacksim.Answer) bool {
	text := a.Text()
	return strings.Contains(text, "othing was recorded") || strings.Contains(text, "too long to say")
}

// numbers gives every incident, as the bot lists them.
func (b *burden) numbers() []pages.Incident {
	b.t.Helper()
	body, err := b.get("/api/incidents?status=all&limit=200")
	if err != nil {
		b.t.Fatal(err)
	}
	var list struct {
		Incidents []pages.Incident `json:"incidents"`
	}
	if err := json.Unmarshal(body, &list); err != nil {
		b.t.Fatal(err)
	}
	return list.Incidents
}

// TestOneHugeIncident has everything that people do with an incident done to one
// in which a great deal was said.
func TestOneHugeIncident(t *testing.T) {
	messages := 1500
	if soaking() {
		messages = 50_000
	}
	b := newBurden(t)
	b.begins()
	b.declares(1)
	room := b.gathers(1)[0]
	before := b.held()
	begun := time.Now()
	var all sync.WaitGroup
	for i, p := range b.people {
		all.Go(func() {
			for n := i; n < messages; n += len(b.people) {
				p.Says(room, fmt.Sprintf("message %d: the rate of 5xx rises since the last deploy", n))
				for b.Unacked() > 500 { // as fast as it is taken
					time.Sleep(time.Millisecond)
				}
			}
		})
	}
	all.Wait()
	if err := b.Settle(); err != nil {
		t.Fatal(err)
	}
	captured := time.Since(begun)
	heap := b.held()
	ana := b.people[0]
	answers := ""
	for _, line := range []string{"timeline", "status", "catchup", "impact Everybody"} {
		begun := time.Now()
		if a := ana.Person.Types(room, "/incident "+line); a.Err() != nil {
			t.Errorf("%s: %v", line, a.Err())
		} else if err := a.Sees(""); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		answers += fmt.Sprintf(", %s %v", line, time.Since(begun).Round(time.Millisecond))
	}
	begun = time.Now()
	ana.Types(room, "/incident postmortem")
	room.Sees("Postmortem draft of INC-1")
	written := time.Since(begun)
	swept := b.sweeps()
	b.kill()
	missed := ana.Says(room, "said while it was down")
	open := b.begins()
	begun = time.Now()
	b.until("what was missed", func() bool { return b.sweeps() > 0 })
	read := time.Since(begun)
	got := b.entries(1)
	missing := 0
	for n := range messages {
		if got[fmt.Sprintf("message %d: the rate of 5xx rises since the last deploy", n)] != 1 {
			missing++
		}
	}
	if got[missed.RawText()] != 1 {
		missing++
	}
	t.Logf("load: one incident of %d messages: captured at %.0f a second; heap %.0f → %.0f MB; answers%s; postmortem in the channel after %v; killed and open again after %v, its history read again in %v (swept %v before); %d lost",
		messages, float64(messages)/captured.Seconds(), before, heap, answers, written.Round(time.Millisecond), open.Round(time.Millisecond), read.Round(time.Millisecond), swept, missing)
	if missing > 0 {
		t.Errorf("%d of %d messages are not in the record once", missing, messages)
	}
}

// sweeps is how many readings of a history ended well in this process.
func (b *burden) sweeps() int {
	body, err := b.get("/metrics")
	if err != nil {
		return 0
	}
	n := 0
	for line := range strings.Lines(string(body)) {
		if strings.HasPrefix(line, `backout_sweeps_total{result="complete"}`) || strings.HasPrefix(line, `backout_sweeps_total{result="done"}`) {
			f, _ := strconv.ParseFloat(strings.TrimSpace(line[strings.LastIndexByte(line, ' ')+1:]), 64)
			n += int(f)
		}
	}
	return n
}

func (b *burden) until(what string, holds func() bool) {
	b.t.Helper()
	for deadline := time.Now().Add(10 * time.Minute); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.t.Fatalf("waited for: %s", what)
		}
	}
}
