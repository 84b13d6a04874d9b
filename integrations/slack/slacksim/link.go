package slacksim

import (
	"encoding/json"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// link is one open WebSocket. Two goroutines: the HTTP handler reads, write writes.
type link struct {
	hub  *hub
	conn *websocket.Conn
	tap  *tap
	n    int

	mu     sync.Mutex
	out    [][]byte // nil entry: close
	wake   chan struct{}
	gone   chan struct{}
	once   sync.Once
	silent bool // half open: guarded by mu
	ready  bool // guarded by hub.mu: hello is out, payloads may come
}

// send queues a frame; a half-open link swallows it.
func (l *link) send(frame []byte) {
	l.mu.Lock()
	if !l.silent {
		l.out = append(l.out, frame)
	}
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// finish closes after what is queued has been sent.
func (l *link) finish() { l.send(nil) }

// cut closes the TCP connection without a word.
func (l *link) cut() {
	l.once.Do(func() { close(l.gone) })
	_ = l.conn.NetConn().Close()
}

func (l *link) isSilent() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.silent
}

// hush makes the link half open.
func (l *link) hush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.silent, l.out = true, nil
}

func (l *link) write() {
	ping := time.NewTicker(l.hub.s.opt.PingEvery)
	defer ping.Stop()
	defer l.cut()
	for {
		select {
		case <-l.gone:
			return
		case <-ping.C:
			if l.isSilent() {
				continue
			}
			if l.conn.WriteControl(websocket.PingMessage, []byte("Ping from "+l.hub.s.opt.Domain), time.Now().Add(time.Second)) != nil {
				return
			}
		case <-l.wake:
			if !l.flush() {
				return
			}
		}
	}
}

func (l *link) flush() bool {
	l.mu.Lock()
	frames := l.out
	l.out = nil
	l.mu.Unlock()
	for _, f := range frames {
		_ = l.conn.SetWriteDeadline(time.Now().Add(5 * time.Second))
		if f == nil {
			msg := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
			_ = l.conn.WriteControl(websocket.CloseMessage, msg, time.Now().Add(time.Second))
			return false
		}
		if l.conn.WriteMessage(websocket.TextMessage, f) != nil {
			return false
		}
	}
	return true
}

// read takes acknowledgements until the link ends.
func (l *link) read() {
	defer l.cut()
	l.conn.SetPingHandler(func(data string) error {
		if l.isSilent() {
			return nil
		}
		err := l.conn.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(time.Second))
		if _, ok := errors.AsType[net.Error](err); ok {
			return nil
		}
		return err
	})
	for {
		kind, frame, err := l.conn.ReadMessage()
		if err != nil {
			return
		}
		split := l.tap != nil && l.tap.pop()
		if kind != websocket.TextMessage || l.isSilent() {
			continue
		}
		l.acknowledge(frame, split)
	}
}

// maxAck: a response of 20,480 bytes or more is silently ignored.
const maxAck = 20480

func (l *link) acknowledge(frame []byte, split bool) {
	var a struct {
		EnvelopeID string          `json:"envelope_id"`
		Payload    json.RawMessage `json:"payload"`
	}
	log := l.hub.s.opt.Logger
	switch {
	case len(frame) >= maxAck:
		log.Warn("slacksim: acknowledgement ignored: too big", "bytes", len(frame))
	case split:
		log.Warn("slacksim: acknowledgement ignored: came in several frames", "bytes", len(frame))
	case json.Unmarshal(frame, &a) != nil || a.EnvelopeID == "":
		log.Warn("slacksim: frame ignored: no envelope_id", "bytes", len(frame))
	default:
		l.hub.ack(l, a.EnvelopeID, a.Payload)
	}
}
