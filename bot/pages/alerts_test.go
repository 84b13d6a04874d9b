package pages_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"backout/bot/pages"
	"backout/templates"
	"backout/timeline"
)

// alerted makes INC-1 public and INC-2 private, and INC-3 and INC-4, which are
// public; INC-3 is of alerts, and an exercise is INC-5.
func (d *desk) alerted() {
	d.t.Helper()
	d.incidents()
	d.does(timeline.Adopt("slash:3", "U0ANA", timeline.Adoption{Channel: "C3", Name: "search", Declaration: timeline.Declaration{Title: "Search is slow", Services: []string{"search"}}}))
	d.does(timeline.Adopt("slash:4", "U0ANA", timeline.Adoption{Channel: "C4", Name: "search-too", Declaration: timeline.Declaration{Title: "Search too"}}))
	d.does(timeline.Declare("slash:5", "U0ANA", timeline.Declaration{Title: "Fire drill", Drill: true}))
	d.within(func(tx *timeline.Tx) error {
		a := timeline.Alert{Source: timeline.PagerDuty, Key: "PINC881", Number: 881, Title: "Latency <b>", Priority: "P2", Link: "https://acme.pagerduty.example/881"}
		add := func(clock string, what timeline.AlertEvent, change func(*timeline.Alert)) int {
			a := a
			a.Event, a.At = what, at(clock)
			if change != nil {
				change(&a)
			}
			return tx.Add(3, a.Source, a.At, timeline.Source{Link: a.Link}, timeline.AlertNoted{Alert: a})
		}
		add("14:00", timeline.AlertTriggered, nil)
		add("14:01", timeline.AlertAcknowledged, func(a *timeline.Alert) { a.Who = "Priya" })
		add("14:02", timeline.AlertPriority, func(a *timeline.Alert) { a.Priority = "P1" })
		moved := add("14:03", timeline.AlertTriggered, func(a *timeline.Alert) { a.Key, a.Title = "PINC882", "Somebody else's" })
		tx.Add(3, "U0ANA", time.Time{}, timeline.Source{}, timeline.AlertSplit{N: moved, To: 2})
		return nil
	})
	d.does(timeline.AskPage("slash:6", "U0ANA", 3, "U0TOM", "user", "PTOM01", "search is down, see <@U0ANA>"))
	d.within(func(tx *timeline.Tx) error {
		tx.Add(3, timeline.PagerDuty, at("14:06"), timeline.Source{}, timeline.PageSet{Number: 1, State: timeline.PageAnswered, By: "Tom W."})
		return nil
	})
}

func (d *desk) details(id string) (out pages.Incident, body string) {
	d.t.Helper()
	_, body = d.get("/api/incidents/"+id, "s3cret")
	if err := json.Unmarshal([]byte(body), &out); err != nil {
		d.t.Fatalf("%v in %s", err, body)
	}
	return out, body
}

func TestAlertsAndPagesOfAnIncident(t *testing.T) {
	d := newDesk(t, "s3cret")
	d.alerted()
	got, body := d.details("INC-3")
	if len(got.Alerts) != 1 || len(got.Pages) != 1 || got.Drill {
		t.Fatalf("got %s", body)
	}
	a := got.Alerts[0]
	if a.Title != "Latency <b>" || a.Number != 881 || a.Status != timeline.AlertAcknowledged || a.Priority != "P1" || a.AcknowledgedBy != "Priya" ||
		!a.TriggeredAt.Equal(at("14:00")) || !a.AcknowledgedAt.Equal(at("14:01")) || a.ResolvedAt != nil {
		t.Errorf("the alert is %+v", a)
	}
	p := got.Pages[0]
	if p.ID != "P1" || p.Target != "U0TOM" || p.Kind != "user" || p.Text != "search is down, see Ana Ruiz" || p.State != timeline.PageAnswered || p.AnsweredBy != "Tom W." || p.AskedBy != "U0ANA" {
		t.Errorf("the page is %+v", p)
	}
	_, bare := d.details("INC-4")
	for _, wanted := range []string{`"alerts":[]`, `"pages":[]`, `"drill":false`, `"merged_into":""`, `"merged":[]`} {
		if !strings.Contains(bare, wanted) {
			t.Errorf("no %s in %s", wanted, bare)
		}
	}
}

