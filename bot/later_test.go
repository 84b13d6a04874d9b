package bot_test

import (
	"bytes"
	"context"
	"image/png"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"backout/bot"
	"backout/bot/config"
	"backout/integrations/github/githubsim"
	"backout/integrations/slack/slacksim"
	"backout/timeline"
	"backout/timeline/boltlog"
)

// newDesk is a works with a repository for postmortems, in which INC-1 is over.
func newDesk(t *testing.T, more string) (*works, *githubsim.Repo) {
	t.Helper()
	w := newWorks(t, githubsim.Options{}, nil, 0)
	papers := w.hub.Repo("acme/postmortems")
	papers.File("README.md", "Postmortems")
	w.yaml += "postmortem: {repo: acme/postmortems}\n" + more
	w.opens()
	w.hook = w.hub.Hook(webApp, "http://"+w.bot.Addr()+"/webhooks/github", "secret", "deployment_status", "workflow_run", "issues")
	w.hears()
	w.ships("v2.3.9", 9*24*time.Hour)
	w.ships("v2.4.0", 5*time.Minute)
	w.hears()
	w.declares()
	w.tom.Says(w.room, "Half of checkout is down too")
	w.ana.Types(w.room, "/incident began -10m")
	w.ana.Types(w.room, "/incident followup Test that session keys are unique due:2030-01-01").Sees("F1 is kept")
	w.ana.Types(w.room, "/incident caused D2").Sees("marked as the cause")
	w.ana.Types(w.room, "/incident resolve Patched in v2.4.1")
	return w, papers
}

