package commands

import (
	"fmt"
	"strings"
	"time"

	"backout/templates"
	"backout/timeline"
)

// How far insights look back: unless told otherwise, and at most.
const (
	usualInsights = 90
	mostInsights  = 5 * 366
)

// insights owes measures over incidents, which come as a direct message: they take
// longer than an answer may, and a channel need not read them.
func (k *call) insights() (Answer, error) {
	days, err := k.insightDays()
	if err != nil {
		return Answer{}, err
	}
	sev, services, err := k.severityAndServices()
	if err != nil {
		return Answer{}, err
	}
	ask := timeline.InsightsAsked{Days: days, Severity: sev, Services: services}
	if _, err := k.deps.Record.Record(k.ctx, timeline.RequestInsights(k.req.Key, k.req.User, ask)); err != nil {
		return Answer{}, err
	}
	return k.say(templates.T(fmt.Sprintf("Insights over the last %d days come to you as a direct message, with a chart.", days)))
}

// insightDays reads a length such as 90d.
func (k *call) insightDays() (int, error) {
	word := strings.ToLower(k.text())
	if word == "" {
		return usualInsights, nil
	}
	back, ok := span(word)
	days := int(back / (24 * time.Hour))
	if !ok || days < 1 || days > mostInsights {
		return 0, timeline.Refuse(timeline.Invalid, fmt.Sprintf("`%s` is no stretch of days.", plain(word)), "Type `/incident insights`, `/incident insights 30d` or `/incident insights 365d`; `sev:1` and `service:web-app` narrow it.")
	}
	return days, nil
}
