package bot_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"backout/bot"
	"backout/bot/config"
	"backout/integrations/slack/slacksim"
	"backout/timeline/boltlog"
)

// TestStartAndStopFromTenGoroutines makes many bots over one record, each started,
// waited for, asked and stopped by ten goroutines at once and in any order. Nothing
// may hang, race or be left running (TestMain looks for that), and the record stays
// one that opens.
func TestStartAndStopFromTenGoroutines(t *testing.T) {
	o := newOffice(t, slacksim.Options{NoLimits: true})
	cfg, err := config.Load(config.Sources{Lookup: func(name string) (string, bool) { v, ok := o.env[name]; return v, ok }})
	if err != nil {
		t.Fatal(err)
	}
	const rounds, hands = 30, 10
	var starts, refused, stops, waits atomic.Int64
	for round := range rounds {
		log, err := boltlog.Open(o.file, boltlog.Options{})
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		b, err := bot.New(bot.Options{Config: cfg, Log: log, Logger: slog.New(slog.DiscardHandler), Control: bot.ControlPath(o.file)})
		if err != nil {
			t.Fatal(err)
		}
		if round%3 > 0 { // else a stop may come first
			if err := b.Start(context.Background()); err != nil {
				t.Fatal(err)
			}
			starts.Add(1)
		}
		var all sync.WaitGroup
		begin := make(chan struct{})
		for range hands {
			all.Go(func() {
				<-begin
				for range 4 {
					ctx, cancel := context.WithTimeout(context.Background(), time.Duration(rand.IntN(20))*time.Millisecond)
					switch rand.IntN(4) {
					case 0:
						if b.Start(context.Background()) == nil {
							starts.Add(1)
						} else {
							refused.Add(1)
						}
					case 1:
						b.Stop(ctx)
						stops.Add(1)
					case 2:
						_ = b.Wait(ctx)
						waits.Add(1)
					default:
						b.ClockMoved()
						_ = b.Record().Summaries()
						_ = b.Idle(ctx)
					}
					cancel()
				}
			})
		}
		close(begin)
		all.Wait()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		b.Stop(ctx)
		cancel()
		if err := log.Close(); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
	}
	t.Logf("start and stop: %d bots, %d goroutines each: %d starts, %d refused a second time or after a stop, %d stops, %d waits; nothing hung or was left running",
		rounds, hands, starts.Load(), refused.Load(), stops.Load(), waits.Load())
	o.opens() // and it works
	o.declares()
	o.closes()
}
