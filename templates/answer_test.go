package templates_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"backout/templates"
	"backout/timeline"
	"backout/timeline/logtest"
)

// answerStory is an incident with a little of everything, among it words that
// want to do harm.
func answerStory(t *testing.T) (*timeline.Incident, []timeline.Event) {
	t.Helper()
	now := time.Date(2026, 11, 17, 14, 7, 0, 0, time.UTC)
	log := logtest.Memory()
	rec, err := timeline.Open(context.Background(), log, timeline.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { rec.Close(); _ = log.Close() }()
	var made []timeline.Event
	do := func(c timeline.Change) {
		t.Helper()
		now = now.Add(time.Minute)
		out, err := rec.Record(context.Background(), c)
		if err != nil {
			t.Fatal(err)
		}
		made = append(made, out.Events...)
	}
	do(timeline.Adopt("", "U0ANA", timeline.Adoption{Channel: "C0LOGIN", Name: "login-trouble", Since: now.Add(-time.Hour), Declaration: timeline.Declaration{
		Title: "Users logged out, &lt;b&gt;some&lt;/b&gt; as <!channel> others", Severity: "1", Services: []string{"web-app"},
	}}))
	do(timeline.SetRole("", "U0ANA", 1, timeline.LeadRole, "U0ANA"))
	do(timeline.SetRole("", "U0ANA", 1, timeline.CommsRole, "U0TOM"))
	do(timeline.Hear(timeline.Said{Channel: "C0LOGIN", TS: "1794924600.000100", Who: "U0TOM", Text: "It began with v2.4.0 *right* after 13:52"}))
	do(timeline.React("", "U0ANA", timeline.MeansStar, "C0LOGIN", "1794924600.000100", true))
	do(timeline.React("", "U0ANA", timeline.MeansFollowUp, "C0LOGIN", "1794924600.000100", true))
	do(timeline.AddNote("", "U0TOM", 1, "Restarted the session cache, ```no\nchange```", now.Add(-5*time.Minute)))
	do(timeline.SetMoment("", "U0ANA", 1, timeline.Began, now.Add(-20*time.Minute)))
	do(timeline.SetSeverity("", "U0ANA", 1, "2"))
	do(timeline.SetTitle("", "U0ANA", 1, "Users logged out, &lt;b&gt;some&lt;/b&gt; as others"))
	do(timeline.SetServices("", "U0ANA", 1, []string{"web-app", "auth"}))
	do(timeline.SetImpact("", "U0ANA", 1, "A third of users"))
	do(timeline.SetCause("", "U0ANA", 1, "unknown"))
	do(timeline.GiveUpdate("", "U0TOM", 1, "Rolling back to v2.3.9", now.Add(30*time.Minute)))
	do(timeline.KeepLink("", "U0TOM", 1, "https://status.example/1?a=1&b=2", "Status page"))
	do(timeline.AddLesson("", "U0TOM", 1, "Staging never sees two users"))
	do(timeline.AddFollowUp("", "U0TOM", 1, timeline.FollowUpAdded{Text: "Test that keys are unique", Owner: "U0TOM", Due: "2026-11-10"}))
	do(timeline.AddFollowUp("", "U0TOM", 1, timeline.FollowUpAdded{Text: "Alert on it"}))
	do(timeline.SetFollowUp("", "U0TOM", 1, timeline.FollowUpSet{Number: 3, State: timeline.FollowUpDone}))
	do(timeline.Reword("", "U0TOM", 1, 8, "Restarted both caches"))
	do(timeline.Move("", "U0TOM", 1, 8, now.Add(-10*time.Minute)))
	do(timeline.Hide("", "U0TOM", 1, 2, true))
	do(timeline.Mitigate("", "U0ANA", 1, "Rolled back"))
	in, err := rec.Incident(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	return in, made
}

func answerWords() templates.Words {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return templates.Words{
		Command: "/incident", You: "U0ANA", Zone: func() *time.Location { return zone }, URL: "https://backout.example/",
		Names:      someNames{"U0ANA": "@ana", "U0TOM": "@tom", "C0LOGIN": "#login-trouble"},
		Severities: []templates.Severity{{Name: "1", Title: "Critical"}, {Name: "2", Title: "Major"}},
	}
}

func TestAnswers(t *testing.T) {
	in, events := answerStory(t)
	w := answerWords()
	now := time.Date(2026, 11, 17, 14, 40, 0, 0, time.UTC)
	many := make([]timeline.Summary, 23)
	for i := range many {
		many[i] = in.Summary()
		many[i].Number = 23 - i
	}
	rows := []templates.HelpRow{
		{Word: "new", Usage: "new <title> [sev:N]", Meaning: "Declare an incident", Group: "Open", Who: "Full members", Where: "Anywhere", Aliases: []string{"open"}, Examples: []string{"new Logins fail sev:1", "lead <@U0ANA>"}},
		{Word: "lead", Usage: "lead [@person]", Meaning: "Take the lead", Group: "People", Who: "Full members", Where: "Incidents"},
	}
	changed := ""
	for _, e := range events {
		if e.Kind() == timeline.KindChannelOpened || e.Kind() == timeline.KindMessage {
			continue // these go along with others and say nothing
		}
		m := templates.Changed(w, []timeline.Event{e})
		changed += fmt.Sprintf("%s: %s", e.Kind(), plainMessage(m, w))
	}
	tests := map[string]string{
		"changed":       changed,
		"story":         plainMessage(templates.StoryAnswer(w, in), w),
		"catchup":       plainMessage(templates.CatchupAnswer(w, in, now), w),
		"followups":     plainMessage(templates.FollowUpsAnswer(w, in, now), w),
		"list":          plainMessage(templates.ListAnswer(w, "all", many, now), w),
		"list-none":     plainMessage(templates.ListAnswer(w, "30d", nil, now), w),
		"help":          plainMessage(templates.Help(w, rows), w),
		"help-for":      plainMessage(templates.HelpFor(w, rows[0]), w),
		"refused":       plainMessage(templates.Refused(w, timeline.Refuse(timeline.Conflict, "INC-1 was declared 4 s ago in <#C0LOGIN>.", "/incident reopen <why> opens it; type for example: /incident reopen It is back"), "E12"), w),
		"form-declare":  plainForm(templates.DeclareForm(w.Severities, []string{"web-app", "auth"}, templates.DeclareDraft{Title: "Logins fail", Severity: "1", Services: []string{"auth"}, Private: true})),
		"form-update":   plainForm(templates.UpdateForm(in, "45m")),
		"form-resolve":  plainForm(templates.ResolveForm(in)),
		"form-followup": plainForm(templates.FollowUpForm(in, "U0TOM", "2026-12-01")),
	}
	for name, got := range tests {
		t.Run(name, func(t *testing.T) { answerGolden(t, name, got) })
	}
}

// answerGolden compares with a file; GOLDEN=write writes it.
func answerGolden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "answers", name+".txt")
	if os.Getenv("GOLDEN") == "write" {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("-want +got; GOLDEN=write writes it anew:\n%s", d)
	}
}