func TestThePostmortemStandsAsOnePullRequest(t *testing.T) {
	t.Parallel()
	w, papers := newDesk(t, "")
	defer w.closes()
	w.ana.Types(w.room, "/incident postmortem pr").Sees("acme/postmortems")
	w.room.Sees("stands as a pull request")
	pulls := papers.PullRequests()
	if len(pulls) != 1 {
		t.Fatalf("%d pull requests", len(pulls))
	}
	branch, file := pulls[0].Head, w.document()
	text, _ := papers.ReadFile(branch, file)
	for _, want := range []string{"INC-1", "Lessons learned", "backout:begin lessons", "![", "`ana`"} {
		if !strings.Contains(text, want) {
			t.Errorf("the document has no %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "@ana") || strings.Contains(text, "@tom") {
		t.Error("the document notifies people")
	}
	if drawn, ok := papers.ReadFile(branch, strings.TrimSuffix(file, ".md")+".png"); !ok {
		t.Error("there is no chart beside it")
	} else if _, err := png.Decode(strings.NewReader(drawn)); err != nil {
		t.Errorf("the chart: %v", err)
	}
	const own = "Sessions of 312 people were mixed up.\nWe told each of them."
	papers.Edit(branch, file, strings.Replace(text, "## Summary\n", "## Summary\n"+own+"\n", 1), "tom")
	w.ana.Types(w.room, "/incident lesson Ship in steps").Sees("kept")
	w.ana.Types(w.room, "/incident postmortem pr")
	w.eventually("the lesson is in the pull request", func() bool {
		text, _ = papers.ReadFile(branch, file)
		return strings.Contains(text, "Ship in steps")
	})
	if !strings.Contains(text, own) {
		t.Error("what a person wrote there is lost")
	}
	if n := len(papers.PullRequests()); n != 1 {
		t.Errorf("%d pull requests", n)
	}
	w.hub.Hook("acme/postmortems", "http://"+w.bot.Addr()+"/webhooks/github", "secret", "pull_request")
	w.hears()
	papers.Merge(pulls[0].Number, "tom")
	w.hears()
	w.eventually("merged there is done here", func() bool { return w.incident(1).Review == timeline.ReviewDone })
	w.room.Sees("the postmortem of INC-1 is done")
	w.ana.Types(w.room, "/incident lesson Look at logins").Sees("kept")
	w.settles()
	for _, e := range w.bot.Record().Effects() {
		if e.Kind == timeline.OweProposal {
			t.Error("what was merged is renewed by itself")
		}
	}
}

// Nobody told the bot that the pull request was merged: it was down, and GitHub
// delivers nothing again.
func TestAMergeThatNobodyToldUsOf(t *testing.T) {
	t.Parallel()
	w, papers := newDesk(t, "")
	w.ana.Types(w.room, "/incident postmortem pr").Sees("acme/postmortems")
	w.room.Sees("stands as a pull request")
	w.settles()
	w.closes()
	papers.Merge(papers.PullRequests()[0].Number, "tom")
	w.opens()
	defer w.closes()
	w.eventually("merged there is done here", func() bool { return w.incident(1).Review == timeline.ReviewDone })
	w.room.Sees("the postmortem of INC-1 is done")
	w.settles()
	if _, again := w.bot.Record().Owed(timeline.EffectKey(1, timeline.OweProposal, 0)); again {
		t.Error("what was merged is renewed by itself")
	}
}

// document is where the record says that the document stands.
func (w *works) document() string {
	w.tb.Helper()
	in := w.incident(1)
	for _, x := range in.Exports {
		if x.What == timeline.ExportProposal {
			return x.File
		}
	}
	w.tb.Fatal("the record does not say where it stands")
	return ""
}

func TestAnIssueAndItsFollowUpAreOne(t *testing.T) {
	t.Parallel()
	w, _ := newDesk(t, "")
	defer w.closes()
	w.ana.Types(w.room, "/incident followups issues").Sees("gets a GitHub issue")
	w.eventually("there is an issue", func() bool { return len(w.repo.Issues()) == 1 && !w.incident(1).FollowUps[0].Ticket.IsZero() })
	issue := w.repo.Issues()[0]
	if !strings.Contains(issue.Title, "session keys are unique") || !strings.Contains(issue.Body, "INC-1") || strings.Contains(issue.Body, "@tom") {
		t.Errorf("%+v", issue)
	}
	w.repo.CloseIssue(issue.Number, "tom", "completed")
	w.hears()
	w.eventually("closed there is done here", func() bool { return w.incident(1).FollowUps[0].State == timeline.FollowUpDone })
	w.repo.ReopenIssue(issue.Number, "tom")
	w.hears()
	w.eventually("open there is open here", func() bool { return w.incident(1).FollowUps[0].State == timeline.FollowUpOpen })
	w.ana.Types(w.room, "/incident done F1").Sees("is done")
	w.eventually("done here is closed there", func() bool { return w.repo.Issues()[0].State == "closed" })
	w.settles()
	if n := len(w.repo.Issues()); n != 1 {
		t.Errorf("%d issues", n)
	}
}

func TestASecretIsHiddenAndItsAuthorTold(t *testing.T) {
	t.Parallel()
	w, _ := newDesk(t, "redaction: {patterns: ['ACME-[A-Z]{6}']}\n")
	defer w.closes()
	secrets := []string{"Tr0ub4dor&amp;3", "ACME-KJHGFD"}
	m := w.tom.Says(w.room, "the password is Tr0ub4dor&3 and the key ACME-KJHGFD")
	w.ana.Reacts(m, "pushpin")
	w.tom.DM().Sees("looks as if it held")
	w.settles()
	w.ana.Types(w.room, "/incident timeline").Sees("removed]")
	w.ana.Types(w.room, "/incident postmortem").Sees("comes into")
	w.settles()
	w.eventually("the files", func() bool { return len(w.room.Files()) == 2 })
	for _, path := range []string{"/api/incidents/INC-1", "/api/incidents/INC-1/events", "/api/incidents/INC-1/events?raw=1", "/api/incidents/INC-1/postmortem.md"} {
		body := w.api(path)
		for _, s := range append(secrets, "Tr0ub4dor") {
			if strings.Contains(body, s) {
				t.Errorf("%s shows %s", path, s)
			}
		}
	}
	for _, f := range w.room.Files() {
		if bytes.Contains(f.Content, []byte("Tr0ub4dor")) || bytes.Contains(f.Content, []byte("ACME-KJHGFD")) {
			t.Errorf("%s shows a secret", f.Name)
		}
	}
	told := 0
	for _, m := range w.tom.DM().Messages() {
		if strings.Contains(m.Text(), "looks as if it held") {
			told++
		}
	}
	if told != 1 {
		t.Errorf("told %d times", told)
	}
	if got := w.ana.DM().Transcript(); strings.Contains(got, "looks as if it held") {
		t.Errorf("somebody else is told: %s", got)
	}
	notice := w.tom.DM().Sees("looks as if it held")
	w.tom.Clicks(notice, "Erase my words from the record").Sees("out of the record")
	en, _ := w.incident(1).MessageEntry(w.room.ID(), m.TS())
	if en.Text != "" || !en.Erased {
		t.Errorf("%+v", en)
	}
	w.settles()
}

func TestLessonsAreJudgedInSlackAndStay(t *testing.T) {
	t.Parallel()
	w, _ := newDesk(t, "")
	defer w.closes()
	w.ana.Types(w.room, "/incident postmortem").Sees("comes into")
	post := w.room.Sees("Lessons of INC-1")
	w.settles()
	w.eventually("a chart in the channel", func() bool { return w.drawing(w.room) == 1 })
	w.ana.Clicks(post, "Dismiss").Sees("is dismissed")
	w.settles()
	judged := w.incident(1).Judged
	if len(judged) != 1 {
		t.Fatalf("%+v", judged)
	}
	for _, v := range judged {
		if body := w.api("/api/incidents/INC-1/postmortem.md"); strings.Contains(body, "**"+v.Title+".**") {
			t.Errorf("the dismissed lesson %q stands in the draft", v.Title)
		}
		if err := w.room.Sees("Lessons of INC-1").Sees("Dismissed"); err != nil {
			t.Error(err)
		}
	}
	w.tom.Clicks(w.room.Sees("Lessons of INC-1"), "Reword…")
	dialog := w.tom.Modal()
	dialog.Fill("text", "We look at logins, and nobody is told when they fail").Submit()
	w.settles()
	if body := w.api("/api/incidents/INC-1/postmortem.md"); !strings.Contains(body, "nobody is told when they fail") {
		t.Error("the reworded lesson is not in the draft")
	}
	w.ana.Types(w.room, "/incident lessons").Sees("Reworded")
}

// drawing counts the pictures in a room.
func (w *works) drawing(room *slacksim.Scene) (n int) {
	for _, f := range room.Files() {
		if _, err := png.Decode(bytes.NewReader(f.Content)); err == nil {
			n++
		}
	}
	return n
}

func TestInsightsComeAsADirectMessageWithAChart(t *testing.T) {
	t.Parallel()
	w, _ := newDesk(t, "")
	defer w.closes()
	w.ana.Types(w.lobby, "/incident insights 30d").Sees("direct message")
	w.ana.DM().Sees("Insights")
	w.eventually("a chart", func() bool { return w.drawing(w.ana.DM()) == 1 })
	if w.drawing(w.lobby) != 0 {
		t.Error("everybody sees the chart")
	}
}

// A service's own target replaces the one of all, in insights as in the postmortem.
func TestInsightsMeasureByTheServicesOwnTarget(t *testing.T) {
	t.Parallel()
	w := newWorks(t, githubsim.Options{}, nil, 0)
	w.yaml = strings.Replace(w.yaml, "    sensitive:", "    targets: {detect: 9h, mitigate: 9h}\n    sensitive:", 1) + "targets: {detect: 1s, mitigate: 1s}\n"
	w.opens()
	defer w.closes()
	w.declares()
	w.ana.Types(w.room, "/incident began -10m").Sees("UTC")
	w.ana.Types(w.room, "/incident detected -8m").Sees("UTC")
	w.ana.Types(w.room, "/incident mitigate Sessions are split").Sees("is mitigated")
	w.ana.Types(w.room, "/incident resolve Patched").Sees("resolved")
	w.settles()
	w.ana.Types(w.lobby, "/incident insights 30d").Sees("direct message")
	if err := w.ana.DM().Sees("Insights").Sees("1 of 1 measured, 0 over target"); err != nil {
		t.Error(err)
	}
	if body := w.api("/api/incidents/INC-1/postmortem.md"); !strings.Contains(body, "| 9 h") {
		t.Errorf("the postmortem measures by another target:\n%s", body)
	}
}

func TestAnOwnTemplateIsCheckedAtTheStart(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"# {{.ID}}\n\n{{part \"tmeline\"}}\n": "timeline",
		"{{":                                  "own.md:1",
		"# {{.ID}}\n\n{{part \"header\"}}\n\n## What we learned\n\n{{part \"lessons\"}}\n": "",
	} {
		o := newOffice(t, slacksim.Options{NoLimits: true})
		file := filepath.Join(t.TempDir(), "own.md")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		o.yaml = "postmortem: {template: " + file + "}\n"
		err := o.tries()
		switch {
		case want == "" && err != nil:
			t.Errorf("%q: %v", text, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%q: %v, want something of %q", text, err, want)
		}
	}
}

// tries makes a bot of the configuration and stops it again.
func (o *office) tries() error {
	o.tb.Helper()
	cfg, err := config.Load(config.Sources{
		Lookup: func(name string) (string, bool) { v, ok := o.env[name]; return v, ok },
		File:   "backout.yaml", ReadFile: func(string) ([]byte, error) { return []byte(o.yaml), nil },
	})
	if err != nil {
		o.tb.Fatal(err)
	}
	log, err := boltlog.Open(o.file, boltlog.Options{})
	if err != nil {
		o.tb.Fatal(err)
	}
	defer log.Close()
	b, err := bot.New(bot.Options{Config: cfg, Log: log, Logger: slog.New(slog.DiscardHandler)})
	if err == nil {
		b.Stop(context.Background())
	}
	return err
}

func TestWhatHappenedBeforeIsSaid(t *testing.T) {
	t.Parallel()
	w, _ := newDesk(t, "")
	defer w.closes()
	w.ana.Types(w.lobby, "/incident new Logins fail again sev:1 service:web-app").Sees("INC-2")
	room := w.WaitRoom("inc-2")
	w.settles()
	w.tom.Joins(room)
	w.ana.Types(room, "/incident began -5m").Sees("UTC")
	w.ana.Types(room, "/incident caused D2").Sees("marked as the cause")
	w.ana.Types(room, "/incident resolve Patched for good").Sees("resolved")
	w.settles()
	body := w.api("/api/incidents/INC-2/postmortem.md")
	if !strings.Contains(body, "It happened before") || !strings.Contains(body, "INC-1") {
		t.Errorf("nothing is said of INC-1:\n%s", body)
	}
	if strings.Contains(w.api("/api/incidents/INC-1/postmortem.md"), "It happened before") {
		t.Error("the first one happened before")
	}
	w.ana.Types(w.lobby, "/incident insights 30d").Sees("direct message")
	w.ana.DM().Sees("Lessons that came again")
	w.settles()
}
