package main

import (
	"fmt"
	"os"
	"time"

	"backout/timeline/boltlog"
)

type restoreCmd struct {
	File  string `arg:"" help:"Backup to put in the place of the store." type:"path"`
	Force bool   `help:"Replace the store that is there; it is kept beside."`
	Store string `help:"Store to replace; defaults to BACKOUT_STORE." placeholder:"bolt:FILE"`
}

// Run reads the backup from end to end before it touches anything.
func (c restoreCmd) Run(w *world) error {
	cfg, err := w.load(map[string]string{"store": c.Store})
	if err != nil {
		return err
	}
	path, err := boltFile(cfg)
	if err != nil {
		return err
	}
	if running(w.ctx, path) {
		return fmt.Errorf("a bot is running on %s; stop it first", path)
	}
	if _, err := os.Stat(path); err == nil && !c.Force {
		return fmt.Errorf("%w at %s; add --force to replace it, it is then kept beside", boltlog.ErrExists, path)
	}
	a, err := audited(w.ctx, c.File)
	if err != nil {
		return fmt.Errorf("nothing was replaced, the backup cannot be used: %w", err)
	}
	aside, err := boltlog.Restore(c.File, path, c.Force, time.Now())
	if err != nil {
		return fmt.Errorf("nothing was replaced: %w", err)
	}
	if aside != "" {
		if _, err := fmt.Fprintf(w.out, "the store that was there is now %s\n", aside); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(w.out, "%s: %s. Start the bot; what was said since the backup is read from Slack again.\n", path, counted(a, path))
	return err
}