// plainMessage writes a message down as its reader hears it.
func plainMessage(m templates.Message, w templates.Words) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", m.Summary)
	for _, p := range m.Parts {
		switch p := p.(type) {
		case templates.Heading:
			fmt.Fprintf(&b, "  # %s\n", string(p))
		case templates.Para:
			fmt.Fprintf(&b, "  %s\n", strings.ReplaceAll(templates.Rich(p).Plain(w.Names), "\n", "\n  "))
		case templates.Footer:
			fmt.Fprintf(&b, "  ~ %s\n", templates.Rich(p).Plain(w.Names))
		case templates.Fields:
			for _, f := range p {
				fmt.Fprintf(&b, "  %s: %s\n", f.Label, f.Value.Plain(w.Names))
			}
		case templates.Buttons:
			for _, x := range p {
				fmt.Fprintf(&b, "  [%s | %s | %s]\n", x.Label, x.ID, x.Value)
			}
		}
	}
	return b.String()
}

func plainForm(f templates.Form) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s [%s]\n%s\n", f.ID, f.Title, f.Submit, f.Intro.Plain(nil))
	for _, in := range f.Inputs {
		fmt.Fprintf(&b, "  %s: %s = %q, optional %t, hint %q, placeholder %q\n", in.ID, in.Label, in.Value, in.Optional, in.Hint, in.Placeholder)
		for _, o := range in.Options {
			fmt.Fprintf(&b, "    %s: %s\n", o.Value, o.Label)
		}
	}
	return b.String()
}

// TestAnswersStayShort holds that no answer outgrows what one message takes,
// however long people's words are.
func TestAnswersStayShort(t *testing.T) {
	now := time.Date(2026, 11, 17, 14, 7, 0, 0, time.UTC)
	log := logtest.Memory()
	rec, err := timeline.Open(context.Background(), log, timeline.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { rec.Close(); _ = log.Close() }()
	long := strings.Repeat("&amp; <@U0ANA> *bold ünd* ", 400)
	do := func(c timeline.Change) {
		if _, err := rec.Record(context.Background(), c); err != nil {
			t.Fatal(err)
		}
	}
	do(timeline.Adopt("", "U0ANA", timeline.Adoption{Channel: "C1", Declaration: timeline.Declaration{Title: strings.Repeat("W", 200)}}))
	for i := range 60 {
		do(timeline.AddNote("", "U0ANA", 1, long, time.Time{}))
		do(timeline.AddFollowUp("", "U0ANA", 1, timeline.FollowUpAdded{Text: long}))
		do(timeline.SetRole("", "U0ANA", 1, fmt.Sprintf("role %d", i), "U0TOM"))
	}
	do(timeline.SetImpact("", "U0ANA", 1, long))
	do(timeline.GiveUpdate("", "U0ANA", 1, long, time.Time{}))
	in, err := rec.Incident(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	w := answerWords()
	for _, m := range []templates.Message{
		templates.StoryAnswer(w, in), templates.CatchupAnswer(w, in, now), templates.FollowUpsAnswer(w, in, now),
	} {
		total := 0
		for _, p := range m.Parts {
			switch p := p.(type) {
			case templates.Heading:
				if n := utf8.RuneCountInString(string(p)); n > 150 {
					t.Errorf("a heading of %d characters", n)
				}
			case templates.Para:
				n := utf8.RuneCountInString(templates.Rich(p).Plain(w.Names))
				if total += n; n > 2500 {
					t.Errorf("a paragraph of %d characters", n)
				}
			case templates.Fields:
				for _, f := range p {
					if n := utf8.RuneCountInString(f.Value.Plain(w.Names)); n > 1800 {
						t.Errorf("%s has %d characters", f.Label, n)
					}
				}
			}
		}
		if len(m.Parts) > 45 || total > 12000 {
			t.Errorf("%d parts, %d characters", len(m.Parts), total)
		}
	}
}
