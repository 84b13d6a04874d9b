package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"backout/bot"
	"backout/timeline"
	"backout/timeline/boltlog"
)

type backupCmd struct {
	File  string `arg:"" help:"File to write; one that is there is replaced when the new one is complete." type:"path"`
	Store string `help:"Store to copy; defaults to BACKOUT_STORE." placeholder:"bolt:FILE"`
}

// Run copies the store while a bot works on it, or from the file when none runs,
// and reads the copy again before it gets its name.
func (c backupCmd) Run(w *world) error {
	cfg, err := w.load(map[string]string{"store": c.Store})
	if err != nil {
		return err
	}
	path, err := boltFile(cfg)
	if err != nil {
		return err
	}
	if info, err := os.Stat(c.File); err == nil {
		if info.IsDir() {
			return usageError(c.File + " is a folder; name the file in it.")
		}
		if store, err := os.Stat(path); err == nil && os.SameFile(info, store) {
			return usageError(c.File + " is the store itself; name another file.")
		}
	}
	a, err := makeBackup(w.ctx, path, c.File)
	if err != nil {
		return fmt.Errorf("no backup was made: %w", err)
	}
	_, err = fmt.Fprintf(w.out, "%s: %s; read again and found whole\n", c.File, counted(a, c.File))
	return err
}

// makeBackup writes beside the file, puts that on the disk, reads it again and
// only then gives it the name.
func makeBackup(ctx context.Context, store, file string) (a timeline.Audit, err error) {
	tmp, err := os.CreateTemp(filepath.Dir(file), ".backout-backup-*") // its mode is 0600
	if err != nil {
		return a, err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	err = copyStore(ctx, store, tmp)
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return a, err
	}
	if a, err = audited(ctx, tmp.Name()); err != nil {
		return a, err
	}
	if err := os.Rename(tmp.Name(), file); err != nil {
		return a, err
	}
	return a, syncDir(filepath.Dir(file))
}

// copyStore asks a running bot for a copy, whose lock keeps others out of the
// file, and else copies the file itself.
func copyStore(ctx context.Context, store string, to io.Writer) error {
	if running(ctx, store) {
		return newLive(bot.ControlPath(store)).copyTo(ctx, to)
	}
	if _, err := os.Stat(store); err != nil {
		return fmt.Errorf("there is no store at %s; name it with --store bolt:FILE or BACKOUT_STORE", store)
	}
	log, err := boltlog.Open(store, boltlog.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	return errors.Join(log.Backup(to), log.Close())
}

// copyTo has the running bot send a copy. It takes as long as it takes.
func (l *live) copyTo(ctx context.Context, to io.Writer) error {
	l.Timeout = 0
	defer l.close()
	resp, err := l.open(ctx, "/backup")
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return refusedBy(resp)
	}
	if _, err := io.Copy(to, resp.Body); err != nil {
		return fmt.Errorf("the running bot's copy broke off; its log says why: %w", err)
	}
	return nil
}

// syncDir puts the names in a folder on the disk.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
