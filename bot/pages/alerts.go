package pages

import (
	"time"

	"backout/templates"
	"backout/timeline"
)

// Alert is an alert of the incident as it stands.
type Alert struct {
	// N is its first row.
	N      int    `json:"n"`
	Source string `json:"source"`
	// Key is its identity there, Number what people there call it; 0 for none.
	Key            string              `json:"key"`
	Title          string              `json:"title"`
	Number         int                 `json:"number"`
	Status         timeline.AlertEvent `json:"status"`
	TriggeredAt    *time.Time          `json:"triggered_at"`
	AcknowledgedAt *time.Time          `json:"acknowledged_at"`
	// AcknowledgedBy is a name, as the alerting system gives it.
	AcknowledgedBy string     `json:"acknowledged_by"`
	ResolvedAt     *time.Time `json:"resolved_at"`
	Priority       string     `json:"priority"`
	Link           string     `json:"link"`
}

// Page is somebody who was called to help.
type Page struct {
	// ID is P1, N its first row.
	ID string `json:"id"`
	N  int    `json:"n"`
	// Target is a Slack user id, or words such as "service web-app"; Kind says which.
	Target string             `json:"target"`
	Kind   string             `json:"kind"`
	Text   string             `json:"text"`
	State  timeline.PageState `json:"state"`
	// Since is when it came to stand so.
	Since   time.Time `json:"since"`
	AskedBy string    `json:"asked_by"`
	AskedAt time.Time `json:"asked_at"`
	// AnsweredBy is a name, as the alerting system gives it.
	AnsweredBy string `json:"answered_by"`
	// Reason says why it failed.
	Reason string `json:"reason"`
	Link   string `json:"link"`
}

// alertsOf leaves out alerts that turned out to be another outage's.
func alertsOf(in *timeline.Incident) []Alert {
	out := []Alert{}
	for _, a := range in.Alerts {
		if a.Split > 0 {
			continue
		}
		out = append(out, Alert{
			N: a.N, Source: a.Source, Key: a.Key, Title: a.Title, Number: a.Number, Status: a.Status,
			TriggeredAt: instant(a.Triggered), AcknowledgedAt: instant(a.Acked), AcknowledgedBy: a.AckedBy,
			ResolvedAt: instant(a.ResolvedAt), Priority: a.Priority, Link: a.Link,
		})
	}
	return out
}

func pagesOf(in *timeline.Incident, names templates.Names) []Page {
	out := []Page{}
	for _, p := range in.Pages {
		out = append(out, Page{
			ID: timeline.PageID(p.Number), N: p.N, Target: p.Target, Kind: p.Kind, Text: templates.FromSlack(p.Text).Plain(names),
			State: p.State, Since: p.Since, AskedBy: p.Who, AskedAt: p.At, AnsweredBy: p.By, Reason: p.Reason, Link: p.Link,
		})
	}
	return out
}

// incidentName is INC-9, or words that do not say which.
func incidentName(n int, hides func(int) bool) string {
	if hides(n) {
		return hiddenIncident
	}
	return timeline.ID(n)
}

// mergedWords says what was merged with what.
func mergedWords(b timeline.MergedInto, hides func(int) bool) string {
	other := func(n int) string {
		if hides(n) {
			return "another incident"
		}
		return timeline.ID(n)
	}
	if b.Into > 0 {
		return "Merged into " + other(b.Into) + ", which goes on"
	}
	return "Merged " + other(b.From) + " into this one"
}
