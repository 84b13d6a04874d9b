package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"
)

// The proof that nothing is lost and nothing done twice: a random story of eight
// people, played against the production command as a process, while everything
// around it fails and the process is killed with SIGKILL. In the end Slack's own
// history, and what GitHub and PagerDuty were told, are compared with the record
// as the bot's API shows it.
//
// zeroloss_world_test.go sets the stage, zeroloss_actions_test.go has people act,
// zeroloss_faults_test.go is the weather, and zeroloss_judge_test.go and the files
// beside it compare.

// Variables of the environment that set the proof.
const (
	// seedVar repeats a story. People, faults and the process run side by side, so
	// the same seed gives the same plan and not the same interleaving.
	seedVar = "BACKOUT_SEED"
	// soakVar, not empty, asks for the long form of each proof.
	soakVar = "BACKOUT_SOAK"
)

// soaking reports whether the long form of a proof was asked for.
func soaking() bool { return os.Getenv(soakVar) != "" }

// seedOf is the seed that was set, or one that was never used.
func seedOf(t *testing.T) uint64 {
	t.Helper()
	v := os.Getenv(seedVar)
	if v == "" {
		return rand.Uint64N(1_000_000)
	}
	n, err := strconv.ParseUint(v, 10, 64)
	if err != nil {
		t.Fatalf("%s wants a number: %v", seedVar, err)
	}
	return n
}

// length is how much happens in a story, at least.
type length struct{ actions, kills int }

// TestZeroLoss plays one short story, or with BACKOUT_SOAK as many longer ones as
// it takes to kill the bot a thousand times.
func TestZeroLoss(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a story in real time")
	}
	seed := seedOf(t)
	if !soaking() {
		t.Log(playTale(t, seed, length{actions: 300, kills: 10}))
		return
	}
	const wanted = 1000
	var all figures
	for begun := time.Now(); all.kills < wanted; seed++ {
		ok := t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			f := playTale(t, seed, length{actions: 600, kills: 25})
			t.Log(f)
			all.add(f)
		})
		if !ok {
			t.Fatalf("after %d kills in %s", all.kills, time.Since(begun).Round(time.Second))
		}
	}
	t.Logf("all stories up to %v", all)
}

// playTale plays one story and judges it.
func playTale(t *testing.T, seed uint64, long length) figures {
	t.Helper()
	ta := newTale(t, seed)
	ta.plays(long)
	ta.judges()
	return ta.figures()
}
