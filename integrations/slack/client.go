package slack

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/slack-go/slack"

	strangers "backout/integrations/foreign"
	"backout/timeline"
)

// ClientOptions are what a Client is made from.
type ClientOptions struct {
	// BotToken is the xoxb- token.
	BotToken string
	// APIURL is the base of the Web API, for tests; empty means Slack's.
	APIURL string
	// Timeout bounds one call; 0 means 10 s. Uploads of bytes get six times that.
	Timeout time.Duration
	// Hurry multiplies the calls per minute that are made at most; 0 means 1. It is
	// for tests with a Slack whose limits are scaled the same.
	Hurry float64
	// Now is the clock of data; nil means the system's.
	Now   func() time.Time
	Meter Meter
	Log   *slog.Logger
}

// Client is the Web API. All methods are safe for concurrent use; Close waits for
// what it does in the background. Errors are *timeline.Trouble.
type Client struct {
	opt    ClientOptions
	api    *slack.Client
	http   *http.Client
	base   string
	queues queues
	people people
	groups groups
	places places

	ctx    context.Context
	cancel context.CancelFunc
	mu     sync.Mutex // guards me and closed
	me     identity
	closed bool
	work   sync.WaitGroup
}

// identity is who we are, by auth.test.
type identity struct {
	user, bot, name, team, url string
}

// NewClient makes a client. Nothing is called before it is used.
func NewClient(opt ClientOptions) *Client {
	if opt.Timeout == 0 {
		opt.Timeout = 10 * time.Second
	}
	if opt.Hurry == 0 {
		opt.Hurry = 1
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Meter == nil {
		opt.Meter = noMeter{}
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.APIURL == "" {
		opt.APIURL = slack.APIURL
	}
	opt.APIURL = strings.TrimSuffix(opt.APIURL, "/") + "/"
	c := &Client{opt: opt, base: opt.APIURL, queues: queues{now: opt.Now, hurry: opt.Hurry, list: map[string]*queue{}}}
	c.http = &http.Client{Transport: strangers.Unechoed{Next: newTransport(), Secrets: []string{opt.BotToken}}, CheckRedirect: stay}
	c.api = slack.New(opt.BotToken, slack.OptionAPIURL(opt.APIURL), slack.OptionHTTPClient(c.http))
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.people.init()
	c.groups.init()
	c.places.init()
	return c
}

// stay follows no redirect. Slack makes none, and the token would go along: some
// calls carry it in their body, which a redirect may have sent again to anybody.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// newTransport keeps connections open: a declaration makes many calls at once.
func newTransport() *http.Transport {
	t := &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}
	t.MaxIdleConnsPerHost, t.IdleConnTimeout = 16, 90*time.Second
	t.TLSHandshakeTimeout = 10 * time.Second
	return t
}

// Close ends what runs in the background and waits for it. It may be called more
// than once.
func (c *Client) Close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.cancel()
	c.work.Wait()
	c.http.CloseIdleConnections()
}

// background runs f until Close, unless the client is closed already.
func (c *Client) background(f func(ctx context.Context)) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.work.Go(func() { c.contained(func() { f(c.ctx) }) })
	return true
}

// Identify learns who we are. While Slack cannot be reached it tries again, at
// most 30 s apart; it returns an error when no token of this kind will ever do, or
// when ctx ends.
func (c *Client) Identify(ctx context.Context) error {
	delays := backoff.NewExponentialBackOff()
	delays.InitialInterval, delays.MaxInterval = time.Second, 30*time.Second
	for {
		var r *slack.AuthTestResponse
		err := c.call(ctx, read("auth.test", "Backout could not sign in to Slack"), func(ctx context.Context) (err error) {
			r, err = c.api.AuthTestContext(ctx)
			return err
		})
		if err == nil {
			c.setIdentity(identity{user: r.UserID, bot: r.BotID, name: r.User, team: r.TeamID, url: strings.TrimSuffix(r.URL, "/") + "/"})
			return nil
		}
		if isFatal(err) || ctx.Err() != nil {
			return err
		}
		c.opt.Log.Warn("Slack does not answer yet", "error", err)
		if err := sleep(ctx, delays.NextBackOff()); err != nil {
			return err
		}
	}
}

func (c *Client) setIdentity(me identity) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.me = me
}

func (c *Client) identity() identity {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.me
}

// BotUserID is the bot's user id, or "" before Identify.
func (c *Client) BotUserID() string { return c.identity().user }

// job describes a call: its method, the queue it stands in beside that of the
// method, and what has failed when it fails.
type job struct {
	method, channel, doing string
	// wait has the call wait for its turn and for Retry-After; else it is refused
	// with Trouble.After, because waiting belongs to the outbox.
	wait    bool
	timeout time.Duration
}

func read(method, doing string) job  { return job{method: method, doing: doing, wait: true} }
func write(method, doing string) job { return job{method: method, doing: doing} }

// call performs f in its turn, with a timeout, and sorts its error.
func (c *Client) call(ctx context.Context, j job, f func(ctx context.Context) error) error {
	lines := []*queue{c.methodQueue(j.method)}
	if j.channel != "" {
		lines = append(lines, c.queues.get(j.method+" "+j.channel, postsPerMinute, postBurst))
	}
	for {
		if err := c.turn(ctx, j, lines); err != nil {
			return err
		}
		err := c.once(ctx, j, f)
		fate, _, wait := fateOf(err)
		if err != nil && fate == later {
			// The narrowest queue is blocked: Slack limits messages per channel first.
			lines[len(lines)-1].block(wait)
			if j.wait && ctx.Err() == nil {
				continue
			}
		}
		return troubleOf(j.doing, err)
	}
}

func (c *Client) methodQueue(method string) *queue {
	perMinute, burst := pace(method)
	return c.queues.get(method, perMinute, burst)
}

func (c *Client) turn(ctx context.Context, j job, lines []*queue) error {
	for _, q := range lines {
		if j.wait {
			if err := q.wait(ctx); err != nil {
				return &timeline.Trouble{Sentence: j.doing + ": Slack's limits left no time for it", After: time.Second, Cause: err}
			}
		} else if d := q.try(); d > 0 {
			c.opt.Meter.Count("backout_slack_calls_total", j.method, "held")
			return &timeline.Trouble{Sentence: j.doing + ": Slack's limits make it wait", After: d}
		}
	}
	return nil
}

func (c *Client) once(ctx context.Context, j job, f func(ctx context.Context) error) error {
	timeout := j.timeout
	if timeout == 0 {
		timeout = c.opt.Timeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := f(ctx)
	c.opt.Meter.Count("backout_slack_calls_total", j.method, outcome(err))
	return err
}

func outcome(err error) string {
	if err == nil {
		return "done"
	}
	switch f, _, _ := fateOf(err); f {
	case later:
		return "limited"
	case unsure:
		return "unsure"
	case unsent:
		return "unreachable"
	}
	return "refused"
}

// codeOf is Slack's error code in err, or "".
func codeOf(err error) string {
	said, _ := errors.AsType[slack.SlackErrorResponse](err)
	return said.Err
}
