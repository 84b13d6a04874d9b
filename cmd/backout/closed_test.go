package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"backout/timeline"
	"backout/timeline/boltlog"
)

// aLongPast writes a store with as many incidents that are over, each with its
// channel, ten messages, a follow-up that is open in one of fifty, and its end. They
// ended long enough ago that nobody talks in their channels any more.
func aLongPast(t *testing.T, path string, incidents int) (events int) {
	t.Helper()
	log, err := boltlog.Open(path, boltlog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var b timeline.Batch
	for i := 1; i <= incidents; i++ {
		events += pastIncident(t, &b, i, time.Now().Add(-time.Duration(incidents-i)*time.Hour/4-10*24*time.Hour).UTC())
		if i%1000 == 0 || i == incidents {
			if err := log.Commit(t.Context(), &b); err != nil {
				t.Fatal(err)
			}
			b = timeline.Batch{}
		}
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	return events
}

func pastIncident(t *testing.T, b *timeline.Batch, i int, at time.Time) int {
	t.Helper()
	channel := fmt.Sprintf("C0PAST%06d", i)
	bodies := []timeline.Body{
		timeline.Declared{Title: fmt.Sprintf("Outage %d of the session service", i), Severity: []string{"1", "2", "3", "4"}[i%4], Services: []string{"web-app"}},
		timeline.RoleSet{Role: timeline.LeadRole, User: "U0ANA"},
		timeline.ChannelOpened{Channel: channel, Name: fmt.Sprintf("inc-%d-outage", i), From: at},
	}
	for n := range 10 {
		bodies = append(bodies, timeline.Message{Channel: channel, TS: timeline.SlackTS(at.Add(time.Duration(n) * time.Minute)), Text: "I see a rise of the 5xx rate since the last deploy, looking into the session cache."})
	}
	if i%50 == 0 {
		bodies = append(bodies, timeline.FollowUpAdded{Number: 1, Text: "Test the session keys", Owner: "U0ANA"})
	}
	bodies = append(bodies, timeline.ImpactSet{Text: "A third of users"}, timeline.StatusSet{Status: timeline.Resolved, Text: "Patched"}, timeline.ReviewSet{State: timeline.ReviewDone})
	var all []timeline.Event
	for n, body := range bodies {
		e := timeline.Event{Incident: i, N: n + 1, At: at.Add(time.Duration(n) * time.Minute), Recorded: at.Add(time.Duration(n) * time.Minute), Who: "U0ANA", Body: body}
		if m, ok := body.(timeline.Message); ok {
			e.Source.Key = "msg:" + m.Channel + ":" + m.TS
			b.Keys = append(b.Keys, timeline.KeyRow{Key: e.Source.Key, At: timeline.Position{Incident: i, N: n + 1, Count: 1}})
		}
		data, err := timeline.EncodeEvent(e)
		if err != nil {
			t.Fatal(err)
		}
		b.Events = append(b.Events, timeline.Record{Incident: i, N: n + 1, Data: data})
		all = append(all, e)
	}
	in, err := timeline.Fold(i, all)
	if err != nil {
		t.Fatal(err)
	}
	data, err := timeline.EncodeSummary(in.Summary())
	if err != nil {
		t.Fatal(err)
	}
	b.Summaries = append(b.Summaries, timeline.Row{Key: timeline.ID(i), Data: data})
	return len(all)
}

// TestManyClosedIncidents starts a bot on years of incidents that are over.
func TestManyClosedIncidents(t *testing.T) {
	incidents := 2000
	if soaking() {
		incidents = 100_000
	}
	b := newBurden(t)
	events := aLongPast(t, b.file(), incidents)
	size := 0.0
	if info, err := os.Stat(b.file()); err == nil {
		size = float64(info.Size()) / 1e6
	}
	started := b.begins()
	held := b.held()
	ana := b.people[0]
	said := ""
	for _, line := range []string{"list", "list all", "list 30d sev:1", fmt.Sprintf("INC-%d status", incidents/2), "followups", "new Another outage"} {
		begun := time.Now()
		a := ana.Person.Types(b.lobby, "/incident "+line)
		if a.Err() != nil {
			t.Errorf("%s: %v", line, a.Err())
		} else if err := a.Sees(""); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		said += fmt.Sprintf(", %s %v", strings.Fields(line)[0]+map[bool]string{true: " all"}[line == "list all"], time.Since(begun).Round(100*time.Microsecond))
	}
	begun := time.Now()
	b.WaitRoom("another-outage").Sees("Another outage")
	opened := time.Since(begun)
	begun = time.Now()
	ana.Types(b.lobby, "/incident insights 365d")
	b.until("insights and their drawing", func() bool { return len(ana.DM().Files()) > 0 })
	measured := time.Since(begun)
	ana.DM().Sees("Insights")
	begun = time.Now()
	if list := b.numbers(); len(list) != 200 {
		t.Errorf("the API lists %d on its first page", len(list))
	}
	paged := time.Since(begun)
	begun = time.Now()
	b.figure("backout_incidents_open")
	metrics := time.Since(begun)
	rec := b.entries(incidents / 2)
	if n := rec["I see a rise of the 5xx rate since the last deploy, looking into the session cache."]; n != 10 {
		t.Errorf("an old incident shows %d messages of 10", n)
	}
	if err := b.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	begun = time.Now()
	_ = b.cmd.Wait()
	b.cmd = nil
	stopped := time.Since(begun)
	begun = time.Now()
	out, err := b.run("doctor", "--store").CombinedOutput()
	if err != nil {
		t.Errorf("%v: %s", err, out)
	}
	t.Logf("load: %d closed incidents, %d events, %.0f MB: linked to Slack after %v, heap %.0f MB; answers%s (channel and card after %v), insights over a year %v; API page %v, metrics %v; stopped in %v; doctor --store %v; 0 lost",
		incidents, events, size, started.Round(time.Millisecond), held, said, opened.Round(time.Millisecond), measured.Round(time.Millisecond), paged.Round(time.Millisecond), metrics.Round(time.Millisecond), stopped.Round(time.Millisecond), time.Since(begun).Round(time.Millisecond))
}
