package timeline_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"backout/timeline"
	"backout/timeline/logtest"
)

// ops is a desk with services and with reports of deploys.
type ops struct {
	*desk
	mem *logtest.Mem
}

func catalogue() timeline.Catalogue {
	return timeline.Catalogue{Window: time.Hour, FreezeAt: []string{"1"}, Services: []timeline.Service{
		{Name: "web-app", Repo: "acme/web-app", Environment: "production", Staging: "staging", DependsOn: []string{"auth-db"}},
		{Name: "auth-db", Environment: "production"}, {Name: "billing", Environment: "production"},
	}}
}

func newOps(t *testing.T) *ops {
	t.Helper()
	o := &ops{desk: &desk{t: t, now: time.Date(2026, 11, 20, 14, 8, 2, 0, time.UTC)}, mem: logtest.Memory()}
	o.open()
	t.Cleanup(func() { o.rec.Close() })
	return o
}

func (o *ops) open() {
	o.t.Helper()
	rec, err := timeline.Open(context.Background(), o.mem, timeline.Options{Now: func() time.Time { return o.now }, Catalogue: catalogue()})
	if err != nil {
		o.t.Fatal(err)
	}
	o.rec = rec
}

// reopens ends the process and starts the next one on the same record.
func (o *ops) reopens() {
	o.t.Helper()
	o.rec.Close()
	if err := o.mem.Close(); err != nil {
		o.t.Fatal(err)
	}
	mem, err := o.mem.Reopen()
	if err != nil {
		o.t.Fatal(err)
	}
	o.mem = mem
	o.open()
}

// report is a finished deploy of web-app; change it as the test needs.
func (o *ops) report(id, version string, at time.Time) timeline.DeployReport {
	return timeline.DeployReport{
		Source: timeline.DeploySource{Name: "api", ID: id}, Service: "web-app", Environment: "production", Version: version,
		State: timeline.DeploySucceeded, Started: at.Add(-time.Minute), Finished: at, URL: "https://ci.example/" + id,
	}
}

func (o *ops) hears(reports ...timeline.DeployReport) timeline.Outcome {
	o.t.Helper()
	return o.does(timeline.TakeReports("", timeline.Reported{Deploys: reports}))
}

// deploys shows the deploys of a place, oldest first.
func (o *ops) deploys(service, environment string) string {
	o.t.Helper()
	all, err := o.rec.DeploysOf(context.Background(), service, environment)
	if err != nil {
		o.t.Fatal(err)
	}
	slices.Reverse(all)
	var out []string
	for _, d := range all {
		out = append(out, fmt.Sprintf("%s %s %s", d.ID(), d.Label(), d.State))
	}
	return strings.Join(out, ", ")
}

func TestADeployIsOneHoweverOftenItIsReported(t *testing.T) {
	o := newOps(t)
	at := o.now.Add(-time.Hour)
	r := o.report("build-1", "v2.4.0", at)
	r.SHA = "9f3c2e1aa"
	running := r
	running.State, running.Finished = timeline.DeployRunning, time.Time{}
	o.hears(running)
	o.hears(r)
	if out := o.hears(running); len(out.Events) != 0 {
		t.Errorf("a late report that says less made %v", out.Events)
	}
	other := r
	other.Source, other.Version = timeline.DeploySource{Name: "github", ID: "77"}, ""
	other.Started = r.Started.Add(5 * time.Minute)
	o.hears(other)
	if got := o.deploys("WEB-APP", "production"); got != "D1 v2.4.0 success" {
		t.Fatal(got)
	}
	again := other
	again.Source.ID, again.Started, again.Finished = "78", r.Started.Add(20*time.Minute), r.Finished.Add(20*time.Minute)
	o.hears(again)
	if got := o.deploys("web-app", "production"); got != "D1 v2.4.0 success, D2 9f3c2e1 success" {
		t.Errorf("twenty minutes later it is another one: %s", got)
	}
	o.reopens()
	o.hears(other) // known by its id, though nobody asked for the history yet
	if got := o.deploys("web-app", "production"); got != "D1 v2.4.0 success, D2 9f3c2e1 success" {
		t.Errorf("after a restart: %s", got)
	}
	d, ok, err := o.rec.Deploy(context.Background(), 1)
	if err != nil || !ok || len(d.Sources) != 2 || !d.Finished.Equal(at) {
		t.Errorf("%+v, %v, %v", d, ok, err)
	}
}

