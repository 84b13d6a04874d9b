package bot

import (
	"slices"
	"time"

	"backout/timeline"
)

// silence is how long a link must have been silent for the channels to be told:
// that long it may take until it is noticed. Shorter breaks are filled without a
// word.
const silence = 30 * time.Second

// reconnected reads every open incident's history again: links were down, or
// Slack said that it withheld events.
func (b *Bot) reconnected(from time.Time) {
	b.background("announced deploys", func() { b.readAnnounced(from) })
	b.background("history", func() {
		b.noteSilence(from)
		if err := b.history.SweepAll(b.ctx, b.openChannels()); err != nil && b.ctx.Err() == nil {
			b.opt.Logger.Warn("history was not read completely; it is tried again", "error", err)
		}
	})
}

// noteSilence records that nothing was heard since from, unless this is the start.
func (b *Bot) noteSilence(from time.Time) {
	if from.IsZero() {
		return
	}
	for _, channel := range b.openChannels() {
		if _, err := b.rec.Record(b.ctx, timeline.Silence(channel, from, b.scaled(silence))); err != nil && b.ctx.Err() == nil {
			b.opt.Logger.Warn("a silence of Slack was not recorded", "channel", channel, "error", err)
		}
	}
}

// scaled is a time of Slack's, divided by Options.Hurry.
func (b *Bot) scaled(d time.Duration) time.Duration { return time.Duration(float64(d) / b.opt.Hurry) }

// readable reads a channel that was lost and can be read again. One without a
// gap was just opened or adopted, and is read by what is owed for that.
func (b *Bot) readable(channel string) {
	b.background("history", func() {
		n, _ := b.rec.InChannel(channel)
		in, err := b.rec.Incident(b.ctx, n)
		if err != nil || !slices.ContainsFunc(in.Gaps, func(g timeline.Gap) bool { return g.Channel == channel }) {
			return
		}
		if err := b.history.SweepAll(b.ctx, []string{channel}); err != nil && b.ctx.Err() == nil {
			b.opt.Logger.Warn("a channel that came back was not read completely", "channel", channel, "error", err)
		}
	})
}

// lately bounds which resolved incidents are still talked about.
const lately = 7 * 24 * time.Hour

// followed are the incidents with a channel that are worked on or were lately:
// people go on talking when an incident is resolved.
func (b *Bot) followed() []timeline.Summary {
	now := b.opt.Now()
	return chosen(b.rec.Summaries(), func(s timeline.Summary) bool {
		return s.Channel.ID != "" && (s.Status.Open() || now.Sub(endOf(s)) <= lately)
	})
}

func (b *Bot) openChannels() []string {
	var out []string
	for _, s := range b.followed() {
		out = append(out, s.Channel.ID)
	}
	return out
}

// endOf is when an incident that is over ended, or was declared where that is all
// its summary knows.
func endOf(s timeline.Summary) time.Time {
	if !s.Ended.IsZero() {
		return s.Ended
	}
	return s.Moments.Declared.At
}
