package commands

import "slices"

// where says what a command needs around it.
type where int

const (
	// anywhere: no incident is needed.
	anywhere where = iota
	// incident: an incident channel, or INC-7 as the first argument.
	incident
)

// row is one command: how it is typed, what it means, and what it does.
type row struct {
	word    string
	aliases []string
	// usage is what follows the word.
	usage   string
	meaning string
	group   string
	where   where
	bare    bareNumber
	options []option
	// examples are whole lines without the slash command; a test types them all.
	examples []string
	run      func(*call) (Answer, error)
}

// The groups of help, in their order.
const (
	groupOpen   = "Open and find"
	groupState  = "Where it stands"
	groupPeople = "People and updates"
	groupWork   = "Deploys and rollback"
	groupPage   = "Alerts, paging, drills"
	groupRecord = "The record"
	groupLater  = "Afterwards"
)

// addressed is the usage with an incident named.
func (r *row) addressed() string {
	s := r.word + " INC-7"
	if r.usage != "" {
		s += " " + encoded(r.usage)
	}
	return s
}

func sevOption() option { return option{name: "sev", aliases: []string{"severity"}} }
func serviceOption() option {
	return option{name: "service", aliases: []string{"services", "svc"}, many: true}
}

// table is every command, in the order of help. It is a function so that nothing
// can change it.
func table() []row {
	return slices.Concat(openRows(), stateRows(), peopleRows(), workRows(), alertRows(), recordRows(), laterRows())
}

func openRows() []row {
	return []row{
		{
			word: "new", aliases: []string{"declare", "open", "create", "start"}, group: groupOpen,
			usage: "<title> [sev:N] [service:S] [private]", meaning: "Declare an incident; without a title a dialog asks",
			options:  []option{sevOption(), serviceOption(), {name: "private"}},
			examples: []string{"new Users are logged out sev:1 service:web-app", "new Customer list leaked sev:1 private"},
			run:      (*call).declare,
		},
		{
			word: "adopt", group: groupOpen, usage: "[title] [sev:N] [service:S] [since:48h]",
			meaning:  "Make this channel an incident, with its last 24 h",
			options:  []option{sevOption(), serviceOption(), {name: "since"}},
			examples: []string{"adopt", "adopt Checkout fails since:48h"},
			run:      (*call).adopt,
		},
		{
			word: "list", aliases: []string{"ls"}, group: groupOpen, usage: "[open|all|30d] [sev:N] [service:S]",
			meaning: "Show incidents, open ones unless told otherwise", options: []option{sevOption(), serviceOption()},
			examples: []string{"list", "list all sev:1", "list 30d service:web-app"},
			run:      (*call).list,
		},
		{
			word: "status", group: groupOpen, where: incident, bare: bareAlways, usage: "[investigating|identified|monitoring] [text]",
			meaning:  "Show where it stands; with a word, set it",
			examples: []string{"status", "status INC-7", "status identified v2.4.0 shares session keys"},
			run:      (*call).status,
		},
		{
			word: "catchup", aliases: []string{"summary"}, group: groupOpen, where: incident, bare: bareAlways,
			meaning:  "Show what somebody who joins needs to know; only you see it",
			examples: []string{"catchup", "catchup INC-7"},
			run:      (*call).catchup,
		},
		{
			word: "help", aliases: []string{"?"}, group: groupOpen, usage: "[word]", meaning: "Show what can be typed",
			examples: []string{"help", "help timeline"},
			run:      (*call).help,
		},
	}
}

func stateRows() []row {
	return []row{
		{
			word: "severity", aliases: []string{"sev"}, group: groupState, where: incident, bare: bareWithMore, usage: "<N>",
			meaning: "Set the severity", examples: []string{"severity 1", "sev INC-7 2"}, run: (*call).severity,
		},
		{
			word: "title", aliases: []string{"rename"}, group: groupState, where: incident, usage: "<text>",
			meaning: "Change the title; the channel keeps its name", examples: []string{"title Users are logged out at random"}, run: (*call).title,
		},
		{
			word: "service", aliases: []string{"services"}, group: groupState, where: incident, usage: "<S> [S …]",
			meaning: "Set the affected services", examples: []string{"service web-app", "service web-app, auth"}, run: (*call).services,
		},
		{
			word: "impact", group: groupState, where: incident, usage: "<text>",
			meaning: "Say who notices what", examples: []string{"impact Login fails for about a third of users"}, run: (*call).impact,
		},
		{
			word: "cause", group: groupState, where: incident, usage: "<text>",
			meaning: "Say what is known of the cause; unknown is fine", examples: []string{"cause unknown", "cause Session keys of v2.4.0 are not unique"}, run: (*call).cause,
		},
		momentRow("began", "Correct when it began", "began 13:52", "began -90m"),
		momentRow("detected", "Correct when it was noticed", "detected 14:03"),
		{
			word: "mitigate", aliases: []string{"mit"}, group: groupState, where: incident, usage: "[text]",
			meaning: "Say that people no longer notice it", examples: []string{"mitigate Rolled back to v2.3.9"}, run: (*call).mitigate,
		},
		{
			word: "mitigated", group: groupState, where: incident, usage: "[time]",
			meaning: "The same; with only a time, correct when it was", examples: []string{"mitigated 14:22", "mitigated"}, run: (*call).mitigate,
		},
		{
			word: "resolve", aliases: []string{"fixed", "close"}, group: groupState, where: incident, usage: "[text]",
			meaning: "End it; without a text a dialog asks", examples: []string{"resolve Patched in v2.4.1"}, run: (*call).resolve,
		},
		{
			word: "resolved", group: groupState, where: incident, usage: "[time]",
			meaning: "The same; with only a time, correct when it was", examples: []string{"resolved 15:12"}, run: (*call).resolve,
		},
		{
			word: "reopen", group: groupState, where: incident, usage: "<why>",
			meaning: "Lead from resolved back to investigating", examples: []string{"reopen Errors are back in eu-west"}, run: (*call).reopen,
		},
		{
			word: "cancel", group: groupState, where: incident, usage: "<why>",
			meaning: "End what was no incident; final", examples: []string{"cancel False alarm, it was the load test"}, run: (*call).cancel,
		},
	}
}

