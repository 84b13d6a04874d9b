package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// figures are what a story came to.
type figures struct {
	seed           uint64
	actions, kills int
	took           time.Duration
	faults         map[string]int
	counts         map[string]int
}

func (ta *tale) figures() figures {
	ta.mu.Lock()
	defer ta.mu.Unlock()
	return figures{
		seed: ta.seed, actions: int(ta.acted.Load()), kills: ta.kills, took: time.Since(ta.begun),
		faults: maps.Clone(ta.faults), counts: maps.Clone(ta.counts),
	}
}

// add sums up stories.
func (f *figures) add(o figures) {
	if f.faults == nil {
		f.faults, f.counts = map[string]int{}, map[string]int{}
	}
	f.seed, f.actions, f.kills, f.took = o.seed, f.actions+o.actions, f.kills+o.kills, f.took+o.took
	for k, n := range o.faults {
		f.faults[k] += n
	}
	for k, n := range o.counts {
		f.counts[k] += n
	}
}

// String is the line that the README quotes. It is only printed when nothing was
// lost and nothing was done twice, except in the message of a failure.
func (f figures) String() string {
	total := 0
	var kinds []string
	for _, k := range slices.Sorted(maps.Keys(f.faults)) {
		total += f.faults[k]
		kinds = append(kinds, fmt.Sprintf("%d %s", f.faults[k], k))
	}
	return fmt.Sprintf("zero loss: seed %d: %d actions by 8 people, %d kills, %d faults (%s): %d messages equal, %d edits, %d deletions, "+
		"%d commands, %d mentions, %d deploys, %d alerts, %d calls for help, %d dispatches, %d incidents in %d channels, %d posts, %d files, 0 lost, 0 twice, %d gaps stated, %d claims checked, in %s",
		f.seed, f.actions, f.kills, total, strings.Join(kinds, ", "), f.counts["messages equal"], f.counts["edits"], f.counts["deletions"],
		f.counts["commands"]+f.counts["dialogs"]+f.counts["declarations"]+f.counts["pages"], f.counts["mentions in effect"], f.counts["deploys"], f.counts["alerts"],
		f.counts["calls for help"], f.counts["dispatches"], f.counts["incidents"], f.counts["channels"], f.counts["posts"], f.counts["files"],
		f.counts["gaps stated"], f.counts["claims checked"], f.took.Round(100*time.Millisecond))
}
