package commands

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"backout/timeline"
)

// TestEveryExampleWorks types each example of the table, in its order, in the
// channel of an incident: help must not lie.
func TestEveryExampleWorks(t *testing.T) {
	for _, r := range table() {
		for _, line := range r.examples {
			t.Run(line, func(t *testing.T) {
				w := newWorld(t)
				w.now = w.now.Add(-83 * time.Minute) // 14:07 in Berlin
				n, ch := 0, ""
				for i := range 7 {
					n, ch = w.declared(fmt.Sprintf("Users are logged out, %d", i), false)
				}
				w.now = w.now.Add(70 * time.Minute)
				w.prepare(line, n)
				if r.word == "adopt" {
					ch = lobby
				}
				a := w.types(ch, line)
				if a.Err != nil || a.Errors != nil || a.Message == nil && a.Form == nil {
					t.Fatalf("%+v", a)
				}
				if a.Refused {
					t.Errorf("%q is refused: %s", line, show(a))
				}
				typeable(t, w, a)
			})
		}
	}
}

// prepare brings the incident into a state in which the example makes sense.
func (w *world) prepare(line string, n int) {
	for _, number := range []int{n, 7} {
		for _, text := range []string{"Test session keys", "Alert on it"} {
			if in := w.incident(number); len(in.FollowUps) < 2 {
				w.must(timeline.AddFollowUp("", ana, number, timeline.FollowUpAdded{Text: text}))
			}
		}
	}
	w.deploys()
	switch {
	case strings.HasPrefix(line, "unfreeze"):
		w.must(timeline.FreezeDeploys("", ana, n, nil))
	case strings.HasPrefix(line, "sev"):
		w.must(timeline.SetSeverity("", ana, n, "3"))
	case line == "service web-app":
		w.must(timeline.SetServices("", ana, n, []string{"auth"}))
	case strings.HasPrefix(line, "handoff"):
		w.must(timeline.SetRole("", ana, n, timeline.LeadRole, tom))
	case strings.HasPrefix(line, "reopen"), strings.HasPrefix(line, "resolved"):
		w.must(timeline.Resolve("", ana, n, "done"))
	case strings.HasPrefix(line, "timeline"):
		for w.incident(n).NextN() <= 12 {
			w.must(timeline.AddNote("", ana, n, "Restarted the cache", time.Time{}))
		}
		switch line {
		case "timeline show 12":
			w.must(timeline.Hide("", ana, n, 12, true))
		case "timeline internal 12":
			w.must(timeline.Publish("", ana, n, 12, true))
		}
	case line == "postmortem review", line == "postmortem done":
		w.must(timeline.Resolve("", ana, n, "done"))
	}
}

// advice finds the commands that an answer names.
var advice = regexp.MustCompile(`/incident ([a-z-]+)`)

// typeable fails when an answer names a command that does not exist.
func typeable(t *testing.T, w *world, a Answer) {
	t.Helper()
	for _, m := range advice.FindAllStringSubmatch(show(a), -1) {
		if _, ok := w.c.lookup(m[1]); !ok {
			t.Errorf("the answer names /incident %s, which cannot be typed:\n%s", m[1], show(a))
		}
	}
	if a.Refused && a.Err == nil && !strings.Contains(show(a), "/incident ") && !strings.Contains(show(a), "Type ") {
		t.Errorf("the refusal does not say what to type:\n%s", show(a))
	}
}

