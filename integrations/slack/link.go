package slack

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	strangers "backout/integrations/foreign"
	"backout/timeline"
)

// A link that was up for less than young died young: Slack did not want it, and
// the next one is opened after a growing pause, at most maxPause.
const (
	young      = 10 * time.Second
	firstPause = 500 * time.Millisecond
	maxPause   = 30 * time.Second
)

// openTimeout bounds apps.connections.open and the handshake, each.
const openTimeout = 15 * time.Second

// link is one Socket Mode client with its own supervisor. The SDK's loop opens
// connections again by itself, without any pause; pauses are put in where it asks
// for the address, see Do.
type link struct {
	s    *Sockets
	n    int
	smc  *socketmode.Client
	http *http.Client

	mu        sync.Mutex
	conn      *wire
	gen       int // counts connections
	tries     *backoff.ExponentialBackOff
	tried     int       // openings since a link last proved good
	upAt      time.Time // when the last connection said hello, by the system's clock
	notBefore time.Time // Slack's Retry-After
	stopRun   context.CancelCauseFunc
}

func newLink(s *Sockets, n int) *link {
	l := &link{s: s, n: n, http: &http.Client{Transport: strangers.Unechoed{Next: newTransport(), Secrets: []string{s.opt.AppToken}}, Timeout: openTimeout, CheckRedirect: stay}, tries: backoff.NewExponentialBackOff()}
	l.tries.InitialInterval, l.tries.MaxInterval, l.tries.Multiplier = s.opt.scaled(firstPause), s.opt.scaled(maxPause*2/3), 2
	// The token travels in a header of this one call only.
	api := slack.New("", slack.OptionAppLevelToken(s.opt.AppToken), slack.OptionAPIURL(s.client.base), slack.OptionHTTPClient(l))
	// The SDK's watchdog comes second to ours (dial.go), which tells silence from
	// other ends.
	l.smc = socketmode.New(api, socketmode.OptionDialer(l.dialer()), socketmode.OptionPingInterval(2*s.opt.DeadAfter))
	return l
}

// dialer keeps the SDK's write buffer: acknowledgements that do not fit it are
// sent in several frames, and Slack drops those.
func (l *link) dialer() *websocket.Dialer {
	return &websocket.Dialer{
		Proxy: http.ProxyFromEnvironment, HandshakeTimeout: openTimeout, WriteBufferSize: 32 << 10, NetDialContext: l.dial,
	}
}

// Do is the HTTP client of the SDK. It is where a storm of reconnections ends.
func (l *link) Do(req *http.Request) (*http.Response, error) {
	if strings.HasSuffix(req.URL.Path, "apps.connections.open") {
		if err := l.mayOpen(req.Context()); err != nil {
			return nil, err
		}
		l.s.opt.Meter.Count("backout_slack_links_total", "opening")
	}
	return l.http.Do(req)
}

func (l *link) mayOpen(ctx context.Context) error {
	if err := sleep(ctx, l.pause()); err != nil {
		return err
	}
	begun := time.Now()
	for {
		d, changed := l.s.state.hold(l.n, time.Since(begun))
		if d <= 0 {
			break
		}
		t := time.NewTimer(d)
		select {
		case <-changed:
		case <-t.C:
		case <-ctx.Done():
		}
		t.Stop()
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return l.s.opens.Wait(ctx)
}

// pause is how long to wait before the next opening: not at all after a link that
// lived, ever longer after openings that failed or links that died young.
func (l *link) pause() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.upAt.IsZero() && time.Since(l.upAt) >= l.s.opt.scaled(young) {
		l.tries.Reset()
		l.tried = 0
	}
	l.upAt = time.Time{}
	var d time.Duration
	if l.tried > 1 { // once may be chance, and a gap costs more than a call
		d = l.tries.NextBackOff()
	}
	l.tried++
	return max(d, time.Until(l.notBefore))
}

