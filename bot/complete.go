package bot

import (
	"context"
	"time"

	"backout/timeline"
)

// proven is how far an incident's record is complete by the link alone, beyond
// the last reading of the channel.
type proven struct {
	channel  string
	from, to time.Time
}

// proofs gives what the link proves now. It is asked before the link is given up,
// and recorded after what came over it is.
func (b *Bot) proofs(ctx context.Context) []proven {
	var out []proven
	for _, s := range b.followed() {
		in, err := b.rec.Incident(ctx, s.Number)
		if err != nil {
			continue
		}
		if c := b.views.Completeness(in); c.To.After(in.CompleteTo) {
			out = append(out, proven{channel: s.Channel.ID, from: in.CompleteTo, to: c.To})
		}
	}
	return out
}

// keepProofs records them, so that an export without a running bot can say so.
func (b *Bot) keepProofs(ctx context.Context, all []proven) {
	for _, p := range all {
		if _, err := b.rec.Record(ctx, timeline.ReadTo(p.channel, p.from, p.to, 0)); err != nil {
			b.opt.Logger.Warn("how complete the record is was not recorded", "channel", p.channel, "error", err)
			return
		}
	}
}
