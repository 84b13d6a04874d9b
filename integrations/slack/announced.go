package slack

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"backout/templates"
	"backout/timeline"
)

// DeployChannel is a channel in which CI announces deploys. The pattern has the
// groups service and version, and any of environment, sha, ref and by.
type DeployChannel struct {
	ID      string
	Pattern *regexp.Regexp
}

// Announced reads deploys from what CI writes. What it says was done was done:
// such messages come when a deploy has ended.
type Announced struct {
	channels []DeployChannel
	// environment gives where a service is deployed when the message does not say.
	environment func(service string) string
}

// NewAnnounced reads the channels' messages; environment gives where a service
// is deployed when a message does not say so.
func NewAnnounced(channels []DeployChannel, environment func(service string) string) *Announced {
	return &Announced{channels: channels, environment: environment}
}

// Channels lists the channels to read.
func (a *Announced) Channels() []string {
	if a == nil {
		return nil
	}
	out := make([]string, len(a.channels))
	for i, c := range a.channels {
		out[i] = c.ID
	}
	return out
}

// maxAnnouncement bounds what a pattern is run over.
const maxAnnouncement = 4000

// Report gives the deploy that a message announces. The same message, edited,
// gives the same deploy again.
func (a *Announced) Report(channel, ts, text, link string) (timeline.DeployReport, bool) {
	at, valid := timeline.SlackTime(ts)
	if a == nil || !valid {
		return timeline.DeployReport{}, false
	}
	for _, c := range a.channels {
		if c.ID != channel {
			continue
		}
		m := c.Pattern.FindStringSubmatch(asShown(text[:min(len(text), maxAnnouncement)]))
		if m == nil {
			continue
		}
		r := timeline.DeployReport{
			Source: timeline.DeploySource{Name: "slack", ID: channel + ":" + ts, URL: link},
			State:  timeline.DeploySucceeded, Started: at, Finished: at, URL: link,
		}
		fields := map[string]*string{"service": &r.Service, "version": &r.Version, "environment": &r.Environment, "sha": &r.SHA, "ref": &r.Ref, "by": &r.By}
		for i, name := range c.Pattern.SubexpNames() {
			if to := fields[name]; to != nil && *to == "" {
				*to = strings.TrimSpace(m[i])
			}
		}
		if r.Environment == "" {
			r.Environment = a.environment(r.Service)
		}
		return r, r.Service != "" && r.Version+r.SHA != ""
	}
	return timeline.DeployReport{}, false
}

// asShown is a text as people see it: of a link its label, without where it leads.
func asShown(text string) string {
	rich := templates.FromSlack(text)
	for i, s := range rich {
		if s.Style == templates.Anchor && s.Label != "" {
			rich[i] = templates.T(s.Label)
		}
	}
	return rich.Plain(nil)
}

// announced records the deploy that a live message announces, if it does.
func (in *intake) announced(ctx context.Context, channel string, m *message) error {
	r, ok := in.opt.Announced.Report(channel, m.TS, m.Text, in.client.Permalink(channel, m.TS, ""))
	if !ok {
		return nil
	}
	_, err := in.opt.Recorder.Record(ctx, timeline.TakeReports("", timeline.Reported{Deploys: []timeline.DeployReport{r}}))
	return err
}

// ReadAnnounced reads again what CI wrote since an instant, oldest first, and
// hands each deploy to take.
func (c *Client) ReadAnnounced(ctx context.Context, a *Announced, since time.Time, take func(timeline.DeployReport) error) error {
	for _, channel := range a.Channels() {
		var found []timeline.DeployReport
		err := c.eachMessage(ctx, page{channel: channel, oldest: timeline.SlackTS(since)}, func(m *message) bool {
			if r, ok := a.Report(channel, m.TS, m.Text, c.Permalink(channel, m.TS, "")); ok && !c.own(m) {
				found = append(found, r)
			}
			return true
		})
		if err != nil {
			return err
		}
		for _, r := range slices.Backward(found) {
			if err := take(r); err != nil {
				return err
			}
		}
	}
	return nil
}