// run keeps the link until ctx ends or it cannot be kept.
func (l *link) run(ctx context.Context) {
	defer l.http.CloseIdleConnections()
	drained := make(chan struct{})
	over := make(chan struct{})
	go func() { defer close(drained); l.drain(over) }()
	defer func() { close(over); <-drained }()
	for ctx.Err() == nil {
		rctx, cancel := context.WithCancelCause(ctx)
		l.mu.Lock()
		l.stopRun = cancel
		l.mu.Unlock()
		err := l.smc.RunContext(rctx)
		cancel(nil)
		l.closed(nil)
		if ctx.Err() == nil && isFatal(err) {
			l.s.fail(linkTrouble(err))
			return
		}
	}
}

// drain takes what the SDK tells, also while the link is being closed.
func (l *link) drain(over <-chan struct{}) {
	for {
		select {
		case e := <-l.smc.Events:
			l.told(e)
		case <-over:
			return
		}
	}
}

func (l *link) told(e socketmode.Event) {
	switch e.Type {
	case socketmode.EventTypeHello:
		l.hello()
	case socketmode.EventTypeConnectionError:
		if ce, ok := e.Data.(*slack.ConnectionErrorEvent); ok {
			l.failed(ce.ErrorObj)
		}
	case socketmode.EventTypeErrorWriteFailed:
		l.s.opt.Meter.Count("backout_slack_links_total", "write_failed")
	case socketmode.EventTypeIncomingError:
		l.s.opt.Meter.Count("backout_slack_links_total", "read_failed")
	case socketmode.EventTypeErrorBadMessage:
		if bad, ok := e.Data.(*socketmode.ErrorBadMessage); ok {
			l.badMessage(bad)
		}
	default:
		if e.Request != nil && e.Request.EnvelopeID != "" {
			l.take(frame{Type: e.Request.Type, EnvelopeID: e.Request.EnvelopeID, Payload: e.Request.Payload, Attempt: e.Request.RetryAttempt})
		}
	}
}

// badMessage reads a frame that the SDK's types refused.
func (l *link) badMessage(bad *socketmode.ErrorBadMessage) {
	var f frame
	if err := lenient(bad.Message, &f); err != nil || f.EnvelopeID == "" {
		l.s.count("", "unreadable")
		return
	}
	l.s.opt.Log.Info("the SDK could not read an envelope; it is read leniently", "type", f.Type, "error", bad.Cause)
	l.take(f)
}

func (l *link) take(f frame) {
	l.mu.Lock()
	gen := l.gen
	l.mu.Unlock()
	l.s.take(delivery{frame: f, ack: &ack{link: l, id: f.EnvelopeID, gen: gen, kind: f.Type, arrived: time.Now()}})
}

func (l *link) hello() {
	l.mu.Lock()
	alive := l.conn != nil
	if alive {
		l.upAt = time.Now()
	}
	l.mu.Unlock()
	if alive {
		l.s.opt.Meter.Count("backout_slack_links_total", "up")
		l.s.state.up(l.n)
	}
}

// failed ends the SDK's run, whose own pauses grow to 5 minutes.
func (l *link) failed(err error) {
	l.mu.Lock()
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		l.notBefore = time.Now().Add(min(limited.RetryAfter, time.Minute))
	}
	stop := l.stopRun
	l.mu.Unlock()
	if isFatal(err) {
		l.s.fail(linkTrouble(err))
	}
	l.s.opt.Meter.Count("backout_slack_links_total", "failed")
	l.s.opt.Log.Warn("a link to Slack could not be opened; it is tried again", "link", l.n, "error", cause("", err))
	stop(err)
}

// linkTrouble words an error that ends the links. It is about the app-level
// token, which has a place of its own in Slack's settings.
func linkTrouble(err error) error {
	const doing = "Backout cannot keep its link to Slack"
	t, ok := errors.AsType[*timeline.Trouble](troubleOf(doing, err))
	if !ok {
		return err
	}
	switch codeOf(err) {
	case "missing_scope":
		t.Sentence = doing + ": SLACK_APP_TOKEN lacks the scope connections:write; make a token that has it under Basic Information, App-Level Tokens"
	case "invalid_auth", "not_authed":
		t.Sentence = doing + ": Slack does not accept SLACK_APP_TOKEN; copy it from Basic Information, App-Level Tokens (it begins with xapp-)"
	}
	return t
}
