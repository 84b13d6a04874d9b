package lessons_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"backout/timeline"
	"backout/timeline/lessons"
)

const day = 24 * time.Hour

// ago is an incident of web-app that taught slow_detection so long before the
// declaration of unnoticed.
func ago(t testing.TB, number int, before time.Duration) lessons.Earlier {
	return lessons.Earlier{
		Number: number, Title: "Logins are slow", At: newTape(t).time("14:08:02").Add(-before), Services: []string{"web-app"}, Rules: []string{"no_alert", "slow_detection"},
		FollowUps: []timeline.FollowUp{{Number: 2, N: 31, Text: "Alert on logouts", Owner: "U0TOM", Due: "2026-10-03", State: timeline.FollowUpOpen}},
	}
}

func TestALessonThatWasTaughtBefore(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(e *lessons.Earlier)
		again  bool
	}{
		{"the same service", func(*lessons.Earlier) {}, true},
		{"written otherwise", func(e *lessons.Earlier) { e.Services = []string{"checkout", "Web-App"} }, true},
		{"another service", func(e *lessons.Earlier) { e.Services = []string{"checkout"} }, false},
		{"no service", func(e *lessons.Earlier) { e.Services = nil }, false},
		{"another lesson", func(e *lessons.Earlier) { e.Rules = []string{"no_alert"} }, false},
		{"90 days ago", func(e *lessons.Earlier) { e.At = e.At.Add(-89 * day) }, true},
		{"a second longer ago", func(e *lessons.Earlier) { e.At = e.At.Add(-89*day - time.Second) }, false},
		{"declared later", func(e *lessons.Earlier) { e.At = e.At.Add(day + time.Second) }, false},
		{"at the same time, with a lower number", func(e *lessons.Earlier) { e.At = e.At.Add(day) }, true},
		{"at the same time, with a higher number", func(e *lessons.Earlier) { e.At, e.Number = e.At.Add(day), 8 }, false},
		{"this very incident", func(e *lessons.Earlier) { e.Number = 7 }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newTape(t)
			unnoticed(p)
			e := ago(t, 3, day)
			c.change(&e)
			p.opt.Earlier = []lessons.Earlier{e}
			l := tapeFind(lessons.Of(p.fold(), p.opt), "slow_detection")
			if (len(l.Before) == 1) != c.again || l.BeforeMore != 0 {
				t.Fatalf("before: %+v and %d more", l.Before, l.BeforeMore)
			}
			if want := (lessons.Before{Number: e.Number, At: e.At, Services: []string{"web-app"}, Open: e.FollowUps}); c.again && !reflect.DeepEqual(l.Before[0], want) {
				t.Errorf("%+v, want %+v", l.Before[0], want)
			}
		})
	}
}

func TestTheLatestThreeAreNamed(t *testing.T) {
	p := newTape(t)
	unnoticed(p)
	elsewhere := ago(t, 9, day)
	elsewhere.Services = []string{"checkout"}
	p.opt.Earlier = []lessons.Earlier{ago(t, 3, 40*day), ago(t, 6, 2*day), elsewhere, ago(t, 2, 50*day), ago(t, 5, 9*day), ago(t, 1, 80*day), ago(t, 5, 9*day)}
	for range 2 { // in whatever order they come
		l := tapeFind(lessons.Of(p.fold(), p.opt), "slow_detection")
		var got []int
		for _, b := range l.Before {
			got = append(got, b.Number)
		}
		if !slices.Equal(got, []int{6, 5, 3}) || l.BeforeMore != 2 {
			t.Errorf("%v and %d more", got, l.BeforeMore)
		}
		slices.Reverse(p.opt.Earlier)
	}
}

func TestOnlyWhatWentBadlyRecurs(t *testing.T) {
	p := newTape(t)
	unnoticed(p)
	p.moment(timeline.Began, "14:02:10")
	e := ago(t, 3, day)
	e.Rules = []string{"fast_detection"}
	p.opt.Earlier = []lessons.Earlier{e}
	if l := tapeFind(lessons.Of(p.fold(), p.opt), "fast_detection"); !l.Good || len(l.Before) > 0 {
		t.Errorf("%+v", l)
	}
}

