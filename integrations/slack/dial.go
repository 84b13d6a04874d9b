package slack

import (
	"context"
	"errors"
	"net"
	"os"
	"sync/atomic"
	"time"
)

// wire is a connection that notes when bytes come and gives up when none do. It
// stands below TLS, so that pings count too; the SDK's own watchdog sees only
// pings and takes up to twice as long.
type wire struct {
	net.Conn
	link   *link
	silent atomic.Bool
	once   atomic.Bool
}

func (l *link) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	d := net.Dialer{Timeout: openTimeout, KeepAlive: 15 * time.Second}
	conn, err := d.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	w := &wire{Conn: conn, link: l}
	l.mu.Lock()
	l.conn = w
	l.gen++
	l.mu.Unlock()
	return w, nil
}

// Read waits for bytes no longer than a link may be silent.
func (w *wire) Read(p []byte) (int, error) {
	_ = w.SetReadDeadline(time.Now().Add(w.link.s.opt.DeadAfter))
	n, err := w.Conn.Read(p)
	if n > 0 {
		w.link.s.state.heard(w.link.n)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		w.silent.Store(true)
	}
	return n, err
}

// Close tells that the link is down, once.
func (w *wire) Close() error {
	err := w.Conn.Close()
	if w.once.CompareAndSwap(false, true) {
		w.link.closed(w)
	}
	return err
}

// closed notes the end of a connection, or of whichever there is.
func (l *link) closed(w *wire) {
	l.mu.Lock()
	if w != nil && l.conn != w {
		l.mu.Unlock()
		return
	}
	silent := l.conn != nil && l.conn.silent.Load()
	l.conn = nil
	l.mu.Unlock()
	l.s.state.down(l.n, silent)
}
