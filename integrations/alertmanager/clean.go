package alertmanager

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"backout/integrations/foreign"
)

// Bounds of what comes from outside: numbers, and characters of texts.
const (
	maxAlerts      = 200
	maxLabels      = 64
	maxName        = 200
	maxValue       = 500
	maxSummary     = 500
	maxKey         = 400
	maxFingerprint = 64
)

func text(s string, limit int) string { return foreign.Text(s, limit) }

func link(s string) string { return foreign.Link(s) }

// key is a group's key, in which nothing may be lost that tells it from others:
// one that has to be changed carries its hash.
func key(s string) string {
	clean := text(s, maxKey)
	if clean == s {
		return s
	}
	sum := sha256.Sum256([]byte(s))
	return text(clean, maxKey-17) + " " + hex.EncodeToString(sum[:8])
}

// moment reads a time; what says nothing is the zero time.
func moment(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.Year() <= 1 {
		return time.Time{}
	}
	return t.UTC()
}
