package bot

import (
	"context"
	"maps"
	"time"

	"backout/templates"
)

// tellFor bounds one late answer; response URLs live half an hour.
const tellFor = 10 * time.Second

// run tells declarers where their channel is, as soon as the record has it.
func (f *front) run(ctx context.Context, contained func(where string, do func())) func() {
	changed, stop := f.record.Watch()
	return func() {
		defer stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-changed:
				contained("declarers", func() { f.tellDeclarers(ctx) })
			}
		}
	}
}

func (f *front) tellDeclarers(ctx context.Context) {
	f.mu.Lock()
	waiting := maps.Clone(f.waiting)
	f.mu.Unlock()
	for n, url := range waiting {
		in, err := f.record.Incident(ctx, n)
		if err != nil || in.Channel.ID == "" {
			continue
		}
		f.mu.Lock()
		delete(f.waiting, n)
		f.mu.Unlock()
		tctx, cancel := context.WithTimeout(ctx, tellFor)
		if err := f.client.Tell(tctx, url, templates.Opened(f.views.View(in)), true); err != nil {
			f.log.Info("the declarer was not told where the channel is; the invitation says it", "incident", in.ID(), "error", err)
		}
		cancel()
	}
}
