package bot

import (
	"errors"
	"io"

	"backout/bot/config"
	"backout/bot/schedule"
	"backout/timeline/nudges"
)

// copier is a store that can be copied while it is written to.
type copier interface{ Backup(w io.Writer) error }

// scheduleOptions are what is due by the calendar.
func (b *Bot) scheduleOptions() schedule.Options {
	cfg := b.opt.Config
	o := schedule.Options{
		Nudges: nudges.Policy{
			Update: cfg.Nudges.Update, NoLead: cfg.Nudges.NoLead, Quiet: cfg.Nudges.Quiet,
			Postmortem: cfg.Nudges.Postmortem, Review: cfg.Postmortem.Due, Stale: cfg.Nudges.Stale,
		},
		FollowUps: cfg.Nudges.FollowUps, Digest: cfg.Nudges.Digest, Announce: cfg.Announce != "",
		Retention: cfg.Retention.Messages,
		Parse:     config.ParseSchedule, Now: b.opt.Now, Meter: b.metrics, Log: b.opt.Logger,
	}
	if cfg.Backup.Dir != "" {
		o.Backup = schedule.Backup{Dir: cfg.Backup.Dir, Keep: cfg.Backup.Keep, Cron: cfg.Backup.Cron, Write: func(w io.Writer) error {
			store, ok := b.opt.Log.(copier)
			if !ok {
				return errors.New("this store is not copied by Backout; use the database's own backups")
			}
			return store.Backup(w)
		}}
	}
	return o
}
