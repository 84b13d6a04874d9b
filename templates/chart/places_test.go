package chart_test

import (
	"strings"
	"testing"
	"time"

	"backout/templates/chart"
	"backout/timeline"
)

// momentsAt are the percent at which the moments of a chart stand.
func momentsAt(c chart.Chart) []string {
	var out []string
	for _, s := range c.Stems {
		out = append(out, percent(s.X))
	}
	return out
}

// TestMomentsStandWhereTheSpecificationHasThem compares with what was drawn by hand
// for three incidents, with and without a fold.
func TestMomentsStandWhereTheSpecificationHasThem(t *testing.T) {
	for name, c := range map[string]struct {
		make func(t testing.TB) (*timeline.Incident, chart.Options)
		want string
	}{
		"5 minutes":  {fiveMinutes, "15.640% 19.804% 31.463% 72.826% 98.643%"},
		"80 minutes": {loggedOut, "16.674% 20.674% 25.354% 42.147% 98.643%"},
		"26 hours":   {twoDays, "10.318% 15.028% 15.643% 74.414% 98.724%"},
	} {
		if got := strings.Join(momentsAt(chart.Of(c.make(t))), " "); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	folds := chart.Of(twoDays(t)).Folds
	if len(folds) != 1 || percent(folds[0].From) != "83.073%" || percent(folds[0].To) != "89.073%" {
		t.Errorf("the night is folded at %+v, want 83.073%% to 89.073%%", folds)
	}
}

// lane gives the lane of the kind.
func lane(t *testing.T, c chart.Chart, k chart.LaneKind) chart.Lane {
	t.Helper()
	for _, l := range c.Lanes {
		if l.Kind == k {
			return l
		}
	}
	t.Fatalf("there is no lane of %s", k)
	return chart.Lane{}
}

// texts are the words in a lane.
func texts(l chart.Lane) string {
	var out []string
	for _, m := range l.Marks {
		if m.Text != "" {
			out = append(out, strings.ReplaceAll(strings.TrimSpace(m.Text+" "+m.Tail), "\u00a0", " "))
		}
	}
	return strings.Join(out, " | ")
}

func TestAssumedMomentsAreNotDrawn(t *testing.T) {
	c := chart.Of(twoHundred(t))
	if got := texts(lane(t, c, chart.LaneMoments)); got != "Declared 09:00 | Resolved 11:20" {
		t.Errorf("drawn: %s", got)
	}
	if got := texts(lane(t, c, chart.LanePhases)); got != "2 h 20 min until resolved" {
		t.Errorf("the phases say: %s", got)
	}
}

func TestOnlyPeoplesMessagesCount(t *testing.T) {
	total := 0
	for _, m := range lane(t, chart.Of(twoHundred(t)), chart.LaneMessages).Marks {
		n := 0
		for _, c := range m.Title {
			if c < '0' || c > '9' {
				break
			}
			n = n*10 + int(c-'0')
		}
		if m.Shape == chart.Bar {
			total += n
		}
	}
	if total != 200 {
		t.Errorf("%d messages are drawn, want the 200 that people wrote", total)
	}
}

func TestALaneThatIsEmptyIsThereWhileTheIncidentIsOpen(t *testing.T) {
	kinds := func(c chart.Chart) string {
		var out []string
		for _, l := range c.Lanes {
			out = append(out, string(l.Kind))
		}
		return strings.Join(out, " ")
	}
	if got := kinds(chart.Of(openEmpty(t))); got != "moments phases alerts service rollback messages axis" {
		t.Errorf("open: %s", got)
	}
	if got := kinds(chart.Of(noLength(t))); got != "moments axis" {
		t.Errorf("closed: %s", got)
	}
}

// TestWhatIsHiddenIsLeftOut: an alert of another outage goes altogether, of a deploy
// that is no suspect any more the version stays.
func TestWhatIsHiddenIsLeftOut(t *testing.T) {
	p := newTape(t, 1, "2026-11-20")
	p.declare("09:00:00", "Slow", "1", "web-app")
	p.note(p.deploy(1, "web-app", "v1", "08:40:00", "08:41:00"), timeline.StandingSuspect)
	p.alert("09:01:00", "1", "Another outage", timeline.AlertTriggered)
	p.add("09:02:00", "U0ANA", timeline.AlertSplit{N: len(p.events), To: 2})
	p.moment(timeline.Began, "08:30:00")
	p.add("09:03:00", timeline.Backout, timeline.SuspectsRanked{}) // hides the deploy with its row
	p.status("10:00:00", timeline.Resolved)
	c := chart.Of(p.fold(), p.options("10:00:00"))
	for _, l := range c.Lanes {
		if l.Kind == chart.LaneAlerts {
			t.Errorf("the alert of another outage is drawn: %s", texts(l))
		}
	}
	l := lane(t, c, chart.LaneService)
	if texts(l) != "not known yet | v1" {
		t.Errorf("the service says %s", texts(l))
	}
	for _, m := range l.Marks {
		if m.Shape == chart.Glyph || m.Look == chart.LookRunning {
			t.Errorf("a deploy that is hidden is drawn: %s", line(m))
		}
	}
}

// TestAnAlertThatIsToldTwiceFiredOnce: and the first who took it did.
func TestAnAlertThatIsToldTwiceFiredOnce(t *testing.T) {
	p := newTape(t, 1, "2026-11-20")
	p.declare("09:00:00", "Slow", "1")
	for _, c := range []string{"09:10:00", "09:12:00"} {
		p.alert(c, "1", "Errors", timeline.AlertTriggered)
	}
	for _, c := range []string{"09:20:00", "09:25:00"} {
		p.alert(c, "1", "", timeline.AlertAcknowledged)
	}
	for _, c := range []string{"09:30:00", "09:35:00"} {
		p.alert(c, "1", "", timeline.AlertResolved)
	}
	p.status("10:00:00", timeline.Resolved)
	l := lane(t, chart.Of(p.fold(), p.options("10:00:00")), chart.LaneAlerts)
	want := "Errors: fired 09:10:00, acknowledged 09:20:00, cleared 09:30:00"
	if len(l.Marks) != 3 || l.Marks[0].Title != want || l.Marks[1].Title != want {
		t.Errorf("drawn: %+v", l.Marks)
	}
}

// TestADeployThatARollbackMadeIsShownOnce: as a rollback.
func TestADeployThatARollbackMadeIsShownOnce(t *testing.T) {
	in, opt := loggedOut(t)
	want := written(chart.Of(in, opt))
	made := opt.Deploys[0]
	made.Number, made.Service, made.Version = 99, "web-app", "v2.3.9"
	made.Started, made.Finished = made.Started.AddDate(0, 0, 16).Add(4*time.Hour), made.Finished.AddDate(0, 0, 16).Add(4*time.Hour+20*time.Minute)
	made.Rollback = timeline.RollbackRef{Incident: 47, Number: 1}
	opt.Deploys = append(opt.Deploys, made)
	if got := written(chart.Of(in, opt)); got != want {
		t.Errorf("the chart changed:\n%s", got)
	}
	made.Rollback.Incident = 46
	opt.Deploys[1] = made
	if got := written(chart.Of(in, opt)); got == want {
		t.Error("a deploy that another incident's rollback made is not shown")
	}
}

// TestADeployLongBeforeDoesNotStretchTheWindow: only suspects of the hour before do.
func TestADeployLongBeforeDoesNotStretchTheWindow(t *testing.T) {
	for started, first := range map[string]string{"08:00:00": "8.145%", "07:59:59": "8.145%"} {
		p := newTape(t, 1, "2026-11-20")
		p.declare("09:00:00", "Slow", "1", "web-app")
		p.note(p.deploy(1, "web-app", "v1", started, "08:30:00"), timeline.StandingSuspect)
		p.status("10:00:00", timeline.Resolved)
		c := chart.Of(p.fold(), p.options("10:00:00"))
		near := started == "08:00:00"
		if moved := momentsAt(c)[0] != first; moved != near {
			t.Errorf("a deploy at %s: declared stands at %s", started, momentsAt(c)[0])
		}
	}
}
