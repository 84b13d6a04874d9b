package pagerduty

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"
)

const (
	// maxAnswer bounds what is read of one answer; 2,000 notes are the largest that
	// is asked for.
	maxAnswer = 32 << 20
	// maxRefusal bounds what is read of a refusal.
	maxRefusal = 64 << 10
)

var errTooLarge = errors.New("the answer is too large")

func newTransport() *http.Transport {
	t := &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}
	t.MaxIdleConnsPerHost, t.IdleConnTimeout = 8, 60*time.Second
	t.TLSHandshakeTimeout = 10 * time.Second
	return t
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

// trip is what happened to one request. go-pagerduty tells neither the cause of a
// transport error nor the headers of a refusal.
type trip struct {
	sent    atomic.Bool // it had a connection
	status  int         // of the answer
	failed  error       // the transport's error
	refused *refusal    // an answer that is not 2xx
}

type tripKey struct{}

func withTrip(ctx context.Context, t *trip) context.Context {
	return context.WithValue(ctx, tripKey{}, t)
}

// done reports whether PagerDuty said that it was done.
func (t *trip) done() bool { return t.status >= 200 && t.status <= 299 }

// guard is go-pagerduty's way out. The token is in the request already.
type guard struct{ http *http.Client }

// Do sends a request and notes what happened on the trip in its context.
func (g guard) Do(r *http.Request) (*http.Response, error) {
	t, ok := r.Context().Value(tripKey{}).(*trip)
	if !ok {
		t = &trip{}
	}
	if r.Header.Get("From") == "" {
		r.Header.Del("From") // Empty, it names nobody but is there.
	}
	r.Header.Set("User-Agent", "backout")
	r = r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { t.sent.Store(true) }}))
	resp, err := g.http.Do(r) //nolint:bodyclose // The caller closes it.
	if err != nil {
		t.failed = withoutURL(err)
		return nil, err
	}
	t.status = resp.StatusCode
	resp.Body = &bounded{ReadCloser: resp.Body, left: maxAnswer}
	if !t.done() {
		t.refused = refusalOf(resp)
	}
	return resp, nil
}

// withoutURL drops the address, whose query may hold that of a person.
func withoutURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
