package slacksim

import "slices"

// Place is where a person does something: a Room, a Message, an Answer, a Modal
// or a Home tab.
type Place interface{ place() spot }

// spot is a Place, resolved as far as it can be without looking.
type spot struct {
	room   *channel
	ts     string   // a message in room
	eph    *message // a message that only one person sees
	view   *view
	answer *Answer
}

// surface is something with blocks in front of a person.
type surface struct {
	room   *channel
	msg    *message
	view   *view
	blocks []any
	values *formValues
}

func messageSurface(room *channel, m *message) surface {
	blocks := m.blocks
	for _, a := range m.attachments {
		if a, ok := a.(map[string]any); ok {
			if bs, ok := a["blocks"].([]any); ok {
				blocks = append(slices.Clip(blocks), bs...)
			}
		}
	}
	return surface{room: room, msg: m, blocks: blocks, values: &m.values}
}

// surfaces lists what a person sees at a place, newest first. Needs mu.
func (s *Server) surfaces(p *Person, sp spot) []surface {
	switch {
	case sp.view != nil:
		if sp.view.closed {
			return nil
		}
		return []surface{{view: sp.view, blocks: sp.view.blocks, values: &sp.view.values}}
	case sp.eph != nil:
		return []surface{messageSurface(sp.room, sp.eph)}
	case sp.answer != nil:
		var out []surface
		for _, m := range slices.Backward(sp.answer.shown()) {
			out = append(out, messageSurface(sp.answer.room, m))
		}
		return out
	case sp.room == nil:
		return nil
	case sp.ts != "":
		if m := sp.room.find(sp.ts); m != nil {
			return []surface{messageSurface(sp.room, m)}
		}
		return nil
	}
	return roomSurfaces(p, sp.room)
}

// roomSurfaces merges messages and the person's ephemerals, newest first.
func roomSurfaces(p *Person, ch *channel) []surface {
	var out []surface
	all, eph := ch.msgs, ch.ephemerals[p.u.id]
	for i, j := len(all)-1, len(eph)-1; i >= 0 || j >= 0; {
		switch {
		case j < 0 || i >= 0 && all[i].ts > eph[j].ts:
			if len(all[i].blocks) > 0 || len(all[i].attachments) > 0 {
				out = append(out, messageSurface(ch, all[i]))
			}
			i--
		default:
			if !eph[j].gone {
				out = append(out, messageSurface(ch, eph[j]))
			}
			j--
		}
	}
	return out
}

// found is an interactive element that a person pointed at.
type found struct {
	surface
	block, element map[string]any
}

// input says whether the element's block keeps its value to itself until submit.
func (f found) input() bool { return f.block["type"] == "input" && f.block["dispatch_action"] != true }

// point finds an element by label, placeholder, action_id or block_id, among
// those that want accepts.
func (s *Server) point(surfaces []surface, name string, want func(map[string]any) bool) (found, bool) {
	for _, su := range surfaces {
		for _, b := range su.blocks {
			block, _ := b.(map[string]any)
			for _, el := range interactive(block) {
				if want(el) && s.called(block, el, name) {
					return found{su, block, el}, true
				}
			}
		}
	}
	return found{}, false
}

// interactive are a block's elements that people can use.
func interactive(block map[string]any) []map[string]any {
	var out []map[string]any
	add := func(v any) {
		if o, ok := v.(map[string]any); ok && o["action_id"] != nil {
			out = append(out, o)
		}
	}
	add(block["accessory"])
	add(block["element"])
	if l, ok := block["elements"].([]any); ok && block["type"] == "actions" {
		for _, e := range l {
			add(e)
		}
	}
	return out
}

func (s *Server) called(block, el map[string]any, name string) bool {
	if el["action_id"] == name || block["block_id"] == name {
		return true
	}
	for _, v := range []any{el["text"], el["placeholder"], block["label"]} {
		if objectText(v) == name {
			return true
		}
	}
	return block["type"] == "section" && el["type"] != "button" && s.readable(objectText(block["text"])) == name
}

func objectText(v any) string {
	o, _ := v.(map[string]any)
	t, _ := o["text"].(string)
	return t
}
