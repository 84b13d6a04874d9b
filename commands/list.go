package commands

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"backout/templates"
	"backout/timeline"
)

// list shows incidents, newest first.
func (k *call) list() (Answer, error) {
	which, since, err := k.listRange()
	if err != nil {
		return Answer{}, err
	}
	sev, services, err := k.severityAndServices()
	if err != nil {
		return Answer{}, err
	}
	var found []timeline.Summary
	for _, s := range k.deps.Record.Summaries() {
		if !k.listed(s) || which == "open" && !s.Status.Open() || s.Moments.Declared.At.Before(since) || sev != "" && s.Severity != sev {
			continue
		}
		if len(services) > 0 && !slices.ContainsFunc(s.Services, func(one string) bool { return slices.Contains(services, one) }) {
			continue
		}
		found = append(found, s)
	}
	m := templates.ListAnswer(k.words(), which, found, k.now)
	return Answer{Message: &m}, nil
}

// listRange reads open, all or a length such as 30d.
func (k *call) listRange() (which string, since time.Time, err error) {
	word := strings.ToLower(k.text())
	switch word {
	case "", "open":
		return "open", time.Time{}, nil
	case "all":
		return "all", time.Time{}, nil
	}
	if back, ok := span(word); ok {
		return word, k.now.Add(-back), nil
	}
	return "", since, timeline.Refuse(timeline.Invalid, fmt.Sprintf("`%s` is nothing that a list can be cut by.", plain(word)), "Type `/incident list`, `/incident list all` or `/incident list 30d`; `sev:1` and `service:web-app` narrow it.")
}

// catchup shows what somebody who joins needs to know.
func (k *call) catchup() (Answer, error) {
	m := templates.CatchupAnswer(k.words(), k.in, k.now)
	return Answer{Message: &m}, nil
}

// card shows where it stands, with buttons.
func (k *call) card() (Answer, error) {
	m := templates.Card(k.view())
	return Answer{Message: &m}, nil
}
