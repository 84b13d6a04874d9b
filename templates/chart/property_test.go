package chart_test

import (
	"bytes"
	"image/png"
	"math"
	"testing"
	"time"

	"backout/templates/chart"
	"backout/timeline"

	"pgregory.net/rapid"
)

// anyTime is mostly within some days, and sometimes nonsense.
func anyTime(t *rapid.T) time.Time {
	base := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	switch rapid.IntRange(0, 40).Draw(t, "when") {
	case 0:
		return time.Time{}
	case 1:
		return time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC)
	case 2:
		return time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	case 3:
		return base
	}
	return base.Add(time.Duration(rapid.IntRange(-200_000, 200_000).Draw(t, "seconds")) * time.Second)
}

func anyWords(t *rapid.T) string {
	if rapid.Bool().Draw(t, "plain") {
		return rapid.SampledFrom([]string{"web-app", "auth-db", "v2.4.0", "Sign-in errors above 5 %", "", nasty}).Draw(t, "words")
	}
	return string(rapid.SliceOfN(rapid.Byte(), 0, 60).Draw(t, "bytes"))
}

func anyDeploy(t *rapid.T) timeline.Deploy {
	return timeline.Deploy{
		Number: rapid.IntRange(0, 6).Draw(t, "deploy"), Service: anyWords(t), Environment: rapid.SampledFrom([]string{"production", "staging", ""}).Draw(t, "env"),
		Version: anyWords(t), SHA: anyWords(t), Started: anyTime(t), Finished: anyTime(t), Stage: rapid.SampledFrom([]string{"", "full", "canary", nasty}).Draw(t, "stage"),
		State: rapid.SampledFrom([]timeline.DeployState{timeline.DeployPending, timeline.DeployRunning, timeline.DeploySucceeded, timeline.DeployFailed, timeline.DeployCancelled, "odd"}).Draw(t, "state"),
	}
}

// anyBody is what may happen in an incident.
func anyBody(t *rapid.T) timeline.Body {
	number := rapid.IntRange(1, 4).Draw(t, "number")
	switch rapid.IntRange(0, 12).Draw(t, "kind") {
	case 0:
		return timeline.Declared{Title: anyWords(t), Severity: anyWords(t), Services: []string{anyWords(t), anyWords(t)}, DetectedAt: anyTime(t)}
	case 1, 2:
		return timeline.MomentSet{Moment: rapid.SampledFrom(timeline.MomentNames()).Draw(t, "moment"), To: anyTime(t)}
	case 3:
		return timeline.StatusSet{Status: rapid.SampledFrom([]timeline.Status{timeline.Monitoring, timeline.Resolved, timeline.Identified}).Draw(t, "status")}
	case 4:
		return timeline.Message{Channel: "C7", TS: timeline.SlackTS(anyTime(t)), Text: anyWords(t)}
	case 5:
		return timeline.DeployNoted{Deploy: anyDeploy(t)}
	case 6:
		return timeline.DeployChanged{Deploy: anyDeploy(t)}
	case 7:
		return timeline.SuspectSet{Deploy: number, Standing: rapid.SampledFrom([]timeline.Standing{timeline.StandingCaused, timeline.StandingSuspect, timeline.StandingCleared, ""}).Draw(t, "standing")}
	case 8:
		return timeline.AlertNoted{Alert: timeline.Alert{Source: timeline.PagerDuty, Key: string(rune('a' + number)), Title: anyWords(t),
			Event: rapid.SampledFrom([]timeline.AlertEvent{timeline.AlertTriggered, timeline.AlertAcknowledged, timeline.AlertResolved, timeline.AlertUpdated}).Draw(t, "event")}}
	case 9, 10:
		return timeline.RollbackStep{Number: number, Plan: &timeline.RollbackPlan{Service: anyWords(t), Environment: "production", From: anyDeploy(t), To: anyDeploy(t)},
			State: rapid.SampledFrom([]timeline.RollbackState{timeline.RollbackProposed, confirmed, dispatching, queued, running, succeeded, failed, timeline.RollbackCancelled, timeline.RollbackOverdue}).Draw(t, "step"), Reason: anyWords(t)}
	case 11:
		return timeline.Hidden{N: rapid.IntRange(1, 30).Draw(t, "hidden"), Hidden: true}
	}
	return rapid.SampledFrom([]timeline.Body{timeline.Cancelled{}, timeline.MergedInto{Into: 3}, timeline.Reopened{}, timeline.Note{Text: "x"}}).Draw(t, "end")
}

func anyIncident(t *rapid.T) (*timeline.Incident, chart.Options) {
	var events []timeline.Event
	if rapid.IntRange(0, 9).Draw(t, "declared") > 0 {
		events = append(events, timeline.Event{Incident: 7, N: 1, At: anyTime(t), Who: "U0ANA", Body: timeline.Declared{Title: anyWords(t), Services: []string{"web-app"}}})
	}
	for range rapid.IntRange(0, 40).Draw(t, "events") {
		events = append(events, timeline.Event{Incident: 7, N: len(events) + 1, At: anyTime(t), Who: "U0PRI", Body: anyBody(t)})
	}
	in, err := timeline.Fold(7, events)
	if err != nil {
		t.Fatal(err)
	}
	opt := chart.Options{Now: anyTime(t), Catalogue: timeline.Catalogue{Services: []timeline.Service{{Name: "web-app", DependsOn: []string{"auth-db"}}}}}
	for range rapid.IntRange(0, 3).Draw(t, "deploys") {
		opt.Deploys = append(opt.Deploys, anyDeploy(t))
	}
	return in, opt
}

