package slacksim

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// errConnecting is what a dialog shows when the app's answer was none or nonsense.
const errConnecting = slackError("we had some trouble connecting, try again?")

// ErrRefused is Submit's error when the app answered with errors for fields, or
// the client found a required field empty: see Modal.Errors.
var ErrRefused = errors.New("the dialog was refused")

// Modal is a dialog in front of a person: one view of the stack. It stays valid
// through updates of that view; after a push ask Person.Modal for the new top.
type Modal struct {
	p *Person
	v *view
}

func (m *Modal) place() spot { return spot{view: m.v} }

// Modal waits for a dialog and returns the one on top.
func (p *Person) Modal() (*Modal, error) {
	m := &Modal{p: p}
	err := p.s.wait("a dialog in front of @"+p.u.name, func() bool {
		stack := p.s.w.stacks[p.u.id]
		if len(stack) == 0 {
			return false
		}
		m.v = stack[len(stack)-1]
		return true
	})
	return m, err
}

// HasModal says whether a dialog is open now.
func (p *Person) HasModal() bool {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return len(p.s.w.stacks[p.u.id]) > 0
}

func (m *Modal) locked(f func()) {
	m.p.s.mu.Lock()
	defer m.p.s.mu.Unlock()
	f()
}

// ID is the view's id.
func (m *Modal) ID() string { return m.v.id }

// CallbackID is the view's callback_id.
func (m *Modal) CallbackID() (id string) {
	m.locked(func() { id, _ = m.v.body["callback_id"].(string) })
	return id
}

// Title is its title.
func (m *Modal) Title() (t string) {
	m.locked(func() { t = objectText(m.v.body["title"]) })
	return t
}

// Text is the dialog as plain text, title and errors included.
func (m *Modal) Text() (t string) {
	m.locked(func() { t = m.text() })
	return t
}

func (m *Modal) text() string {
	parts := append([]string{objectText(m.v.body["title"])}, m.p.s.flattenBlocks(m.v.blocks)...)
	for _, e := range m.v.errors {
		parts = append(parts, e)
	}
	return strings.Join(parts, "\n")
}

// JSON is the view, with its state.
func (m *Modal) JSON() (b json.RawMessage) {
	m.locked(func() { b = mustJSON(m.p.s.renderView(m.v)) })
	return b
}

// Open says whether it is still open.
func (m *Modal) Open() (open bool) {
	m.locked(func() { open = !m.v.closed })
	return open
}

// Errors are the errors by block_id after Submit.
func (m *Modal) Errors() (errs map[string]string) {
	m.locked(func() { errs = maps.Clone(m.v.errors) })
	return errs
}

// Sees waits until the dialog contains the text.
func (m *Modal) Sees(text string) error {
	err := m.p.s.wait(fmt.Sprintf("a dialog with %q", text), func() bool { return strings.Contains(m.text(), text) })
	if err != nil {
		return fmt.Errorf("%w; it says: %s", err, m.Text())
	}
	return nil
}

// Fill fills a field, found by label, placeholder, block_id or action_id. Fields
// outside input blocks, and those with dispatch_action, tell the app at once.
func (m *Modal) Fill(field string, values ...string) error {
	_, err := m.p.Chooses(m, field, values...)
	return err
}

// Clicks presses a button in the dialog.
func (m *Modal) Clicks(button string) error {
	_, err := m.p.Clicks(m, button)
	return err
}

// Close presses Cancel: this view goes, the one below shows again.
func (m *Modal) Close() error { return m.leave(false) }

// Dismiss presses ×: all views go.
func (m *Modal) Dismiss() error { return m.leave(true) }

func (m *Modal) leave(all bool) error {
	s := m.p.s
	s.mu.Lock()
	if m.v.closed {
		s.mu.Unlock()
		return errors.New("the dialog is closed already")
	}
	all = all || m.v.body["clear_on_close"] == true
	gone := []*view{m.v}
	if all {
		gone = append([]*view(nil), s.w.stacks[m.p.u.id]...)
	}
	var tell []map[string]any
	for _, v := range slices.Backward(gone) {
		if v.body["notify_on_close"] == true {
			p := m.p.interaction("view_closed")
			p["view"], p["is_cleared"] = s.renderView(v), all
			tell = append(tell, p)
		}
		s.closeView(v)
	}
	s.mu.Unlock()
	var err error
	for _, p := range tell {
		_, e := s.hub.ask("interactive", "view_closed", p)
		err = errors.Join(err, e)
	}
	return err
}

// closeView takes a view, and what was pushed over it, off the stack. Needs mu.
func (s *Server) closeView(v *view) {
	stack := s.w.stacks[v.user.id]
	for i, o := range stack {
		if o == v {
			for _, over := range stack[i:] {
				over.closed = true
			}
			s.w.stacks[v.user.id] = stack[:i:i]
			break
		}
	}
	v.closed = true
	s.touch()
}
