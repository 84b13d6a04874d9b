package commands

import (
	"backout/templates"
	"backout/timeline"
)

// home is the person's Home tab: open incidents and the person's own follow-ups.
// Private incidents are not on it, neither they nor their follow-ups: whether the
// person is in their channels would cost a question to Slack for each.
func (k *call) home() (Answer, error) {
	m := k.homeTab()
	return Answer{Home: &m}, nil
}

func (k *call) homeTab() templates.Message {
	var open []timeline.Summary
	var mine []templates.OwnedFollowUp
	for _, s := range k.deps.Record.Summaries() {
		if s.Private {
			continue
		}
		if s.Status.Open() {
			open = append(open, s)
		}
		for _, f := range s.FollowUps {
			if f.Owner != "" && f.Owner == k.req.User {
				mine = append(mine, templates.OwnedFollowUp{Incident: s, F: f})
			}
		}
	}
	return templates.Home(open, mine, templates.HomeView{
		Severities: k.set.Severities, Command: k.set.Command, URL: k.set.URL, Now: k.now,
	})
}
