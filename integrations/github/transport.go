package github

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"
)

const (
	// maxAnswer bounds what is read of one answer: a comparison of 300 files with
	// their patches is the largest that is asked for.
	maxAnswer = 32 << 20
	// maxRefusal bounds what is read of a refusal.
	maxRefusal   = 64 << 10
	maxRedirects = 3
)

var errTooLarge = errors.New("the answer is too large")

// wire is the way to the server, for calls and for the App's own. It bounds
// bodies.
type wire struct{ *http.Transport }

func newTransport() wire {
	t := &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}
	t.MaxIdleConnsPerHost, t.IdleConnTimeout = 16, 90*time.Second
	t.TLSHandshakeTimeout = 10 * time.Second
	return wire{t}
}

// RoundTrip sends a request.
func (w wire) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := w.Transport.RoundTrip(r)
	if err == nil {
		resp.Body = &bounded{ReadCloser: resp.Body, left: maxAnswer}
	}
	return resp, err
}

// bounded fails, rather than end, when there is more than it may give.
type bounded struct {
	io.ReadCloser
	left int64
}

// Read reads at most what is left.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLarge
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// trip is what is known of a call on its way. go-github drops the transport's
// error when the context has ended, and with it whether anything was sent.
type trip struct{ sent atomic.Bool }

type tripKey struct{}

// withTrip has the guard note on t that the request, and not merely that for the
// App's token, had a connection.
func withTrip(ctx context.Context, t *trip) context.Context {
	return context.WithValue(ctx, tripKey{}, t)
}

// guard signs requests, keeps the token at home, and recognises limits.
type guard struct {
	next http.RoundTripper
	base *url.URL
	sign signer
}

// RoundTrip sends a request with the token. A limit is an error, so that
// go-github neither misses it nor makes its own calculations from it.
func (g *guard) RoundTrip(r *http.Request) (*http.Response, error) {
	r, err := g.signed(r)
	if err != nil {
		return nil, err
	}
	resp, err := g.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if l := limitOf(resp); l != nil {
		_ = resp.Body.Close() // What it said has been read.
		return nil, l
	}
	// With this header go-github leaves the limit's figures alone; else it refuses
	// every call by itself from the moment that they say 0.
	resp.Header.Set("X-From-Cache", "1")
	return resp, nil
}

func (g *guard) signed(r *http.Request) (*http.Request, error) {
	refuse := func(err error) (*http.Request, error) {
		if r.Body != nil {
			_ = r.Body.Close() // A RoundTripper closes it also when it fails.
		}
		return nil, err
	}
	if !home(g.base, r.URL) {
		return refuse(fmt.Errorf("the token is not sent to %s", r.URL.Host))
	}
	secret, err := g.sign.token(r.Context())
	if err != nil {
		return refuse(err)
	}
	ctx := r.Context()
	if t, ok := ctx.Value(tripKey{}).(*trip); ok {
		ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { t.sent.Store(true) }})
	}
	r = r.Clone(ctx)
	r.Header.Set("Authorization", "Bearer "+secret)
	return r, nil
}

// CloseIdleConnections passes it on.
func (g *guard) CloseIdleConnections() {
	if c, ok := g.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

func home(base, u *url.URL) bool { return u.Scheme == base.Scheme && u.Host == base.Host }

// stayHome follows a redirect only to the same host and with the same method: a
// POST that becomes a GET would look like success. GitHub answers with one when a
// repository was renamed.
func stayHome(base *url.URL) func(*http.Request, []*http.Request) error {
	return func(next *http.Request, via []*http.Request) error {
		if len(via) > maxRedirects || !home(base, next.URL) || next.Method != via[0].Method {
			return http.ErrUseLastResponse
		}
		return nil
	}
}
