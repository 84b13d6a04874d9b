package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"backout/bot"
	"backout/bot/config"
	"backout/bot/pages"
	"backout/integrations/pagerduty/pagerdutysim"
	"backout/integrations/slack"
	"backout/integrations/slack/slacksim"
	"backout/timeline"
	"backout/timeline/boltlog"
)

// demoPatience is how long the demo waits for what must come, on a slow machine too.
const demoPatience = time.Minute

type demoCmd struct {
	Headless bool   `help:"Replay the story without a browser, at full speed."`
	Out      string `help:"Folder for the postmortem and the events." placeholder:"DIR" default:"."`
	Trigger  string `help:"What begins the story: a person or an alert." enum:"person,pagerduty" default:"person"`
	Verbose  bool   `help:"Show the bot's log."`
}

// Run replays the story through the production wiring: only addresses differ.
func (c demoCmd) Run(w *world) (err error) {
	if !c.Headless {
		return usageError("this version replays the story without a browser only: add --headless.")
	}
	began := time.Now()
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return fmt.Errorf("the folder cannot be made: %w", err)
	}
	clock := newStoryClock(onDay(11, "09:00:00"))
	sim, err := slacksim.Start(slacksim.Options{
		Clock: clock.Now, Seed: 1, Patience: demoPatience, Scopes: slack.Scopes(), BotEvents: slack.BotEvents(),
		Shortcuts: []string{slack.ShortcutDeclare, slack.ShortcutDeclareFrom, slack.ShortcutTimeline, slack.ShortcutFollowUp},
		// The story squeezes ninety minutes into seconds: limits by the minute of
		// real time would make it wait.
		NoLimits: true,
	})
	if err != nil {
		return err
	}
	defer sim.Close()
	p := &play{sim: sim, clock: clock, people: map[string]*slacksim.Person{}, rooms: map[string]*slacksim.Room{}, said: map[string]slacksim.Message{}, names: map[string]string{}}
	if err := cast(p); err != nil {
		return err
	}
	if p.code, err = newCode(clock.Now); err != nil {
		return err
	}
	defer p.code.hub.Close()
	if p.alarms, err = newAlarms(p); err != nil {
		return err
	}
	defer p.alarms.sim.Close()
	dir, err := os.MkdirTemp("", "backout-demo-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	b, stop, err := c.startBot(w, p, dir)
	if err != nil {
		return err
	}
	defer func() {
		if serr := stop(); err == nil {
			err = serr
		}
	}()
	fmt.Fprintln(w.err, "The story of an outage, replayed against simulations of Slack, GitHub and PagerDuty …")
	if err := p.run(story(c.Trigger)); err != nil {
		return err
	}
	if err := c.write(w.ctx, w, b, p); err != nil {
		return err
	}
	fmt.Fprintf(w.err, "done in %.1f s\n", time.Since(began).Seconds())
	return nil
}

// startBot starts the bot on a store of its own and waits until Slack can reach it.
func (c demoCmd) startBot(w *world, p *play, dir string) (*bot.Bot, func() error, error) {
	cfg, err := config.Load(config.Sources{File: "demo.yaml", ReadFile: func(string) ([]byte, error) { return storyConfig(p), nil }, Lookup: func(name string) (string, bool) {
		v, ok := map[string]string{
			"BACKOUT_LISTEN": "127.0.0.1:0", "BACKOUT_ANNOUNCE": "#incidents",
			"BACKOUT_STORE":   "bolt:" + filepath.Join(dir, "demo.db"),
			"SLACK_APP_TOKEN": p.sim.AppToken(), "SLACK_BOT_TOKEN": p.sim.BotToken(), "SLACK_API_URL": p.sim.APIURL(),
			"GITHUB_TOKEN": p.code.hub.Token(), "GITHUB_API_URL": p.code.hub.APIURL(), "GITHUB_WEBHOOK_SECRET": hookSecret,
			"PAGERDUTY_TOKEN": p.alarms.sim.Token(), "PAGERDUTY_FROM": "backout@acme.example",
			"PAGERDUTY_API_URL": p.alarms.sim.APIURL(), "PAGERDUTY_WEBHOOK_SECRETS": pagerSecret,
		}[name]
		return v, ok
	}})
	if err != nil {
		return nil, nil, err
	}
	_, path := cfg.StoreEngine()
	log, err := boltlog.Open(path, boltlog.Options{})
	if err != nil {
		return nil, nil, err
	}
	logger := slog.New(slog.DiscardHandler)
	if c.Verbose {
		logger = slog.New(slog.NewTextHandler(w.err, nil))
	}
	b, err := bot.New(bot.Options{Config: cfg, Log: log, Logger: logger, Now: p.clock.Now, Control: bot.ControlPath(path)})
	if err == nil {
		err = b.Start(w.ctx)
	}
	stop := func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), 10*time.Second)
		defer cancel()
		if b != nil {
			b.Stop(ctx)
		}
		return log.Close()
	}
	if err == nil {
		err = p.sim.WaitLinks(1)
	}
	if err == nil {
		p.clock.onJump(b.ClockMoved)
		p.quiet = func() error {
			ctx, cancel := context.WithTimeout(w.ctx, 20*time.Second)
			defer cancel()
			return b.Quiet(ctx)
		}
		p.code.hub.Hook(webApp, "http://"+b.Addr()+"/webhooks/github", hookSecret, "deployment", "deployment_status", "workflow_run")
		p.alarms.sim.Subscribe(pagerdutysim.Subscription{URL: "http://" + b.Addr() + "/webhooks/pagerduty", Secrets: []string{pagerSecret}})
		err = p.hears()
	}
	if err != nil {
		_ = stop()
		return nil, nil, err
	}
	return b, stop, nil
}

// write waits until all that was said is recorded and writes the documents.
func (c demoCmd) write(ctx context.Context, w *world, b *bot.Bot, p *play) error {
	if err := p.sim.Settle(); err != nil {
		return err
	}
	if err := b.Idle(ctx); err != nil {
		return err
	}
	in, err := b.Record().Incident(ctx, 1)
	if err != nil {
		return err
	}
	name, content, err := b.Views().Draft(ctx, in, bot.OwnPicture)
	if err != nil {
		return err
	}
	picture, drawn, err := b.Views().Chart(ctx, in)
	if err != nil {
		return err
	}
	events, err := eventLines(ctx, b, in)
	if err != nil {
		return err
	}
	for _, d := range []document{{name, content}, {picture, drawn}, {strings.TrimSuffix(name, ".md") + ".jsonl", events}} {
		path := filepath.Join(c.Out, d.name)
		if err := replaceFile(path, d.content); err != nil {
			return fmt.Errorf("%s cannot be written: %w", path, err)
		}
		fmt.Fprintln(w.err, "wrote", path)
	}
	return nil
}

func eventLines(ctx context.Context, b *bot.Bot, in *timeline.Incident) ([]byte, error) {
	var buf bytes.Buffer
	b.Views().Warm(ctx, pages.PeopleIn(in))
	err := pages.WriteEntries(json.NewEncoder(&buf), in, b.Views())
	return buf.Bytes(), err
}