// TestAnyRecordCanBeDrawn holds for whatever happens: marks are on the plot, stem from
// rows that exist, and words do not run into each other.
func TestAnyRecordCanBeDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, opt := anyIncident(t)
		c := chart.Of(in, opt)
		for _, l := range c.Lanes {
			if !(l.Height > 0 && l.Height < 1000) {
				t.Fatalf("the lane %s is %v px high", l.Kind, l.Height)
			}
			for _, m := range l.Marks {
				inPlace(t, l, m)
				if _, ok := in.Entry(m.Row); m.Row != 0 && !ok {
					t.Fatalf("%s leads to a row that does not exist", line(m))
				}
			}
			apart(t, l)
		}
		for _, x := range c.Grid {
			inside(t, x)
		}
		for _, s := range c.Stems {
			inside(t, s.X)
		}
		for _, f := range c.Folds {
			inside(t, f.From)
			inside(t, f.To)
		}
	})
}

func inside(t *rapid.T, x float64) {
	if !(x >= 0 && x <= 1) {
		t.Fatalf("%v is not on the plot", x)
	}
}

func inPlace(t *rapid.T, l chart.Lane, m chart.Mark) {
	inside(t, m.From)
	inside(t, m.To)
	if m.To < m.From || !(m.Y >= 0 && m.Y+m.H <= l.Height) || math.IsNaN(m.DX) || math.Abs(m.DX) > 20 {
		t.Fatalf("%s is out of place in a lane of %v px", line(m), l.Height)
	}
}

// apart holds that no words beside marks overlap words or bars in the same row, at the
// plot of the picture.
func apart(t *rapid.T, l chart.Lane) {
	for i, a := range l.Marks {
		if a.Shape != chart.Label || a.Look != chart.LookNote || l.Kind == chart.LaneMessages {
			continue
		}
		from, to := reach(a)
		for j, b := range l.Marks {
			left, right := reach(b)
			near := b.Shape == chart.Label && b.Look == chart.LookNote && b.Y == a.Y || b.Shape == chart.Bar && b.Y < a.Y && b.Y+b.H > a.Y-8
			if i != j && near && from < right-.01 && to > left+.01 {
				t.Fatalf("%s runs into %s", line(a), line(b))
			}
		}
	}
}

// reach is from where to where in px a mark takes room; a character counts as half of
// what it may take, since no rule is repeated here.
func reach(m chart.Mark) (from, to float64) {
	from, to = m.From*860+m.DX, m.To*860+m.DX
	if m.Shape == chart.Label {
		if size := float64(len([]rune(m.Text))) * 3; m.Anchor == chart.AtEnd {
			from -= size
		} else {
			to += size
		}
	}
	return from, to
}

// TestAnyRecordBecomesAPicture draws fewer of them, since that takes longer.
func TestAnyRecordBecomesAPicture(t *testing.T) {
	draws := 0
	rapid.Check(t, func(t *rapid.T) {
		in, opt := anyIncident(t)
		if draws++; draws > 3 {
			return
		}
		var b bytes.Buffer
		if err := chart.Of(in, opt).PNG(&b); err != nil {
			t.Fatal(err)
		}
		if img, err := png.Decode(&b); err != nil || img.Bounds().Dx() != 2304 {
			t.Fatalf("the picture cannot be read: %v", err)
		}
	})
}

func TestAnyDotsCanBeDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := chart.Dots{Title: anyWords(t), Subtitle: anyWords(t), From: anyTime(t), To: anyTime(t)}
		for range rapid.IntRange(0, 3).Draw(t, "rows") {
			r := chart.DotRow{Name: anyWords(t), Target: time.Duration(rapid.Int64().Draw(t, "target")), Median: time.Duration(rapid.Int64().Draw(t, "median")), P90: time.Duration(rapid.Int64().Draw(t, "p90"))}
			for range rapid.IntRange(0, 20).Draw(t, "dots") {
				r.Dots = append(r.Dots, chart.Dot{At: anyTime(t), Took: time.Duration(rapid.Int64().Draw(t, "took")), Label: anyWords(t), Missed: rapid.Bool().Draw(t, "missed")})
			}
			d.Rows = append(d.Rows, r)
		}
		c := d.Chart()
		for _, l := range c.Lanes {
			for _, m := range l.Marks {
				inside(t, m.From)
				inside(t, m.To)
				if !(m.Y >= 0 && m.Y <= l.Height) || math.IsNaN(m.DX) {
					t.Fatalf("%s is out of place in a lane of %v px", line(m), l.Height)
				}
			}
		}
		if len(c.Grid) > 40 {
			t.Fatalf("%d ticks", len(c.Grid))
		}
	})
}
