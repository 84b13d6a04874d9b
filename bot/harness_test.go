package bot_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"backout/bot"
	"backout/bot/config"
	"backout/bot/pages"
	"backout/integrations/slack"
	"backout/integrations/slack/slacksim"
	"backout/timeline"
	"backout/timeline/boltlog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// office is a workspace with the production wiring in it: only addresses differ.
type office struct {
	*slacksim.Stage
	tb   testing.TB
	bot  *bot.Bot
	log  *boltlog.Log
	file string
	max  int // bytes that the store may have, 0 for any number
	env  map[string]string
	yaml string // the configuration file, "" for none
	// wrap puts something between the bot and its store.
	wrap func(l *boltlog.Log) timeline.Log
	// settle is the least time between two settings of a post, 0 for the usual.
	settle time.Duration
	// now is the bot's clock, nil for the system's; logger is what it writes to, nil for nothing.
	now    func() time.Time
	logger *slog.Logger
	http   pages.Limits
	// hurry is bot.Options.Hurry.
	hurry float64
}

func newOffice(tb testing.TB, opt slacksim.Options) *office {
	tb.Helper()
	opt.Scopes, opt.BotEvents = slack.Scopes(), slack.BotEvents()
	opt.Shortcuts = []string{slack.ShortcutDeclare, slack.ShortcutDeclareFrom, slack.ShortcutTimeline, slack.ShortcutFollowUp}
	if opt.Patience == 0 {
		opt.Patience = 40 * time.Second
	}
	if opt.RedeliverAfter == nil { // a busy machine may miss Slack's three seconds; a test does not wait for Slack's minute
		opt.RedeliverAfter = []time.Duration{100 * time.Millisecond, time.Second, 5 * time.Second, 20 * time.Second}
	}
	sim, err := slacksim.Start(opt)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(sim.Close)
	o := &office{Stage: slacksim.Test(tb, sim), tb: tb, file: filepath.Join(tb.TempDir(), "backout.db")}
	o.env = map[string]string{
		"BACKOUT_LISTEN": "127.0.0.1:0", "BACKOUT_API_TOKEN": "api-token", "BACKOUT_STORE": "bolt:" + o.file,
		"SLACK_APP_TOKEN": sim.AppToken(), "SLACK_BOT_TOKEN": sim.BotToken(), "SLACK_API_URL": sim.APIURL(),
	}
	return o
}

// config reads the configuration as the command does.
func (o *office) config() config.Config {
	o.tb.Helper()
	src := config.Sources{Lookup: func(name string) (string, bool) { v, ok := o.env[name]; return v, ok }}
	if o.yaml != "" {
		src.File, src.ReadFile = "backout.yaml", func(string) ([]byte, error) { return []byte(o.yaml), nil }
	}
	cfg, err := config.Load(src)
	if err != nil {
		o.tb.Fatal(err)
	}
	return cfg
}

// opens starts the bot and waits until Slack can reach it.
func (o *office) opens() {
	o.tb.Helper()
	o.starts()
	o.WaitLinks(1)
}

// starts starts the bot, whether or not anybody can be reached.
func (o *office) starts() {
	o.tb.Helper()
	cfg := o.config()
	var err error
	if o.log, err = boltlog.Open(o.file, boltlog.Options{MaxBytes: o.max}); err != nil {
		o.tb.Fatal(err)
	}
	logger := o.logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	var store timeline.Log = o.log
	if o.wrap != nil {
		store = o.wrap(o.log)
	}
	o.bot, err = bot.New(bot.Options{Config: cfg, Log: store, Logger: logger, Control: bot.ControlPath(o.file), Settle: o.settle, Now: o.now, HTTP: o.http, Hurry: o.hurry})
	if err != nil {
		o.tb.Fatal(err)
	}
	if err := o.bot.Start(context.Background()); err != nil {
		o.tb.Fatal(err)
	}
}

// closes stops the bot in order.
func (o *office) closes() {
	o.tb.Helper()
	if _, body := o.get("/metrics"); !strings.Contains(body, "backout_stray_metrics_total 0") {
		o.tb.Error("a figure was reported that is not declared in bot/pages")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	o.bot.Stop(ctx)
	if err := o.log.Close(); err != nil {
		o.tb.Error(err)
	}
}

// settles waits until nothing is owed and everything is acknowledged.
func (o *office) settles() {
	o.tb.Helper()
	if err := o.Settle(); err != nil {
		o.tb.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := o.bot.Idle(ctx); err != nil {
		for _, e := range o.bot.Record().Effects() {
			o.tb.Logf("still owed: %+v", e)
		}
		o.tb.Fatal(err)
	}
}