func TestOneBuildDeploysSeveralServicesUnderTheSameID(t *testing.T) {
	o := newOps(t)
	web := o.report("build-1", "v2", o.now)
	db, staging := web, web
	db.Service, staging.Environment = "auth-db", "staging"
	o.hears(web, db, staging)
	o.hears(db)
	got := o.deploys("web-app", "production") + "; " + o.deploys("auth-db", "production") + "; " + o.deploys("web-app", "staging")
	if got != "D1 v2 success; D2 v2 success; D3 v2 success" {
		t.Error(got)
	}
}

func TestADeliveryOfSeveralDeploysCountsOnce(t *testing.T) {
	o := newOps(t)
	at := o.now.Add(-time.Hour)
	reported := timeline.Reported{Deploys: []timeline.DeployReport{o.report("a", "v1", at), o.report("a", "v1", at), o.report("b", "v1", at.Add(time.Minute)), o.report("c", "v2", at)}}
	o.does(timeline.TakeReports("gh:1", reported))
	if out := o.does(timeline.TakeReports("gh:1", reported)); !out.Repeated || out.Events[0].Incident != timeline.Ledger {
		t.Errorf("the same delivery again: %+v", out)
	}
	if got := o.deploys("web-app", "production"); got != "D1 v1 success, D2 v2 success" {
		t.Error(got)
	}
}

func TestReportsThatCannotBeKeptAreRefusedWithAReason(t *testing.T) {
	o := newOps(t)
	for sentence, change := range map[string]func(*timeline.DeployReport){
		"names no service":               func(r *timeline.DeployReport) { r.Service = " \x00 " },
		"names no environment":           func(r *timeline.DeployReport) { r.Environment = "" },
		"no id":                          func(r *timeline.DeployReport) { r.Source.ID = "" },
		"neither version nor commit":     func(r *timeline.DeployReport) { r.Version = "" },
		"no state of a deploy":           func(r *timeline.DeployReport) { r.State = "deployed" },
		"cannot be right":                func(r *timeline.DeployReport) { r.Started, r.Finished = time.Unix(0, 0), time.Unix(60, 0) },
		"has more than 200 characters":   func(r *timeline.DeployReport) { r.Version = strings.Repeat("v", 201) },
		"2027-01-01T00:00:00Z cannot be": func(r *timeline.DeployReport) { r.Finished = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC) },
	} {
		r := o.report("x", "v1", o.now)
		change(&r)
		o.refused(timeline.TakeReports("", timeline.Reported{Deploys: []timeline.DeployReport{r}}), sentence)
	}
	odd := o.report("y", "v1\u0007\n", o.now)
	odd.URL = "javascript:alert(1)"
	o.hears(odd)
	if d, _, _ := o.rec.Deploy(context.Background(), 1); d.Version != "v1" || d.URL != "" {
		t.Errorf("kept as %q with the link %q", d.Version, d.URL)
	}
}

// ranks carries the owed ranking out with what the test says.
func (o *ops) ranks(versions ...string) {
	o.t.Helper()
	var ranked []timeline.Ranked
	for _, v := range versions {
		for _, service := range []string{"web-app", "auth-db"} {
			all, err := o.rec.DeploysOf(context.Background(), service, "production")
			if err != nil {
				o.t.Fatal(err)
			}
			for _, d := range all {
				if d.Version == v {
					ranked = append(ranked, timeline.Ranked{Deploy: d, Reasons: []timeline.Reason{{Kind: timeline.ReasonSameService}}})
				}
			}
		}
	}
	o.does(timeline.RankSuspects(o.effect(timeline.OweSuspects), ranked))
}

func (o *ops) declares() {
	o.t.Helper()
	o.does(timeline.Declare("slash:1", "U0ANA", timeline.Declaration{Title: "Logins fail", Services: []string{"web-app"}, Lead: "U0ANA"}))
	o.does(timeline.ChannelIsOpen(o.effect(timeline.OweChannel), timeline.Channel{ID: "C1", Name: "inc-1", From: o.now}))
}

func (o *ops) suspects() string {
	o.t.Helper()
	var out []string
	for _, d := range o.incident(1).Suspects() {
		out = append(out, fmt.Sprintf("%s %s", d.Deploy.Label(), d.Standing))
	}
	return strings.Join(out, ", ")
}

