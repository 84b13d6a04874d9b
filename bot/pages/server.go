package pages

import (
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Limits keep slow, greedy and many clients from holding a server. What is 0 is
// the usual.
type Limits struct {
	// Header bounds how long a request's head may take, Read the whole of it, Write
	// everything from its end to the end of the answer, Idle the wait for the next.
	Header, Read, Write, Idle time.Duration
	// HeaderBytes bounds a request's head.
	HeaderBytes int
	// Connections bounds how many are open at once. Those beyond are closed before
	// anything is read, so that a flood costs neither memory nor a goroutine each.
	Connections int
}

func (l Limits) filled() Limits {
	fill := func(d *time.Duration, usual time.Duration) {
		if *d == 0 {
			*d = usual
		}
	}
	fill(&l.Header, 5*time.Second)
	fill(&l.Read, 15*time.Second)
	fill(&l.Write, 60*time.Second)
	fill(&l.Idle, 30*time.Second)
	if l.HeaderBytes == 0 {
		l.HeaderBytes = 64 << 10
	}
	if l.Connections == 0 {
		l.Connections = 2000
	}
	return l
}

// Server gives an HTTP server for the handler. What net/http itself has to say goes
// to the log, and not past it to standard error.
func Server(h http.Handler, l Limits, log *slog.Logger) *http.Server {
	l = l.filled()
	s := &http.Server{
		Handler: h, ReadHeaderTimeout: l.Header, ReadTimeout: l.Read, WriteTimeout: l.Write, IdleTimeout: l.Idle,
		MaxHeaderBytes: l.HeaderBytes,
	}
	if log != nil {
		s.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelWarn)
	}
	return s
}

// Bounded lets no more connections be open at once than the limits say. It counts
// those that it closes as backout_http_turned_away_total.
func Bounded(l net.Listener, limits Limits, m Meter) net.Listener {
	return &bounded{Listener: l, slots: make(chan struct{}, limits.filled().Connections), meter: m}
}

type bounded struct {
	net.Listener
	slots chan struct{}
	meter Meter
}

// Accept waits for a connection for which there is room.
func (b *bounded) Accept() (net.Conn, error) {
	for {
		c, err := b.Listener.Accept()
		if err != nil {
			return nil, err
		}
		select {
		case b.slots <- struct{}{}:
			return &slotted{Conn: c, free: sync.OnceFunc(func() { <-b.slots })}, nil
		default:
			_ = c.Close() // nothing was promised to it
			if b.meter != nil {
				b.meter.Count("backout_http_turned_away_total")
			}
		}
	}
}

type slotted struct {
	net.Conn
	free func()
}

// Close gives the room back.
func (s *slotted) Close() error {
	err := s.Conn.Close()
	s.free()
	return err
}
