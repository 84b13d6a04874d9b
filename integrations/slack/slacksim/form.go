package slacksim

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// formValues are the states of elements by block_id and action_id, in the shape
// of state.values.
type formValues map[string]map[string]map[string]any

func (f *formValues) set(block, element map[string]any, state map[string]any) {
	if *f == nil {
		*f = formValues{}
	}
	b, a := fmt.Sprint(block["block_id"]), fmt.Sprint(element["action_id"])
	if (*f)[b] == nil {
		(*f)[b] = map[string]map[string]any{}
	}
	(*f)[b][a] = state
}

// stateKey is where an element's value stands, and where its initial value does.
func stateKey(kind string) (key, initial string, many bool) {
	switch kind {
	case "static_select", "external_select", "radio_buttons", "overflow":
		return "selected_option", "initial_option", false
	case "multi_static_select", "multi_external_select", "checkboxes":
		return "selected_options", "initial_options", true
	case "users_select":
		return "selected_user", "initial_user", false
	case "conversations_select":
		return "selected_conversation", "initial_conversation", false
	case "channels_select":
		return "selected_channel", "initial_channel", false
	case "multi_users_select":
		return "selected_users", "initial_users", true
	case "multi_conversations_select":
		return "selected_conversations", "initial_conversations", true
	case "multi_channels_select":
		return "selected_channels", "initial_channels", true
	case "datepicker":
		return "selected_date", "initial_date", false
	case "timepicker":
		return "selected_time", "initial_time", false
	case "datetimepicker":
		return "selected_date_time", "initial_date_time", false
	case "rich_text_input":
		return "rich_text_value", "initial_value", false
	case "button", "workflow_button", "image":
		return "", "", false
	}
	return "value", "initial_value", false
}

func kindOf(el map[string]any) string { k, _ := el["type"].(string); return k }

// formState is state.values of a surface: what people filled in, else the
// initial values, else null (an empty list for selects of several).
func formState(blocks []any, filled formValues) map[string]any {
	out := map[string]any{}
	for _, b := range blocks {
		block, _ := b.(map[string]any)
		for _, el := range interactive(block) {
			key, initial, many := stateKey(kindOf(el))
			if key == "" || kindOf(el) == "overflow" {
				continue
			}
			bid, aid := fmt.Sprint(block["block_id"]), fmt.Sprint(el["action_id"])
			state := filled[bid][aid]
			if state == nil {
				v := el[initial]
				if v == nil && many {
					v = []any{}
				}
				state = map[string]any{"type": el["type"], key: v}
			}
			in, _ := out[bid].(map[string]any)
			if in == nil {
				in = map[string]any{}
				out[bid] = in
			}
			in[aid] = state
		}
	}
	return out
}

// fill makes an element's state from what a person entered. Needs mu.
func (s *Server) fill(el map[string]any, values []string, suggest func(string) ([]any, error)) (map[string]any, error) {
	kind := kindOf(el)
	key, _, many := stateKey(kind)
	if !many && len(values) > 1 {
		return nil, fmt.Errorf("%s takes one value", kind)
	}
	if limit, ok := el["max_selected_items"].(float64); ok && len(values) > int(limit) {
		return nil, fmt.Errorf("at most %v items can be chosen", limit)
	}
	picked := []any{}
	for _, v := range values {
		p, err := s.pick(el, v, suggest)
		if err != nil {
			return nil, err
		}
		picked = append(picked, p)
	}
	state := map[string]any{"type": kind, key: nil}
	switch {
	case many:
		state[key] = picked
	case len(picked) == 1 && picked[0] != "":
		state[key] = picked[0]
	}
	return state, nil
}

// pick resolves one entered value for the kind of element.
func (s *Server) pick(el map[string]any, v string, suggest func(string) ([]any, error)) (any, error) {
	kind := kindOf(el)
	switch {
	case strings.Contains(kind, "external_select"):
		opts, err := suggest(v)
		if err != nil {
			return nil, err
		}
		return chooseOption(opts, v)
	case strings.Contains(kind, "static_select"), kind == "checkboxes", kind == "radio_buttons", kind == "overflow":
		return chooseOption(allOptions(el), v)
	case strings.Contains(kind, "users_select"):
		if u := s.w.handles[strings.TrimPrefix(v, "@")]; u != nil {
			return u.id, nil
		}
		if s.w.users[v] == nil {
			return nil, fmt.Errorf("nobody is called %q", v)
		}
	case strings.Contains(kind, "channels_select"), strings.Contains(kind, "conversations_select"):
		if ch := s.w.names[strings.TrimPrefix(v, "#")]; ch != nil {
			return ch.id, nil
		}
		if s.w.channels[v] == nil {
			return nil, fmt.Errorf("no room is called %q", v)
		}
	case kind == "datetimepicker":
		return strconv.ParseInt(v, 10, 64)
	case kind == "rich_text_input":
		return map[string]any{"type": "rich_text", "elements": s.richText(s.escapeTyped(v, false))[0].(map[string]any)["elements"]}, nil
	case kind == "number_input":
		if _, err := strconv.ParseFloat(v, 64); err != nil {
			return nil, errors.New("must be a number")
		}
	case kind == "plain_text_input":
		limit, ok := el["max_length"].(float64)
		if !ok {
			limit = 3000
		}
		if utf8.RuneCountInString(v) > int(limit) {
			return nil, fmt.Errorf("at most %v characters fit", limit)
		}
	}
	return v, nil
}

func allOptions(el map[string]any) []any {
	opts, _ := el["options"].([]any)
	groups, _ := el["option_groups"].([]any)
	for _, g := range groups {
		g, _ := g.(map[string]any)
		more, _ := g["options"].([]any)
		opts = append(slices.Clone(opts), more...)
	}
	return opts
}

func chooseOption(opts []any, v string) (any, error) {
	var have []string
	for _, o := range opts {
		o, _ := o.(map[string]any)
		if o["value"] == v || objectText(o["text"]) == v {
			return o, nil
		}
		have = append(have, objectText(o["text"]))
	}
	return nil, fmt.Errorf("no option %q among %q", v, have)
}

// emptyState says whether an element's state holds nothing.
func emptyState(state map[string]any) bool {
	for k, v := range state {
		if k == "type" {
			continue
		}
		l, isList := v.([]any)
		if v != nil && v != "" && (!isList || len(l) > 0) {
			return false
		}
	}
	return true
}
