package slacksim

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Home is a person's Home tab of the app.
type Home struct{ p *Person }

func (h Home) place() spot {
	h.p.s.mu.Lock()
	defer h.p.s.mu.Unlock()
	return spot{view: h.p.s.w.homes[h.p.u.id]}
}

// Home is the person's Home tab.
func (p *Person) Home() Home { return Home{p} }

// OpensHome opens the Home tab, which tells the app.
func (p *Person) OpensHome() error { return p.opens("home") }

// OpensMessages opens the Messages tab, which tells the app by the same event.
func (p *Person) OpensMessages() error { return p.opens("messages") }

func (p *Person) opens(tab string) error {
	s := p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	ev := map[string]any{"type": "app_home_opened", "user": p.u.id, "channel": s.dm(p.u).id, "tab": tab}
	if v := s.w.homes[p.u.id]; v != nil && tab == "home" {
		ev["view"] = s.renderView(v)
	}
	s.emit(nil, ev)
	s.touch()
	return nil
}

// text needs mu.
func (h Home) text() string {
	v := h.p.s.w.homes[h.p.u.id]
	if v == nil {
		return ""
	}
	return strings.Join(h.p.s.flattenBlocks(v.blocks), "\n")
}

// Text is the tab as plain text, "" before the app published it.
func (h Home) Text() string {
	h.p.s.mu.Lock()
	defer h.p.s.mu.Unlock()
	return h.text()
}

// JSON is the published view, nil before.
func (h Home) JSON() json.RawMessage {
	h.p.s.mu.Lock()
	defer h.p.s.mu.Unlock()
	v := h.p.s.w.homes[h.p.u.id]
	if v == nil {
		return nil
	}
	return mustJSON(h.p.s.renderView(v))
}

// Sees waits until the tab contains the text.
func (h Home) Sees(text string) error {
	err := h.p.s.wait(fmt.Sprintf("a Home tab with %q", text), func() bool { return strings.Contains(h.text(), text) })
	if err != nil {
		return fmt.Errorf("%w; it says: %s", err, h.Text())
	}
	return nil
}