func TestSuspectsComeAndGoWithTheRankingButNotWhatPeopleSaid(t *testing.T) {
	o := newOps(t)
	o.hears(o.report("1", "v2.3.9", o.now.Add(-50*time.Minute)), o.report("2", "v2.4.0", o.now.Add(-5*time.Minute)))
	o.declares()
	o.ranks("v2.4.0", "v2.3.9")
	if got := o.suspects(); got != "v2.4.0 suspect, v2.3.9 suspect" {
		t.Fatal(got)
	}
	if owed := o.owed(); !slices.Contains(owed, "INC-1/facts/1") || !slices.Contains(owed, "INC-1/facts/2") {
		t.Errorf("their changes are not asked for: %v", owed)
	}
	o.does(timeline.Judge("ui:1", "U0TOM", 1, 1, timeline.StandingCaused))
	o.does(timeline.SetMoment("ui:2", "U0ANA", 1, timeline.Began, o.now.Add(-20*time.Minute)))
	o.ranks("v2.3.9")
	if got := o.suspects(); got != "v2.3.9 caused" {
		t.Errorf("after the ranking lost v2.4.0: %s", got)
	}
	d, _, _ := o.rec.Deploy(context.Background(), 1)
	if e, _, _ := o.rec.Deploy(context.Background(), 2); d.Standing[1] != timeline.StandingCaused || len(e.Standing) != 0 {
		t.Errorf("the record of deploys says %v and %v", d.Standing, e.Standing)
	}
	o.does(timeline.SetMoment("ui:3", "U0ANA", 1, timeline.Began, o.now.Add(-4*time.Minute)))
	o.ranks("v2.4.0")
	o.does(timeline.Judge("ui:4", "U0TOM", 1, 1, timeline.StandingCleared))
	if got := o.suspects(); got != "v2.4.0 suspect, v2.3.9 cleared" {
		t.Error(got)
	}
	noted, _ := o.incident(1).Noted(2)
	if e, ok := o.incident(1).Entry(noted.N); !ok || e.Hidden {
		t.Error("a suspect that came back stays out of the story")
	}
	o.refused(timeline.Judge("ui:5", "U0TOM", 1, 1, timeline.StandingCleared), "marked as cleared already")
	o.refused(timeline.Judge("ui:6", "U0TOM", 1, 99, timeline.StandingCaused), "no deploy D99")
}

func TestADeployDuringTheIncidentIsToldToThoseItConcerns(t *testing.T) {
	o := newOps(t)
	o.declares()
	o.carryAll()
	o.now = o.now.Add(10 * time.Minute)
	going := o.report("9", "v2.4.1", o.now)
	going.State, going.Finished = timeline.DeployRunning, time.Time{}
	staging, billing, dependency := going, going, going
	staging.Environment, staging.Source.ID = "staging", "10"
	billing.Service, billing.Source.ID = "billing", "11"
	dependency.Service, dependency.Source.ID = "auth-db", "12"
	o.hears(going, staging, billing, dependency)
	var told []string
	for _, d := range o.incident(1).Deploys {
		told = append(told, d.Deploy.Service+" "+d.Deploy.Environment)
	}
	if !slices.Equal(told, []string{"web-app production", "auth-db production"}) {
		t.Fatalf("told of %v", told)
	}
	if owed := o.owed(); !slices.Contains(owed, "INC-1/deploy_post/1") || slices.Contains(owed, "INC-1/deploy_post/2") {
		t.Errorf("owed %v", owed)
	}
	o.carryAll()
	o.now = o.now.Add(time.Minute)
	done := going
	done.State, done.Finished = timeline.DeploySucceeded, o.now
	o.hears(done)
	noted, _ := o.incident(1).Noted(1)
	if e, _ := o.incident(1).Entry(noted.N); !e.At.Equal(o.now) || noted.Deploy.State != timeline.DeploySucceeded || !noted.During {
		t.Errorf("the row stands at %s: %+v", e.At, noted)
	}
	if owed := o.owed(); !slices.Contains(owed, "INC-1/deploy_post/1") {
		t.Errorf("the post is not set again: %v", owed)
	}
}

