package commands

// workRows are the commands about deploys, rollbacks and freezes.
func workRows() []row {
	return []row{
		{
			word: "deploys", aliases: []string{"deploy"}, group: groupWork, usage: "[service]",
			meaning:  "Show deploys; in an incident those that may have caused it",
			examples: []string{"deploys", "deploys web-app"}, run: (*call).deploys,
		},
		judgeRow("suspect", "Say that a deploy may have caused it"),
		judgeRow("caused", "Say that a deploy caused it"),
		judgeRow("cleared", "Say that a deploy did not cause it"),
		{
			word: "rollback", group: groupWork, where: incident, usage: "[service] [to:version]",
			meaning: "Plan a rollback; its post asks for a yes", options: []option{{name: "to"}},
			examples: []string{"rollback", "rollback web-app to:v2.3.9"}, run: (*call).rollback,
		},
		{
			word: "freeze", group: groupWork, where: incident, usage: "[S …]",
			meaning: "Freeze deploys, of the affected services unless told otherwise", examples: []string{"freeze", "freeze web-app"}, run: (*call).freeze,
		},
		{
			word: "unfreeze", aliases: []string{"thaw"}, group: groupWork, where: incident, usage: "[S …]",
			meaning: "End the freeze", examples: []string{"unfreeze", "unfreeze web-app"}, run: (*call).unfreeze,
		},
	}
}

// alertRows are the commands about alerts and paging.
func alertRows() []row {
	return []row{
		{
			word: "page", aliases: []string{"escalate"}, group: groupPage, where: incident, usage: "<@person|service|policy> [text]",
			meaning: "Call for help through PagerDuty", examples: []string{"page <@U0ANA> Please join, checkout is down", "page web-app"}, run: (*call).page,
		},
		{
			word: "oncall", aliases: []string{"on-call"}, group: groupPage, usage: "[service]",
			meaning: "Show who is on call now", examples: []string{"oncall", "oncall web-app"}, run: (*call).onCall,
		},
		{
			word: "merge", group: groupPage, usage: "<INC-7>",
			meaning: "End this one as the same outage as another", examples: []string{"merge INC-1", "merge INC-2 INC-1"}, run: (*call).merge,
		},
		{
			word: "drill", group: groupPage, usage: "<title> [sev:N] [service:S]",
			meaning: "Declare an exercise; it is announced and measured nowhere", options: []option{sevOption(), serviceOption()},
			examples: []string{"drill Roll web-app back sev:2 service:web-app"}, run: (*call).drill,
		},
	}
}

func judgeRow(word, meaning string) row {
	return row{
		word: word, group: groupWork, where: incident, bare: bareWithMore, usage: "<D4>", meaning: meaning,
		examples: []string{word + " D1"}, run: (*call).judge,
	}
}
