package slacksim

import (
	"encoding/json"
	"fmt"
)

// Submit presses the submit button. nil means that the app took it: the view was
// closed, updated, or another was pushed. ErrRefused means errors at fields; any
// other error is what Slack shows (no answer in time, an answer it cannot use).
func (m *Modal) Submit() error {
	s := m.p.s
	s.mu.Lock()
	payload, err := m.submission()
	s.mu.Unlock()
	if err != nil {
		return err
	}
	out, err := s.hub.ask("interactive", "view_submission", payload)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		return fmt.Errorf("%w (%w)", errConnecting, err)
	}
	return m.settle(out)
}

// submission checks what the client checks and makes the payload. Needs mu.
func (m *Modal) submission() (map[string]any, error) {
	v := m.v
	switch {
	case v.closed:
		return nil, fmt.Errorf("the dialog is closed already")
	case v.body["submit_disabled"] == true:
		return nil, fmt.Errorf("the submit button is disabled")
	case v.body["submit"] == nil:
		return nil, fmt.Errorf("the dialog has no submit button")
	}
	state := formState(v.blocks, v.values)
	v.errors = nil
	for _, b := range v.blocks {
		b, _ := b.(map[string]any)
		if b["type"] != "input" {
			continue
		}
		el, _ := b["element"].(map[string]any)
		bid := fmt.Sprint(b["block_id"])
		fields, _ := state[bid].(map[string]any)
		st, _ := fields[fmt.Sprint(el["action_id"])].(map[string]any)
		if e := fieldError(b, el, st); e != "" {
			v.fault(bid, e)
		}
	}
	if len(v.errors) > 0 {
		return nil, fmt.Errorf("%w: %v", ErrRefused, v.errors)
	}
	p := m.p.interaction("view_submission")
	p["view"], p["trigger_id"] = m.p.s.renderView(v), m.p.s.newTrigger(m.p.u, v.id)
	p["response_urls"] = m.responseURLs()
	return p, nil
}

func (v *view) fault(block, text string) {
	if v.errors == nil {
		v.errors = map[string]string{}
	}
	v.errors[block] = text
}

func fieldError(block, el, state map[string]any) string {
	if emptyState(state) {
		if block["optional"] == true {
			return ""
		}
		return "Please complete this required field."
	}
	t, _ := state["value"].(string)
	if least, ok := el["min_length"].(float64); ok && len([]rune(t)) < int(least) {
		return fmt.Sprintf("Please enter at least %v characters.", least)
	}
	return ""
}

// responseURLs come for conversation selects with response_url_enabled.
func (m *Modal) responseURLs() []any {
	out := []any{}
	for _, b := range m.v.blocks {
		b, _ := b.(map[string]any)
		el, _ := b["element"].(map[string]any)
		if el["response_url_enabled"] != true {
			continue
		}
		key, initial, _ := stateKey(kindOf(el))
		id, _ := el[initial].(string)
		if st := m.v.values[fmt.Sprint(b["block_id"])][fmt.Sprint(el["action_id"])]; st != nil {
			id, _ = st[key].(string)
		}
		if ch := m.p.s.w.channels[id]; ch != nil {
			_, url := m.p.s.newResponse(ch, m.p.u, nil)
			out = append(out, map[string]any{"block_id": b["block_id"], "action_id": el["action_id"], "channel_id": ch.id, "response_url": url})
		}
	}
	return out
}

// settle does what the acknowledgement of a submission says. Needs mu.
func (m *Modal) settle(payload json.RawMessage) error {
	s := m.p.s
	var in struct {
		Action string            `json:"response_action"`
		View   map[string]any    `json:"view"`
		Errors map[string]string `json:"errors"`
	}
	if len(payload) > 0 && json.Unmarshal(payload, &in) != nil {
		return errConnecting
	}
	switch in.Action {
	case "":
		s.closeView(m.v)
		return nil
	case "clear":
		if stack := s.w.stacks[m.p.u.id]; len(stack) > 0 {
			s.closeView(stack[0])
		}
		return nil
	case "errors":
		return m.refused(in.Errors)
	case "update":
		if err := s.checkView(in.View, "modal", m.v.id); err != nil || m.v.closed {
			return m.unusable(err)
		}
		s.setView(m.v, in.View)
		return nil
	case "push":
		err := s.checkView(in.View, "modal", "")
		if n := len(s.w.stacks[m.p.u.id]); err != nil || n == 0 || n >= 3 {
			return m.unusable(err)
		}
		s.push(m.p.u, in.View)
		return nil
	}
	return errConnecting
}

// refused shows errors at fields; each key must be the block_id of an input block.
func (m *Modal) refused(errs map[string]string) error {
	inputs := map[string]bool{}
	for _, b := range m.v.blocks {
		if b, _ := b.(map[string]any); b["type"] == "input" {
			inputs[fmt.Sprint(b["block_id"])] = true
		}
	}
	if len(errs) == 0 {
		return m.unusable(nil)
	}
	for id := range errs {
		if !inputs[id] {
			return m.unusable(fmt.Errorf("error for %q, which is no input block", id))
		}
	}
	m.v.errors = errs
	m.p.s.touch()
	return fmt.Errorf("%w: %v", ErrRefused, errs)
}

func (m *Modal) unusable(err error) error {
	m.p.s.opt.Logger.Warn("slacksim: unusable answer to a submission", "error", err)
	if err != nil {
		return fmt.Errorf("%w (%w)", errConnecting, err)
	}
	return errConnecting
}
