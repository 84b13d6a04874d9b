package bot

import (
	"context"
	"fmt"
	"os"
	"time"

	"backout/bot/config"
	"backout/templates"
	"backout/templates/postmortem"
	"backout/timeline"
)

// People resolves ids to names; Slack's cache does.
type People interface {
	templates.Names
	// Resolve fetches what is not known yet, as far as it can be had in time.
	Resolve(ctx context.Context, ids ...string)
}

// proof says since when a link to Slack has been up without a break, and when
// something was last heard on it.
type proof interface {
	UnbrokenSince() (time.Time, bool)
	LastFrame() time.Time
}

// Views makes messages and documents from the record. Without proof (an export
// with no bot running) completeness is what the record itself shows.
type Views struct {
	People
	cfg   config.Config
	now   func() time.Time
	proof proof
	// private reports whether an incident is; nil means that none is.
	private func(number int) bool
	// room gives the channel of an incident; nil, or "", when it is not known.
	room func(number int) string
	// record is where other incidents are read; nil knows none.
	record Reading
	// template is the team's own for postmortems, or nil.
	template *postmortem.Template
}

// Reading is the record as documents read it.
type Reading interface {
	Summaries() []timeline.Summary
	Peek(ctx context.Context, number int) (*timeline.Incident, error)
	DeploysOf(ctx context.Context, service, environment string) ([]timeline.Deploy, error)
}

// NewViews makes views without a link to Slack, for exports. The error is about
// the team's own template.
func NewViews(cfg config.Config, p People, now func() time.Time, record Reading) (*Views, error) {
	v := &Views{People: p, cfg: cfg, now: now, record: record}
	var err error
	v.template, err = ownTemplate(cfg)
	return v, err
}

// ownTemplate reads the team's template for postmortems, and tries it.
func ownTemplate(cfg config.Config) (*postmortem.Template, error) {
	file := cfg.Postmortem.Template
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("postmortem.template: the file cannot be read: %w", err)
	}
	return postmortem.ParseTemplate(file, string(text))
}

// Completeness says up to when the record is complete: the last full reading of
// the channel, or later while a link has been up since before that reading.
func (v *Views) Completeness(in *timeline.Incident) templates.Completeness {
	c := templates.Completeness{To: in.CompleteTo, Gaps: in.Gaps}
	if v.proof == nil || in.CompleteTo.IsZero() || len(in.Gaps) > 0 {
		return c
	}
	if since, ok := v.proof.UnbrokenSince(); ok && !since.After(in.CompleteTo) {
		if last := v.proof.LastFrame(); last.After(c.To) {
			c.To = last
		}
	}
	return c
}

// View gives what messages are made from.
func (v *Views) View(in *timeline.Incident) templates.View {
	return templates.View{
		In: in, Severities: severities(v.cfg), Completeness: v.Completeness(in),
		Command: v.cfg.Command, Now: v.now(), Catalogue: catalogue(v.cfg), PrivateOf: v.private,
		RoomOf: v.room, UpdateEvery: v.cfg.Nudges.Update[in.Severity],
	}
}

// Warm fetches the names of the ids.
func (v *Views) Warm(ctx context.Context, ids []string) { v.Resolve(ctx, ids...) }

func severities(cfg config.Config) []templates.Severity {
	out := make([]templates.Severity, len(cfg.Severities))
	for i, s := range cfg.Severities {
		out[i] = templates.Severity{Name: s.Name, Title: s.Title}
	}
	return out
}

// NoPeople knows nobody: documents made with it show ids.
type NoPeople struct{}

// PersonName knows nobody.
func (NoPeople) PersonName(string) string { return "" }

// ChannelName knows no channel.
func (NoPeople) ChannelName(string) string { return "" }

// Resolve has nowhere to ask.
func (NoPeople) Resolve(context.Context, ...string) {}
