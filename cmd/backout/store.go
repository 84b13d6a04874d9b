package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"backout/bot"
	"backout/bot/config"
	"backout/timeline"
	"backout/timeline/boltlog"
)

// boltFile gives the path of the store, which has to be a file.
func boltFile(cfg config.Config) (string, error) {
	engine, path := cfg.StoreEngine()
	if engine != "bolt" {
		return "", usageError("this version of Backout keeps its record in bolt:FILE only.")
	}
	return path, nil
}

// running reports whether a bot answers beside the store.
func running(ctx context.Context, path string) bool {
	conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "unix", bot.ControlPath(path))
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}

// audited reads a file that nobody writes to from end to end. The error is a
// sentence about what is wrong with it.
func audited(ctx context.Context, path string) (timeline.Audit, error) {
	log, err := boltlog.Open(path, boltlog.Options{ReadOnly: true})
	if err != nil {
		return timeline.Audit{}, err
	}
	err = log.Check(ctx)
	var a timeline.Audit
	if err == nil {
		a, err = timeline.AuditLog(ctx, log)
	}
	if err == nil && len(a.Wrong) > 0 {
		err = wrongError{path, a}
	}
	return a, errors.Join(err, log.Close())
}

// wrongError is a file that is whole and yet contradicts itself.
type wrongError struct {
	path  string
	audit timeline.Audit
}

func (w wrongError) Error() string {
	said := strings.Join(w.audit.Wrong, " ")
	if w.audit.More > 0 {
		said += fmt.Sprintf(" And %d more.", w.audit.More)
	}
	return fmt.Sprintf("%s contradicts itself: %s Put the last good backup in its place: backout restore FILE.", w.path, said)
}

// counted says what a file holds.
func counted(a timeline.Audit, path string) string {
	size := ""
	if info, err := os.Stat(path); err == nil {
		size = fmt.Sprintf(", %.1f MB", float64(info.Size())/1e6)
	}
	return fmt.Sprintf("%d incidents, %d events, %d deploys, %d owed%s", a.Incidents, a.Events, a.Deploys, a.Effects, size)
}
