package githubsim

import (
	"strings"
	"time"
)

// DefaultToken is the accepted token when Options name none. It has the shape of a
// classic personal access token, so that redaction can be tested with it.
const DefaultToken = "ghp_" + "GithubsimGithubsimGithubsimGithubsim"

// RunDetailsMode is how a server of some age treats return_run_details.
type RunDetailsMode int

// The modes. Servers of the last two kinds do not know API version 2026-03-10.
const (
	// RunDetailsSupported answers 200 with the run, as github.com does.
	RunDetailsSupported RunDetailsMode = iota
	// RunDetailsIgnored answers 204 whatever is asked for.
	RunDetailsIgnored
	// RunDetailsRefused answers 422: the field is unknown.
	RunDetailsRefused
)

// Options describe the server. The zero value is github.com with one token that
// may do everything.
type Options struct {
	// Addr is the address to listen on, "127.0.0.1:0" by default.
	Addr string
	// Clock stamps data; nil is time.Now.
	Clock func() time.Time
	// Seed makes ids and hashes repeatable; two servers with one seed and the same
	// order of calls give out the same ones.
	Seed int64

	// Token is the accepted bearer, DefaultToken when empty.
	Token string
	// Login is the token's owner, "backout-bot" when empty.
	Login string
	// Permissions narrow the token and the installed App, by the names of
	// fine-grained tokens: {"actions": "read", "contents": "write"}. Nil is
	// everything; metadata is always included.
	Permissions map[string]string
	// NoPush takes the push access away that keeps labels and assignees of new
	// issues from being dropped without a word.
	NoPush bool

	// APIPrefix is "" for github.com and "/api/v3" for an Enterprise server.
	APIPrefix string
	// RunDetails is what the server makes of return_run_details.
	RunDetails RunDetailsMode

	// ListLag is how long a dispatched run is missing from lists. It can be read
	// by its id at once.
	ListLag time.Duration
	// CancelLag is how long a run goes on after its cancellation was accepted (20 ms).
	CancelLag time.Duration
	// HookDeadline is how long a receiver may take (10 s, 30 s with an APIPrefix).
	HookDeadline time.Duration

	// NoLimits switches all limits off.
	NoLimits bool
	// PrimaryLimit is the number of requests per LimitWindow and token (5,000).
	PrimaryLimit int
	// LimitWindow is the primary limit's hour.
	LimitWindow time.Duration
	// SecondaryLimit is the number of points per minute: 1 for a read, 5 for a write (900).
	SecondaryLimit int
	// ContentLimit is the number of things created per minute (80).
	ContentLimit int
	// ConcurrentLimit is the number of requests at one time (100).
	ConcurrentLimit int
}

func (o Options) withDefaults() Options {
	text := func(p *string, v string) {
		if *p == "" {
			*p = v
		}
	}
	number := func(p *int, v int) {
		if *p == 0 {
			*p = v
		}
	}
	span := func(p *time.Duration, v time.Duration) {
		if *p == 0 {
			*p = v
		}
	}
	text(&o.Addr, "127.0.0.1:0")
	text(&o.Token, DefaultToken)
	text(&o.Login, "backout-bot")
	if o.Clock == nil {
		o.Clock = time.Now
	}
	o.APIPrefix = strings.TrimSuffix(o.APIPrefix, "/")
	span(&o.CancelLag, 20*time.Millisecond)
	span(&o.HookDeadline, 10*time.Second)
	if o.APIPrefix != "" && o.HookDeadline == 10*time.Second {
		o.HookDeadline = 30 * time.Second
	}
	span(&o.LimitWindow, time.Hour)
	number(&o.PrimaryLimit, 5000)
	number(&o.SecondaryLimit, 900)
	number(&o.ContentLimit, 80)
	number(&o.ConcurrentLimit, 100)
	return o
}
