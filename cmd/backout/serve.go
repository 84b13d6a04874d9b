package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"backout/bot"
	"backout/timeline/boltlog"
)

type serveCmd struct {
	Listen string `help:"Address to listen on; defaults to BACKOUT_LISTEN." placeholder:"ADDR"`
	Store  string `help:"Store; defaults to BACKOUT_STORE." placeholder:"bolt:FILE"`
	Debug  bool   `help:"Log in detail."`
}

// stopGrace is how long a stop may take: commits and acknowledgements under way
// are finished in it. Container platforms kill after 10 s unless told otherwise.
const stopGrace = 8 * time.Second

// Run is the bot until a signal or a fatal error ends it.
func (c serveCmd) Run(w *world) error {
	cfg, err := w.load(map[string]string{"listen": c.Listen, "store": c.Store})
	if err != nil {
		return err
	}
	if err := cfg.RequireSlack(); err != nil {
		return err
	}
	path, err := boltFile(cfg)
	if err != nil {
		return err
	}
	level := slog.LevelInfo
	if c.Debug {
		level = slog.LevelDebug
	}
	logger := slog.New(slog.NewJSONHandler(w.err, &slog.HandlerOptions{Level: level}))
	log, err := boltlog.Open(path, boltlog.Options{})
	if err != nil {
		return err
	}
	b, err := bot.New(bot.Options{Config: cfg, Log: log, Logger: logger, Control: bot.ControlPath(path), Version: version, Hurry: w.hurry})
	if err != nil {
		return errors.Join(err, log.Close())
	}
	err = b.Start(w.ctx)
	if err == nil {
		logger.Info("running", "address", b.Addr(), "store", cfg.StoreLabel(), "version", version)
		err = b.Wait(w.ctx)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), stopGrace)
	defer cancel()
	b.Stop(ctx)
	logger.Info("stopped")
	return errors.Join(err, log.Close())
}
