package alertmanager

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// The states of an alert. A group fires while one of its alerts does.
const (
	Firing   = "firing"
	Resolved = "resolved"
)

// Group is what one message says: alerts that Alertmanager sends together.
type Group struct {
	// Key names the group for as long as Alertmanager's routes stay as they are.
	Key, Receiver string
	Status        string // firing or resolved
	Alerts        []Alert
	// Common are the labels that all alerts of the group have.
	Common map[string]string
	// Link leads to Alertmanager.
	Link string
	// Truncated is how many alerts of the group are not here: Alertmanager left them
	// out, or they were too many.
	Truncated int
}

// Alert is one alert of a group.
type Alert struct {
	Status string // firing or resolved
	Name   string // label alertname
	// Summary is the annotation summary, else description, else message, else the name.
	Summary string
	// Service is the label service, else job.
	Service  string
	Severity string // label severity, as people wrote it
	Labels   map[string]string
	// StartsAt is zero if it is not known, EndsAt also while the alert fires.
	StartsAt, EndsAt time.Time
	// Link leads to what made the alert.
	Link        string
	Fingerprint string
}

// Started is when the first alert of the group began, or the zero time.
func (g Group) Started() time.Time {
	var first time.Time
	for _, a := range g.Alerts {
		if first.IsZero() || !a.StartsAt.IsZero() && a.StartsAt.Before(first) {
			first = a.StartsAt
		}
	}
	return first
}

// message is the payload, version 4.
type message struct {
	Version   string            `json:"version"`
	Key       string            `json:"groupKey"`
	Truncated int               `json:"truncatedAlerts"`
	Status    string            `json:"status"`
	Receiver  string            `json:"receiver"`
	Common    map[string]string `json:"commonLabels"`
	Link      string            `json:"externalURL"`
	Alerts    []alert           `json:"alerts"`
}

type alert struct {
	Status      string            `json:"status"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	StartsAt    string            `json:"startsAt"`
	EndsAt      string            `json:"endsAt"`
	Link        string            `json:"generatorURL"`
	Fingerprint string            `json:"fingerprint"`
}

var (
	errNoVersion = errors.New("this is no message of Alertmanager's webhook: it has no version; send Alertmanager's own payload")
	errNoKey     = errors.New("the message of Alertmanager has no groupKey; send Alertmanager's own payload")
	errNoStatus  = errors.New("the message of Alertmanager has a status that is neither firing nor resolved; send Alertmanager's own payload")
)

// Parse reads the body of Alertmanager's webhook.
func Parse(body []byte) (Group, error) {
	var m message
	err := json.Unmarshal(body, &m)
	if _, shape := errors.AsType[*json.UnmarshalTypeError](err); err != nil && !shape {
		return Group{}, fmt.Errorf("a message of Alertmanager that cannot be read: %w", err)
	}
	switch {
	case m.Version == "":
		return Group{}, errNoVersion
	case m.Version != "4":
		return Group{}, fmt.Errorf("version %q of Alertmanager's webhook is not known; Backout reads version 4", text(m.Version, 20))
	case text(m.Key, maxKey) == "":
		return Group{}, errNoKey
	case m.Status != Firing && m.Status != Resolved:
		return Group{}, errNoStatus
	}
	g := Group{
		Key: key(m.Key), Receiver: text(m.Receiver, maxName), Status: m.Status,
		Common: labels(m.Common), Link: link(m.Link), Truncated: max(0, m.Truncated),
	}
	for _, a := range m.Alerts {
		switch {
		case a.none():
		case len(g.Alerts) == maxAlerts:
			g.Truncated++
		default:
			g.Alerts = append(g.Alerts, a.alert(g))
		}
	}
	return g, nil
}

// none reports whether there is nothing that tells this alert from others.
func (a alert) none() bool { return len(a.Labels) == 0 && a.StartsAt == "" && a.Fingerprint == "" }

// alert reads an alert of a group. One without a status has that of the group.
func (a alert) alert(g Group) Alert {
	out := Alert{
		Status: a.Status, Labels: labels(a.Labels), Link: link(a.Link), Fingerprint: text(a.Fingerprint, maxFingerprint),
		StartsAt: moment(a.StartsAt), EndsAt: moment(a.EndsAt),
		Name:     text(a.Labels["alertname"], maxName),
		Service:  cmp.Or(text(a.Labels["service"], maxName), text(a.Labels["job"], maxName)),
		Severity: text(a.Labels["severity"], maxName),
	}
	if out.Status != Firing && out.Status != Resolved {
		out.Status = g.Status
	}
	if out.Status == Firing {
		out.EndsAt = time.Time{} // It says until when Prometheus need not repeat it.
	}
	if out.Name == "" {
		out.Name = "alert"
	}
	for _, annotation := range []string{"summary", "description", "message"} {
		if out.Summary == "" {
			out.Summary = text(a.Annotations[annotation], maxSummary)
		}
	}
	if out.Summary == "" {
		out.Summary = out.Name
	}
	return out
}

// labels keeps as many as may be, in the order of their names.
func labels(all map[string]string) map[string]string {
	if len(all) == 0 {
		return nil
	}
	out := map[string]string{}
	for _, k := range slices.Sorted(maps.Keys(all)) {
		if n := text(k, maxName); n != "" && len(out) < maxLabels {
			out[n] = text(all[k], maxValue)
		}
	}
	return out
}