func momentRow(word, meaning string, examples ...string) row {
	return row{
		word: word, group: groupState, where: incident, usage: "<time>", meaning: meaning,
		examples: examples, run: (*call).moment,
	}
}

func peopleRows() []row {
	return []row{
		{
			word: "lead", aliases: []string{"ic", "commander", "captain"}, group: groupPeople, where: incident, bare: bareAlways, usage: "[@person]",
			meaning: "Take the lead, or give it", examples: []string{"lead", "lead <@U0ANA>"}, run: (*call).lead,
		},
		{
			word: "role", group: groupPeople, where: incident, bare: bareAlways, usage: "<role> <@person>",
			meaning: "Give a role: communications, scribe or any other word", examples: []string{"role communications <@U0ANA>"}, run: (*call).role,
		},
		{
			word: "handoff", aliases: []string{"handover"}, group: groupPeople, where: incident, bare: bareAlways, usage: "<@person>",
			meaning: "Hand the lead over; the new lead gets instructions", examples: []string{"handoff <@U0ANA>"}, run: (*call).handoff,
		},
		{
			word: "update", aliases: []string{"post"}, group: groupPeople, where: incident, usage: "<text> [next:30m]",
			meaning: "Tell stakeholders; without a text a dialog asks", options: []option{{name: "next"}},
			examples: []string{"update Rolled back, watching the error rate next:30m"}, run: (*call).update,
		},
		{
			word: "private", group: groupPeople, where: incident, bare: bareAlways,
			meaning: "Move the work into a private channel", examples: []string{"private"}, run: (*call).private,
		},
	}
}

func recordRows() []row {
	return []row{
		{
			word: "timeline", aliases: []string{"note", "log"}, group: groupRecord, where: incident, bare: bareAlone, usage: "[time] [text]",
			meaning:  "Show the story; with a text, add to it",
			examples: []string{"timeline", "timeline Restarted the session cache", "timeline 14:05 Restarted the session cache", "timeline edit 12 Restarted both caches", "timeline move 12 14:03", "timeline hide 12", "timeline show 12", "timeline public 12", "timeline internal 12"},
			run:      (*call).timeline,
		},
		{
			word: "link", group: groupRecord, where: incident, usage: "<url> [name]",
			meaning: "Keep a link with the incident", examples: []string{"link <https://status.example/1> Status page"}, run: (*call).link,
		},
	}
}

func laterRows() []row {
	return []row{
		{
			word: "followup", aliases: []string{"follow-up", "action", "todo"}, group: groupLater, where: incident, usage: "<text> [owner:@person] [due:date]",
			meaning:  "Keep later work; with F2 first, set its owner or date",
			options:  []option{{name: "owner"}, {name: "due"}},
			examples: []string{"followup Test that session keys are unique owner:<@U0ANA> due:friday", "followup F1 due:2w", "followup F1 issue"}, run: (*call).followUp,
		},
		{
			word: "followups", aliases: []string{"follow-ups", "actions", "todos"}, group: groupLater, where: incident, bare: bareAlways, usage: "[issues]",
			meaning: "Show the later work; issues makes GitHub issues of it", examples: []string{"followups", "followups INC-7", "followups issues"}, run: (*call).followUps,
		},
		{
			word: "done", group: groupLater, where: incident, bare: bareWithMore, usage: "<F2>",
			meaning: "Tick off later work", examples: []string{"done F1", "done INC-7 F2"}, run: (*call).done,
		},
		{
			word: "lesson", group: groupLater, where: incident, usage: "<text>",
			meaning: "Keep a lesson in your own words", examples: []string{"lesson Staging never sees two users at once"}, run: (*call).lesson,
		},
		{
			word: "lessons", group: groupLater, where: incident, bare: bareAlways,
			meaning: "Show what the record teaches, to accept, dismiss or reword", examples: []string{"lessons", "lessons INC-7"}, run: (*call).lessons,
		},
		{
			word: "postmortem", aliases: []string{"pm", "retro"}, group: groupLater, where: incident, bare: bareAlways, usage: "[file|pr|public|draft|review|done]",
			meaning: "Put the draft into the channel or a pull request, or say how far it is", examples: []string{"postmortem", "postmortem pr", "postmortem public", "postmortem review", "postmortem done"}, run: (*call).postmortem,
		},
		{
			word: "insights", aliases: []string{"stats"}, group: groupLater, usage: "[90d] [sev:N] [service:S]",
			meaning: "Send you measures over incidents: times, lessons that come again, what is overdue", options: []option{sevOption(), serviceOption()},
			examples: []string{"insights", "insights 30d", "insights 365d service:web-app"}, run: (*call).insights,
		},
	}
}