func TestFollowUpsThatAreDoneAreNotNamed(t *testing.T) {
	p := newTape(t)
	unnoticed(p)
	e := ago(t, 3, day)
	e.FollowUps = append(e.FollowUps, timeline.FollowUp{Number: 3, Text: "Done since it was read", State: timeline.FollowUpDone})
	p.opt.Earlier = []lessons.Earlier{e}
	l := tapeFind(lessons.Of(p.fold(), p.opt), "slow_detection")
	if len(l.Before) != 1 || len(l.Before[0].Open) != 1 || l.Before[0].Open[0].Number != 2 || len(e.FollowUps) != 2 {
		t.Errorf("%+v", l.Before)
	}
}

// What one incident taught is what the next one is told.
func TestTaught(t *testing.T) {
	p := newTape(t)
	p.say("14:06:31", "U0JON", "we should alert on logouts")
	unnoticed(p)
	p.moment(timeline.Detected, "14:06:31")
	p.add("15:00:00", "U0ANA", timeline.FollowUpAdded{Number: 1, From: 1, Owner: "U0TOM", Due: "2026-12-01"})
	p.add("15:00:01", "U0ANA", timeline.FollowUpAdded{Number: 2, Text: "Done at once"})
	p.add("15:00:02", "U0ANA", timeline.FollowUpAdded{Number: 3, Text: "Not wanted after all"})
	p.add("15:00:03", "U0ANA", timeline.FollowUpSet{Number: 2, State: timeline.FollowUpDone})
	p.add("15:00:04", "U0ANA", timeline.FollowUpSet{Number: 3, State: timeline.FollowUpDropped})
	p.alert("15:30:00", timeline.AlertTriggered)
	p.judge("16:00:00", "people_first", timeline.LessonDismissed)
	p.opt.Earlier = []lessons.Earlier{ago(t, 3, day)}
	e, ok := lessons.Taught(p.fold(), p.opt)
	want := lessons.Earlier{
		Number: 7, Title: "Users are logged out", At: p.time("14:08:02"), Services: []string{"web-app"}, Rules: []string{"slow_detection"},
		FollowUps: []timeline.FollowUp{{Number: 1, N: 5, From: 1, Text: "we should alert on logouts", Owner: "U0TOM", Due: "2026-12-01", State: timeline.FollowUpOpen}},
	}
	if !ok || !reflect.DeepEqual(e, want) {
		t.Errorf("%+v\nwant %+v", e, want)
	}

	next := newTape(t)
	unnoticed(next)
	next.opt.Earlier = []lessons.Earlier{e}
	in, err := timeline.Fold(8, shifted(next.events, 8, 30*day))
	if err != nil {
		t.Fatal(err)
	}
	if l := tapeFind(lessons.Of(in, next.opt), "slow_detection"); len(l.Before) != 1 || l.Before[0].Number != 7 || l.Before[0].Open[0].Text != "we should alert on logouts" {
		t.Errorf("%+v", l.Before)
	}
}

// shifted gives the events of another incident, later.
func shifted(events []timeline.Event, number int, by time.Duration) []timeline.Event {
	out := slices.Clone(events)
	for i := range out {
		out[i].Incident, out[i].At = number, out[i].At.Add(by)
		if m, ok := out[i].Body.(timeline.MomentSet); ok {
			m.To = m.To.Add(by)
			out[i].Body = m
		}
		if d, ok := out[i].Body.(timeline.Declared); ok {
			d.DetectedAt = d.DetectedAt.Add(by)
			out[i].Body = d
		}
	}
	return out
}

func TestWhatWentWellTeachesNothing(t *testing.T) {
	p := newTape(t)
	p.declaredFrom("14:08:02", "U0TOM", "14:06:31")
	p.moment(timeline.Began, "14:02:10")
	if e, ok := lessons.Taught(p.fold(), p.opt); ok || !reflect.DeepEqual(e, lessons.Earlier{}) {
		t.Errorf("%+v", e)
	}
}
