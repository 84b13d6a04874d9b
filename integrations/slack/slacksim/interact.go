package slacksim

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// interaction is what all interactive payloads have in common. Needs mu.
func (p *Person) interaction(kind string) map[string]any {
	s := p.s
	return map[string]any{
		"type": kind, "token": "deprecated", "api_app_id": s.appID, "is_enterprise_install": false, "enterprise": nil,
		"team": map[string]any{"id": s.teamID, "domain": s.opt.Domain},
		"user": map[string]any{"id": p.u.id, "username": p.u.name, "name": p.u.name, "team_id": s.teamID},
	}
}

func isButton(el map[string]any) bool { return kindOf(el) == "button" }

func isChoice(el map[string]any) bool { return !isButton(el) && kindOf(el) != "image" }

// Clicks presses a button, found by label or action_id on the newest message at
// the place that has it, and confirms what it asks. The error says that there is
// no such button or that Slack shows a failure.
func (p *Person) Clicks(where Place, button string) (*Answer, error) {
	return p.act(where, button, isButton, func(f found) (map[string]any, error) {
		act := map[string]any{"text": f.element["text"]}
		if v := f.element["value"]; v != nil {
			act["value"] = v
		}
		return act, nil
	})
}

// Chooses picks options of a select, overflow, radio, checkboxes or picker, by
// label, value or, for people and rooms, name or id.
func (p *Person) Chooses(where Place, element string, options ...string) (*Answer, error) {
	return p.act(where, element, isChoice, func(f found) (map[string]any, error) {
		state, err := p.s.fill(f.element, options, p.suggestions(f))
		if err != nil {
			return nil, err
		}
		f.values.set(f.block, f.element, state)
		return maps.Clone(state), nil
	})
}

// act finds an element, lets use make the action of it, and sends block_actions.
func (p *Person) act(where Place, name string, want func(map[string]any) bool, use func(found) (map[string]any, error)) (*Answer, error) {
	s, sp := p.s, where.place()
	s.mu.Lock()
	f, ok := s.point(s.surfaces(p, sp), name, want)
	if !ok {
		s.mu.Unlock()
		return nil, fmt.Errorf("@%s sees nothing called %q to use there", p.u.name, name)
	}
	if f.room != nil && !f.room.isMember[p.u.id] {
		s.mu.Unlock()
		return nil, fmt.Errorf("@%s is not in #%s", p.u.name, f.room.name)
	}
	action, err := use(f)
	if err != nil || f.input() {
		s.mu.Unlock()
		return &Answer{p: p, reply: &response{}}, err
	}
	a, payload := p.blockActions(f, action)
	s.mu.Unlock()
	_, err = s.hub.ask("interactive", "block_actions", payload)
	a.err = err
	return a, err
}

// blockActions makes the payload. Needs mu.
func (p *Person) blockActions(f found, action map[string]any) (*Answer, map[string]any) {
	s := p.s
	action["type"], action["action_id"], action["block_id"] = f.element["type"], f.element["action_id"], f.block["block_id"]
	action["action_ts"] = s.now()
	out := p.interaction("block_actions")
	out["actions"] = []any{action}
	out["state"] = map[string]any{"values": formState(f.blocks, *f.values)}
	if f.view != nil {
		out["trigger_id"] = s.newTrigger(p.u, f.view.id)
		out["view"] = s.renderView(f.view)
		out["container"] = map[string]any{"type": "view", "view_id": f.view.id}
		return &Answer{p: p, reply: &response{}}, out
	}
	a, url := p.newAnswer(f.room, f.msg)
	out["trigger_id"], out["response_url"] = s.newTrigger(p.u, ""), url
	out["channel"] = map[string]any{"id": f.room.id, "name": s.commandRoom(f.room)}
	box := map[string]any{"type": "message", "message_ts": f.msg.ts, "channel_id": f.room.id, "is_ephemeral": f.msg.ephemeral}
	if f.msg.threadTS != "" {
		box["thread_ts"] = f.msg.threadTS
	}
	out["container"] = box
	if !f.msg.ephemeral { // ephemeral messages are not stored, so they do not come along
		out["message"] = s.render(f.room, f.msg, true)
	}
	return a, out
}

// suggestions asks the app for the options of an external select. It is called
// with mu held and lets go of it while it waits.
func (p *Person) suggestions(f found) func(string) ([]any, error) {
	return func(query string) ([]any, error) {
		out := p.interaction("block_suggestion")
		out["action_id"], out["block_id"], out["value"] = f.element["action_id"], f.block["block_id"], query
		if f.view != nil {
			out["view"] = p.s.renderView(f.view)
			out["container"] = map[string]any{"type": "view", "view_id": f.view.id}
		} else {
			out["channel"] = map[string]any{"id": f.room.id, "name": p.s.commandRoom(f.room)}
			out["container"] = map[string]any{"type": "message", "message_ts": f.msg.ts, "channel_id": f.room.id}
		}
		p.s.mu.Unlock()
		payload, err := p.s.hub.ask("interactive", "block_suggestion", out)
		p.s.mu.Lock()
		if err != nil {
			return nil, err
		}
		var got map[string]any
		if json.Unmarshal(payload, &got) != nil {
			return nil, errors.New("the app suggested nothing")
		}
		return allOptions(got), nil
	}
}

// Shortcut starts a global shortcut from the search box or the + menu.
func (p *Person) Shortcut(callbackID string) *Answer {
	s := p.s
	s.mu.Lock()
	payload := p.interaction("shortcut")
	payload["callback_id"], payload["trigger_id"], payload["action_ts"] = callbackID, s.newTrigger(p.u, ""), s.now()
	a := &Answer{p: p, room: s.dm(p.u), reply: &response{}}
	a.base = len(a.room.ephemerals[p.u.id])
	return p.start(a, callbackID, payload)
}

// MessageShortcut starts a shortcut from a message's menu.
func (p *Person) MessageShortcut(m Message, callbackID string) *Answer {
	s := p.s
	s.mu.Lock()
	msg := m.get()
	if msg == nil || m.eph != nil || !m.c.isMember[p.u.id] {
		s.mu.Unlock()
		return &Answer{p: p, reply: &response{}, err: errors.New("the message is not there")}
	}
	a, url := p.newAnswer(m.c, nil)
	payload := p.interaction("message_action")
	payload["callback_id"], payload["trigger_id"], payload["response_url"] = callbackID, s.newTrigger(p.u, ""), url
	payload["message_ts"], payload["action_ts"] = msg.ts, s.now()
	payload["channel"] = map[string]any{"id": m.c.id, "name": s.commandRoom(m.c)}
	payload["message"] = s.render(m.c, msg, true)
	return p.start(a, callbackID, payload)
}

// start sends a shortcut. It is called with mu held and lets go of it.
func (p *Person) start(a *Answer, callbackID string, payload map[string]any) *Answer {
	known := slices.Contains(p.s.opt.Shortcuts, callbackID)
	p.s.mu.Unlock()
	if !known {
		a.err = fmt.Errorf("no shortcut %q is registered", callbackID)
		return a
	}
	kind, _ := payload["type"].(string)
	_, a.err = p.s.hub.ask("interactive", kind, payload)
	return a
}
