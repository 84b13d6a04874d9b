package nudges_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"backout/timeline"
	"backout/timeline/logtest"
	"backout/timeline/nudges"
)

const (
	ana = "U0ANA"
	bob = "U0BOB"
)

// story is an incident as a day brings it, on a record in memory.
type story struct {
	t   *testing.T
	rec *timeline.Recorder
	now time.Time
	p   nudges.Policy
	n   int // deliveries so far
}

// step is what happens at an instant: an act, or a look at what is due.
type step struct {
	at  string
	act func(*story)
}

func tell(t *testing.T, p nudges.Policy, steps []step) {
	s := &story{t: t, p: p}
	opens := timeline.Catalogue{Alerts: timeline.AlertPolicy{Do: timeline.AlertOpens}}
	rec, err := timeline.Open(context.Background(), logtest.Memory(), timeline.Options{Now: func() time.Time { return s.now }, Catalogue: opens})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Close()
	s.rec = rec
	for _, st := range steps {
		if now := at(st.at); now.Before(s.now) {
			t.Fatalf("%s comes after %s", s.now, st.at)
		} else {
			s.now = now
		}
		st.act(s)
	}
}

// at reads "14:05" as of the first day, "3 14:05" as of the third.
func at(clock string) time.Time {
	day := 1
	if d, rest, ok := strings.Cut(clock, " "); ok {
		fmt.Sscan(d, &day)
		clock = rest
	}
	t, err := time.Parse("15:04", clock)
	if err != nil {
		panic(err)
	}
	return time.Date(2026, 11, day, t.Hour(), t.Minute(), 0, 0, time.UTC)
}

func (s *story) do(c timeline.Change) {
	s.t.Helper()
	if _, err := s.rec.Record(context.Background(), c); err != nil {
		s.t.Fatalf("%s: %v", s.now.Format("15:04"), err)
	}
}

func (s *story) key() string { s.n++; return fmt.Sprintf("ui:%d", s.n) }

func (s *story) incident() *timeline.Incident {
	s.t.Helper()
	in, err := s.rec.Incident(context.Background(), 1)
	if err != nil {
		s.t.Fatal(err)
	}
	return in
}

// does makes an act of a change that wants a key.
func does(f func(key string) timeline.Change) func(*story) {
	return func(s *story) { s.t.Helper(); s.do(f(s.key())) }
}

func opened(channel string) func(*story) {
	return func(s *story) {
		e := timeline.Effect{Key: "INC-1/open_channel", Kind: timeline.OweChannel, Incident: 1}
		for _, o := range s.rec.Effects() { // a successor is owed under another key
			if o.Kind == timeline.OweChannel {
				e = o
			}
		}
		s.do(timeline.ChannelIsOpen(e, timeline.Channel{ID: channel, Name: "inc-1"}))
	}
}

func declares(d timeline.Declaration) func(*story) {
	return func(s *story) {
		d.Title = "Logins fail"
		s.do(timeline.Declare(s.key(), ana, d))
		opened("C1")(s)
	}
}

func declared(severity string) func(*story) {
	return declares(timeline.Declaration{Severity: severity})
}

// alerted has the alerting system say something of the alert that it is about.
func alerted(e timeline.AlertEvent, who string) func(*story) {
	return func(s *story) {
		s.do(timeline.TakeAlert(s.key(), timeline.Alert{Source: timeline.PagerDuty, Key: "Q1", Service: "web-app", Event: e, Title: "Logins fail", Who: who, At: s.now}))
	}
}

func updates(next string) func(*story) {
	return func(s *story) {
		var promised time.Time
		if next != "" {
			promised = at(next)
		}
		s.do(timeline.GiveUpdate(s.key(), ana, 1, "We look into it.", promised))
	}
}

func severity(name string) func(*story) {
	return does(func(k string) timeline.Change { return timeline.SetSeverity(k, ana, 1, name) })
}

func status(to timeline.Status) func(*story) {
	return does(func(k string) timeline.Change { return timeline.SetStatus(k, ana, 1, to, "") })
}

func resolves() func(*story) { return status(timeline.Resolved) }

func reopens() func(*story) {
	return does(func(k string) timeline.Change { return timeline.Reopen(k, ana, 1, "It is back.") })
}

func leads(who string) func(*story) {
	return does(func(k string) timeline.Change { return timeline.SetRole(k, ana, 1, timeline.LeadRole, who) })
}

// says has somebody write into the channel now; saidAt is learned of only now.
func says(who string) func(*story) {
	return func(s *story) { s.hear(timeline.Said{Who: who, TS: timeline.SlackTS(s.now)}) }
}

func saidAt(clock, who string) func(*story) {
	return func(s *story) { s.hear(timeline.Said{Who: who, TS: timeline.SlackTS(at(clock))}) }
}

func hears(m timeline.Said) func(*story) {
	return func(s *story) {
		if m.TS == "" {
			m.TS = timeline.SlackTS(s.now)
		}
		s.hear(m)
	}
}

func (s *story) hear(m timeline.Said) {
	if m.Channel == "" {
		m.Channel = "C1"
	}
	if m.Text == "" {
		m.Text = "hm"
	}
	s.do(timeline.Hear(m))
}

func snoozes(about timeline.NudgeKind, until string) func(*story) {
	return does(func(k string) timeline.Change { return timeline.SetNudge(k, ana, 1, about, at(until), false) })
}

func stops(about timeline.NudgeKind) func(*story) {
	return does(func(k string) timeline.Change { return timeline.SetNudge(k, ana, 1, about, time.Time{}, true) })
}

func policy(p nudges.Policy) func(*story) { return func(s *story) { s.p = p } }

func (s *story) due() []nudges.Due { return nudges.Of(s.incident(), s.p, s.now) }

// due looks at what is due and does nothing about it.
func due(want ...string) func(*story) {
	return func(s *story) {
		s.t.Helper()
		var got []string
		for _, d := range s.due() {
			got = append(got, fmt.Sprintf("%s %s", d.About, d.At.Format("15:04")))
			if key := fmt.Sprintf("nudge:INC-1:%s:%d", d.About, d.At.Unix()); d.Key != key || d.Incident != 1 {
				s.t.Errorf("at %s the key of %+v is not %s", s.now.Format("2 15:04"), d, key)
			}
		}
		if !slices.Equal(got, want) {
			s.t.Errorf("at %s due: %q, want %q", s.now.Format("2 15:04"), got, want)
		}
	}
}

// gives looks at what is due and gives it.
func gives(want ...string) func(*story) {
	return func(s *story) {
		s.t.Helper()
		due(want...)(s)
		for _, d := range s.due() {
			out, err := s.rec.Record(context.Background(), timeline.Nudge(d.Key, d.Incident, d.About))
			if err != nil || out.Repeated || len(out.Events) != 1 {
				s.t.Errorf("at %s %s is not given: %+v, %v", s.now.Format("2 15:04"), d.Key, out, err)
			}
		}
		due()(s)
	}
}