func TestAFreezeHoldsUntilSomebodyEndsItOrTheIncidentEnds(t *testing.T) {
	o := newOps(t)
	frozen := func(service string) string {
		var by []string
		for _, f := range o.rec.Frozen(service) {
			by = append(by, timeline.ID(f.Incident)+" "+f.Service)
		}
		return strings.Join(by, ", ")
	}
	o.declares()
	o.does(timeline.FreezeDeploys("ui:1", "U0ANA", 1, nil))
	o.refused(timeline.FreezeDeploys("ui:2", "U0ANA", 1, nil), "frozen already")
	if got := frozen("Web-App") + "|" + frozen("billing"); got != "INC-1 web-app|" {
		t.Fatal(got)
	}
	o.does(timeline.FreezeDeploys("ui:3", "U0ANA", 1, []string{timeline.AllServices}))
	if got := frozen("billing"); got != "INC-1 *" {
		t.Error(got)
	}
	o.refused(timeline.UnfreezeDeploys("ui:4", "U0ANA", 1, []string{"billing"}), "does not freeze billing")
	o.does(timeline.UnfreezeDeploys("ui:5", "U0ANA", 1, nil))
	if got := frozen("web-app"); got != "" {
		t.Error(got)
	}
	o.does(timeline.SetSeverity("ui:6", "U0ANA", 1, "1")) // freezes by itself
	o.reopens()
	if got := frozen("web-app"); got != "INC-1 web-app" {
		t.Errorf("by severity: %s", got)
	}
	o.does(timeline.Resolve("ui:7", "U0ANA", 1, ""))
	if got := frozen("web-app"); got != "" || len(o.incident(1).Freezes) != 0 {
		t.Errorf("after the end: %s", got)
	}
	o.does(timeline.Declare("slash:2", "U0ANA", timeline.Declaration{Title: "Again", Severity: "1"}))
	if got := frozen("anything"); got != "INC-2 *" {
		t.Errorf("declared at a severity that freezes, services not known: %s", got)
	}
}

func TestAFailedCommitLeavesTheDeploysAsTheyWere(t *testing.T) {
	o := newOps(t)
	o.hears(o.report("1", "v1", o.now.Add(-time.Hour)))
	o.mem.FailCommits(1)
	if _, err := o.rec.Record(context.Background(), timeline.TakeReports("", timeline.Reported{Deploys: []timeline.DeployReport{o.report("2", "v2", o.now)}})); err == nil {
		t.Fatal("the commit was to fail")
	}
	if got := o.deploys("web-app", "production"); got != "D1 v1 success" {
		t.Error(got)
	}
	o.hears(o.report("2", "v2", o.now))
	if got := o.deploys("web-app", "production"); got != "D1 v1 success, D2 v2 success" {
		t.Error(got)
	}
}

// TestMoreDeploysThanMemoryHolds reads what fell out of memory from the store.
func TestMoreDeploysThanMemoryHolds(t *testing.T) {
	o := newOps(t)
	at := o.now.Add(-100 * time.Hour)
	for i := range 250 {
		o.hears(o.report(fmt.Sprint(i+1), fmt.Sprint("v", i+1), at.Add(time.Duration(i)*20*time.Minute)))
	}
	o.reopens()
	all, err := o.rec.DeploysOf(context.Background(), "web-app", "production")
	if err != nil || len(all) != 200 || all[0].Number != 250 {
		t.Fatalf("%d deploys, %v", len(all), err)
	}
	late := o.report("3", "v3", at.Add(40*time.Minute)) // known by its id, though not among the newest
	late.By = "jonas"
	o.hears(late)
	if d, ok, err := o.rec.Deploy(context.Background(), 3); err != nil || !ok || d.By != "jonas" {
		t.Errorf("%+v, %v, %v", d, ok, err)
	}
	page, err := o.rec.Deploys(context.Background(), timeline.DeployQuery{Before: 4, Limit: 2})
	if err != nil || len(page) != 2 || page[0].By != "jonas" || page[1].Number != 2 {
		t.Errorf("%+v, %v", page, err)
	}
	o.reopens() // the highest number of an event belongs to an old deploy now
	o.hears(o.report("new", "v999", o.now))
	if d, ok, _ := o.rec.Deploy(context.Background(), 251); !ok || d.Version != "v999" {
		t.Errorf("the next deploy is %+v", d)
	}
}