func TestDrillsInLists(t *testing.T) {
	d := newDesk(t, "s3cret")
	d.alerted()
	_, body := d.get("/api/incidents", "s3cret")
	var list struct{ Incidents []pages.Incident }
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatal(err)
	}
	for _, in := range list.Incidents {
		if in.Drill != (in.Number == 5) {
			t.Errorf("%s is an exercise: %v", in.ID, in.Drill)
		}
	}
}

// INC-1 is merged into the private INC-2, and INC-4 into the public INC-3.
func TestMergedIncidents(t *testing.T) {
	d := newDesk(t, "s3cret")
	d.alerted()
	d.does(timeline.Merge("slash:7", "U0ANA", 1, 2))
	d.does(timeline.Merge("slash:8", "U0ANA", 4, 3))
	if got, body := d.details("INC-1"); got.MergedInto != "a private incident" || got.Status != timeline.Merged {
		t.Errorf("got %s", body)
	}
	if got, body := d.details("INC-4"); got.MergedInto != "INC-3" {
		t.Errorf("got %s", body)
	}
	if got, body := d.details("INC-3"); !slices.Equal(got.Merged, []string{"INC-4"}) || got.MergedInto != "" {
		t.Errorf("got %s", body)
	}
	for _, c := range []struct{ path, says, not string }{
		{"INC-1/events", "Merged into another incident", "INC-2"},
		{"INC-1/events", `"kind":"merged"`, `"into":2`},
		{"INC-1/events?raw=1", `"kind":"merged"`, `"into":2`},
		{"INC-3/events?raw=1", `"kind":"alert_split"`, `"to":2`},
		{"INC-4/events", "Merged into INC-3", "another incident"},
		{"INC-4/events", `"into":3`, "another incident"},
		{"INC-3/events", "Merged INC-4 into this one", "another incident"},
	} {
		if _, body := d.get("/api/incidents/"+c.path, "s3cret"); !strings.Contains(body, c.says) || strings.Contains(body, c.not) {
			t.Errorf("%s should say %q and not %q: %s", c.path, c.says, c.not, body)
		}
	}
	d.serve(pages.Control(d.deps))
	if got, body := d.details("INC-1"); got.MergedInto != "INC-2" {
		t.Errorf("on this machine: %s", body)
	}
	if got, body := d.details("INC-2"); !slices.Equal(got.Merged, []string{"INC-1"}) {
		t.Errorf("on this machine: %s", body)
	}
}

// The words of alerts and pages are those that everybody shows.
func TestWordsOfAlertsAndPages(t *testing.T) {
	d := newDesk(t, "s3cret")
	d.alerted()
	in, err := d.rec.Incident(t.Context(), 3)
	if err != nil {
		t.Fatal(err)
	}
	_, body := d.get("/api/incidents/INC-3/events", "s3cret")
	for line := range strings.Lines(body) {
		var got pages.Entry
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(err)
		}
		e, _ := in.Entry(got.N)
		words, made := templates.EntryWords(in, e)
		if (got.Kind == timeline.KindAlert || got.Kind == timeline.KindPage) && made && got.Text != words {
			t.Errorf("T%d says %q, want %q", got.N, got.Text, words)
		}
	}
}

func TestWhoIsNamedInPages(t *testing.T) {
	d := newDesk(t, "s3cret")
	d.alerted()
	in, err := d.rec.Incident(t.Context(), 3)
	if err != nil {
		t.Fatal(err)
	}
	if got := pages.PeopleIn(in); !slices.Contains(got, "U0TOM") {
		t.Errorf("the names of %v are fetched", got)
	}
}
