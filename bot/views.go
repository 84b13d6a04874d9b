package bot

import (
	"context"
	"time"

	"backout/bot/config"
	"backout/bot/pages"
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
}

// NewViews makes views without a link to Slack, for exports.
func NewViews(cfg config.Config, p People, now func() time.Time) *Views {
	return &Views{People: p, cfg: cfg, now: now}
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

// nameWait bounds how long a document waits for people's names.
const nameWait = 10 * time.Second

// Draft renders the postmortem as a file of its own.
func (v *Views) Draft(ctx context.Context, in *timeline.Incident) (name string, content []byte, err error) {
	wctx, cancel := context.WithTimeout(ctx, nameWait)
	defer cancel()
	v.Warm(wctx, pages.PeopleIn(in))
	services := catalogue(v.cfg)
	doc := postmortem.Build(in, postmortem.Options{
		Names: v, Completeness: v.Completeness(in), Severities: severities(v.cfg),
		Targets:   postmortem.Targets{Detect: v.cfg.Targets.Detect, Mitigate: v.cfg.Targets.Mitigate, Rollback: v.cfg.Targets.Rollback},
		Catalogue: &services, Now: v.now(), PrivateOf: v.private,
	})
	return FileName(in), postmortem.Render(doc), nil
}

// FileName is the name of the incident's postmortem: INC-7-users-are-logged-out.md.
func FileName(in *timeline.Incident) string {
	return in.ID() + "-" + templates.Slug(in.Title) + ".md"
}

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