func TestTyped(t *testing.T) {
	tests := []struct {
		name, line string
		want       []string
	}{
		{"severity by number", "severity 1", []string{"Severity of INC-1 is now 1 – Critical."}},
		{"severity by title", "sev critical", []string{"Severity of INC-1 is now 1 – Critical."}},
		{"severity as people say it", "sev SEV-3", []string{"now 3 – Minor"}},
		{"no such severity", "severity 9", []string{"There is no severity 9.", "1 (Critical)", "/incident severity 1"}},
		{"no severity", "severity", []string{"The severity is missing."}},
		{"same severity", "severity 2", []string{"already", "/incident status"}},
		{"title", "title Logins &amp; sessions fail", []string{"Logins & sessions fail"}},
		{"service", "service auth,web-app", []string{"Affected services of INC-1 are now: auth, web-app."}},
		{"misspelt service", "service webapp", []string{"There is no service webapp.", "/incident service web-app"}},
		{"no service", "service", []string{"The service is missing.", "web-app, auth"}},
		{"impact", "impact A third of users", []string{"Impact of INC-1 is now: A third of users"}},
		{"no impact", "impact", []string{"who notices what", "/incident impact"}},
		{"unknown cause", "cause unknown", []string{"not known yet, and the record says so"}},
		{"lead", "lead", []string{"You lead INC-1"}},
		{"lead given", "lead <@U0TOM|tom>", []string{"@tom leads INC-1"}},
		{"lead without mention", "lead @tom", []string{"@tom is no person", "choose the person"}},
		{"group as lead", "lead <!subteam^S0X|@web>", []string{"That is a group"}},
		{"role", "role Scribe <@U0TOM>", []string{"@tom has the role scribe in INC-1."}},
		{"role without person", "role scribe", []string{"A role and a person are needed."}},
		{"role that is the lead", "role commander <@U0TOM>", []string{"@tom leads INC-1"}},
		{"handoff without lead", "handoff <@U0TOM>", []string{"Nobody leads INC-1", "/incident lead @tom"}},
		{"handoff to nobody", "handoff", []string{"is missing", "/incident handoff"}},
		{"update", "update Rolled back next:30m", []string{"Rolled back", "promised for 16:00 CET (15:00 UTC)"}},
		{"update with nonsense", "update Rolled back next:soon", []string{"no length of time", "next:30m"}},
		{"misspelt option", "update Rolled back nxt:30m", []string{"There is no option nxt: here.", "next:30m"}},
		{"quoted, it is text", `update "nxt:30m is what we agreed"`, []string{"goes out: nxt:30m is what we agreed"}},
		{"note", "timeline Restarted the cache", []string{"T3 is in the timeline of INC-1 at 15:30 CET (14:30 UTC): Restarted the cache"}},
		{"note, back-dated", "timeline 14:05 Restarted the cache", []string{"at 14:05 CET (13:05 UTC)"}},
		{"note, yesterday's clock", "note 23:50 Odd logs", []string{"19 Nov 23:50 CET (19 Nov 22:50 UTC)"}},
		{"note with a time that is none", "timeline 25:99 Odd", []string{"25:99 is no time of day.", "14:05Z"}},
		{"note with only a time", "timeline 14:05", []string{"A note needs words."}},
		{"edit without number", "timeline edit", []string{"number of the entry is missing", "/incident timeline edit 12"}},
		{"edit what is not there", "timeline edit 99 x", []string{"INC-1 has no entry T99.", "/incident timeline"}},
		{"a note that begins with a verb", "timeline show customers the status page", []string{"T3 is in the timeline"}},
		{"move without time", "timeline move 1", []string{"/incident timeline move 1 14:03"}},
		{"hide", "timeline hide T2", []string{"T2 is out of the story", "/incident timeline show 2"}},
		{"hide with words", "timeline hide 2 things", []string{"nothing is expected"}},
		{"began", "began 14:05", []string{"INC-1 began at 14:05 CET (13:05 UTC)."}},
		{"began in UTC", "began 14:05Z", []string{"15:05 CET (14:05 UTC)"}},
		{"began without time", "began", []string{"The time is missing.", "/incident began 14:05"}},
		{"began at nonsense", "began lunch", []string{"lunch is no time.", "14:05"}},
		{"detected after declared", "detected 15:30:30", []string{"19 Nov"}},
		{"mitigated is an act", "mitigated Rolled back", []string{"INC-1 is mitigated", "The impact is not known yet."}},
		{"mitigated is a moment", "mitigated -5m", []string{"INC-1 was mitigated at 15:25 CET (14:25 UTC)."}},
		{"resolved before it was declared", "resolved 14:05", []string{"after resolved", "/incident resolved"}},
		{"resolved is a moment too", "resolved -0m", []string{"INC-1"}},
		{"resolve", "resolve Patched", []string{"INC-1 is resolved.", "The cause is not known yet."}},
		{"resolve asks", "resolve", []string{"form resolve_form_v1: Resolve INC-1"}},
		{"update asks", "update next:1h", []string{"form update_form_v1", "next: Next update (1h)"}},
		{"follow-up asks", "followup owner:<@U0TOM> due:tomorrow", []string{"owner: Owner (U0TOM)", "due: Due (2026-11-21)"}},
		{"new asks", "new sev:1", []string{"form new_form_v1", "severity: Severity (1)"}},
		{"status identified", "status identified found it", []string{"INC-1 is now identified."}},
		{"status monitoring", "status monitoring", []string{"INC-1 is mitigated"}},
		{"status resolved", "status resolved", []string{"INC-1 is resolved."}},
		{"status nonsense", "status identifed", []string{"Did you mean /incident status identified?"}},
		{"status triage", "status triage", []string{"Only alerts"}},
		{"status cancelled", "status cancelled", []string{"/incident cancel"}},
		{"cancel without reason", "cancel", []string{"wants a reason"}},
		{"cancel", "cancel Load test", []string{"INC-1 is cancelled"}},
		{"reopen what is open", "reopen again", []string{"still open"}},
		{"reopen without reason", "reopen", []string{"wants a reason"}},
		{"follow-up", "followup Test keys owner:me due:friday", []string{"F1 is kept with INC-1: Test keys\nOwner: @ana; due: 27 Nov 2026."}},
		{"follow-up without both", "todo Test keys", []string{"nobody yet; due: no date yet", "followup F1 owner:@ana due:friday"}},
		{"due in the past", "followup Test due:2020-01-01", []string{"is over already"}},
		{"due nonsense", "followup Test due:later", []string{"later is no day", "due:2w"}},
		{"done what is not there", "done 3", []string{"no follow-up F3"}},
		{"done without number", "done", []string{"/incident done F2"}},
		{"follow-ups, none", "followups", []string{"no follow-ups yet"}},
		{"lesson", "lesson Test with two users", []string{"lesson is kept with INC-1"}},
		{"postmortem", "pm", []string{"The draft of INC-1 comes into #c0inc1 as a file, with its chart and its lessons."}},
		{"postmortem pr", "postmortem pr", []string{"goes to acme/postmortems as a pull request"}},
		{"postmortem public", "postmortem public", []string{"for the public comes into #c0inc1", "without names", "/incident timeline public 12"}},
		{"postmortem done too early", "postmortem done", []string{"INC-1 is investigating", "/incident resolve"}},
		{"lessons", "lessons", []string{"Straight to everyone", "Begin with a canary", "lesson_accept_v1"}},
		{"lessons with words", "lessons canary", []string{"nothing is expected", "/incident lesson text"}},
		{"insights", "insights", []string{"Insights over the last 90 days", "direct message"}},
		{"insights narrowed", "insights 30d sev:1 service:web-app", []string{"last 30 days"}},
		{"insights nonsense", "insights often", []string{"often is no stretch of days", "/incident insights 30d"}},
		{"insights for a moment", "insights 30m", []string{"no stretch of days"}},
		{"insights of a service that is none", "insights service:nope", []string{"no service nope"}},
		{"issues of nothing", "followups issues", []string{"No open follow-up is without an issue"}},
		{"followups nonsense", "followups please", []string{"nothing that can be done with follow-ups", "followups issues"}},
		{"issue of an unknown follow-up", "followup F9 issue", []string{"no follow-up F9"}},
		{"public message", "timeline public 99", []string{"no entry T99"}},
		{"postmortem nonsense", "postmortem docx", []string{"no form docx"}},
		{"link", "link <https://status.example/1?a=1&amp;b=2> Status page", []string{"Status page (https://status.example/1?a=1&b=2)"}},
		{"no link", "link status page", []string{"A link begins with https://"}},
		{"private with words", "private please", []string{"takes no words"}},
		{"unknown word", "statsu", []string{"There is no command statsu.", "/incident status"}},
		{"prefix", "mitig", []string{"Did you mean /incident mitigate [text]"}},
		{"nothing like it", "xyzzyx", []string{"/incident help lists them all."}},
		{"help for a word", "help sev", []string{"severity <N>", "Full members", "/incident severity 1"}},
		{"help for no word", "help sevv", []string{"Did you mean"}},
		{"list", "list", []string{"Open incidents", "INC-1 Users are logged out · investigating · SEV 2"}},
		{"list nonsense", "list yesterday", []string{"/incident list 30d"}},
		{"list, none", "list sev:1", []string{"none here"}},
		{"private as the last word", "new Customer list leaked private", []string{"INC-2 is declared: Customer list leaked.", "private channel"}},
		{"private in the title", `new "Customer list is private"`, []string{"INC-2 is declared: Customer list is private.", "Its channel opens"}},
		{"private as an option", "new private:yes Leak", []string{"private channel"}},
		{"private no", "new Leak private:no", []string{"Its channel opens"}},
		{"private maybe", "new Leak private:maybe", []string{"is yes or no"}},
		{"same title again", "new Users are logged out", []string{"INC-1 was declared", "Join it there"}},
		{"option twice", "new Leak sev:1 sev:2", []string{"stands there twice"}},
		{"bad severity", "new Leak sev:x", []string{"There is no severity x."}},
		{"bad service", "new Leak service:x", []string{"There is no service x."}},
		{"amend nothing", "followup F1", []string{"What to change is missing"}},
		{"amend what is not there", "followup F9 due:2w", []string{"no follow-up F9"}},
		{"owner by name", "followup Test owner:tom", []string{"tom is no person"}},
		{"role for nobody", "role scribe tom", []string{"tom is no person"}},
		{"role too long", "role one two three four five six seven eight nine <@U0TOM>", []string{"A role is a word or two"}},
		{"comms", "role comms <@U0TOM>", []string{"has the role communications"}},
		{"handoff by name", "handoff tom", []string{"tom is no person"}},
		{"mitigate at nonsense", "mitigate 25:00", []string{"no time of day"}},
		{"detected at nonsense", "detected 25:00", []string{"no time of day"}},
		{"other incident", "INC-1 sev 1", []string{"Severity of INC-1 is now 1"}},
		{"no such incident", "status INC-9", []string{"There is no INC-9.", "/incident list all"}},
		{"smart quotes", "new “Search is slow” sev:“2”", []string{"INC-2 is declared: Search is slow. Severity 2 – Major."}},
		{"no-break blanks", "sev\u00a01", []string{"now 1 – Critical"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			_, ch := w.declared("Users are logged out", false)
			r := Request{Via: Slash, Key: w.key(), Text: tt.line, User: ana, Channel: ch}
			a := w.handle(r)
			wants(t, a, tt.want...)
			typeable(t, w, a)
			if again := w.handle(r); show(again) != show(a) {
				t.Errorf("the same delivery is answered anew:\n%s\nfirst:\n%s", show(again), show(a))
			}
		})
	}
}
