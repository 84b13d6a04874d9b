package slacksim

import (
	"encoding/binary"
	"net"
)

// tapListener's connections can tell whether a WebSocket message came in several
// frames. Slack silently ignores acknowledgements that did, and the WebSocket
// library joins frames before anybody sees them, so the bytes are watched here.
type tapListener struct{ net.Listener }

func (l tapListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &tap{Conn: c}, nil
}

// tap reads along once armed. Read and pop happen on the link's reader only.
type tap struct {
	net.Conn
	armed bool
	head  []byte // of the frame at hand, until it is complete
	skip  uint64 // payload bytes still to pass
	split bool   // a message with continuation frames is open
	done  []bool // for each complete message: was it split?
}

func (t *tap) Read(p []byte) (int, error) {
	n, err := t.Conn.Read(p)
	if t.armed {
		t.watch(p[:n])
	}
	return n, err
}

// pop says whether the next complete message was split.
func (t *tap) pop() bool {
	if len(t.done) == 0 {
		return false
	}
	split := t.done[0]
	t.done = t.done[1:]
	return split
}

func (t *tap) watch(b []byte) {
	for len(b) > 0 {
		if t.skip > 0 {
			n := min(uint64(len(b)), t.skip)
			t.skip -= n
			b = b[n:]
			continue
		}
		t.head = append(t.head, b[0])
		b = b[1:]
		if size, ok := frameSize(t.head); ok {
			t.frame()
			t.head, t.skip = t.head[:0], size
		}
	}
}

// frame notes a complete header: opcodes 1 and 2 begin a message, 0 continues it,
// 8 and above are control frames, which may stand between.
func (t *tap) frame() {
	last, op := t.head[0]&0x80 != 0, t.head[0]&0x0f
	switch {
	case op >= 8:
	case last:
		t.done = append(t.done, t.split || op == 0)
		t.split = false
	default:
		t.split = true
	}
}

// frameSize reads the payload's size once the header (with mask) is complete.
func frameSize(h []byte) (uint64, bool) {
	if len(h) < 2 {
		return 0, false
	}
	need, size := 2, uint64(h[1]&0x7f)
	switch size {
	case 126:
		need = 4
	case 127:
		need = 10
	}
	mask := 0
	if h[1]&0x80 != 0 {
		mask = 4
	}
	if len(h) < need+mask {
		return 0, false
	}
	switch size {
	case 126:
		size = uint64(binary.BigEndian.Uint16(h[2:4]))
	case 127:
		size = binary.BigEndian.Uint64(h[2:10])
	}
	return size, true
}
