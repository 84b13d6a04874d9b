package slacksim

import "maps"

// Which elements stand where ("Block elements", the "works with" lines).
func selects() []string {
	return []string{"static_select", "external_select", "users_select", "conversations_select", "channels_select"}
}

func multiSelects() []string {
	return []string{"multi_static_select", "multi_external_select", "multi_users_select", "multi_conversations_select", "multi_channels_select"}
}

func choices() []string { return []string{"checkboxes", "radio_buttons", "datepicker", "timepicker"} }

func names(lists ...[]string) []string {
	var out []string
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

// option of a select: 75 characters of text, 150 of value.
func option(mrkdwn, link bool) rule {
	props := map[string]rule{"text": textObject(75, mrkdwn), "value": text(1, 150), "description": textObject(75, mrkdwn)}
	if link {
		props["url"] = text(1, 3000)
	}
	return func(c *check, at string, v any) {
		c.object(at, v, shape{required: []string{"text", "value"}, props: props})
	}
}

func optionGroup(c *check, at string, v any) {
	c.object(at, v, shape{required: []string{"label", "options"}, props: map[string]rule{
		"label": textObject(75, false), "options": list(100, option(false, false)),
	}})
}

func confirm(c *check, at string, v any) {
	c.object(at, v, shape{required: []string{"title", "text", "confirm", "deny"}, props: map[string]rule{
		"title": textObject(100, false), "text": textObject(300, true), "confirm": textObject(30, false),
		"deny": textObject(30, false), "style": oneOf("primary", "danger"),
	}})
}

func dispatchConfig(c *check, at string, v any) {
	c.object(at, v, shape{props: map[string]rule{"trigger_actions_on": list(2, oneOf("on_enter_pressed", "on_character_entered"))}})
}

// props joins what an element has of its own with what all have.
func props(common bool, own map[string]rule) map[string]rule {
	out := map[string]rule{"action_id": text(1, 255)}
	if common {
		out["placeholder"], out["focus_on_load"], out["confirm"] = textObject(150, false), boolean, confirm
	}
	maps.Copy(out, own)
	return out
}

func staticOptions(c *check, at string, v any) {
	o := v.(map[string]any)
	if (o["options"] == nil) == (o["option_groups"] == nil) {
		c.fail(at, "exactly one of options and option_groups is required")
	}
}

func elementShapes() map[string]shape {
	m := map[string]shape{}
	selectShapes(m)
	multiShapes(m)
	inputShapes(m)
	m["button"] = shape{required: []string{"text"}, props: props(false, map[string]rule{
		"text": textObject(75, false), "value": text(0, 2000), "url": text(1, 3000), "style": oneOf("primary", "danger"),
		"confirm": confirm, "accessibility_label": text(1, 75),
	})}
	m["workflow_button"] = shape{required: []string{"text", "workflow"}, props: props(false, map[string]rule{
		"text": textObject(75, false), "workflow": anything, "style": oneOf("primary", "danger"), "accessibility_label": text(1, 75),
	})}
	m["overflow"] = shape{required: []string{"options"}, props: props(false, map[string]rule{
		"options": list(5, option(false, true)), "confirm": confirm,
	})}
	m["image"] = shape{required: []string{"alt_text"}, props: map[string]rule{
		"image_url": text(1, 3000), "alt_text": text(1, 2000), "slack_file": anything,
	}}
	return m
}

func selectShapes(m map[string]shape) {
	single := option(false, false)
	m["static_select"] = shape{props: props(true, map[string]rule{
		"options": list(100, single), "option_groups": list(100, optionGroup), "initial_option": single,
	}), extra: staticOptions}
	m["external_select"] = shape{props: props(true, map[string]rule{"initial_option": single, "min_query_length": number(0, 255)})}
	m["users_select"] = shape{props: props(true, map[string]rule{"initial_user": text(1, 255)})}
	m["conversations_select"] = shape{props: props(true, map[string]rule{
		"initial_conversation": text(1, 255), "default_to_current_conversation": boolean, "response_url_enabled": boolean, "filter": anything,
	})}
	m["channels_select"] = shape{props: props(true, map[string]rule{"initial_channel": text(1, 255), "response_url_enabled": boolean})}
	m["checkboxes"] = shape{required: []string{"options"}, props: props(true, map[string]rule{
		"options": list(10, option(true, false)), "initial_options": list(10, option(true, false)),
	})}
	m["radio_buttons"] = shape{required: []string{"options"}, props: props(true, map[string]rule{
		"options": list(10, option(true, false)), "initial_option": option(true, false),
	})}
}

func multiShapes(m map[string]shape) {
	most, some := number(1, 1000), list(100, option(false, false))
	m["multi_static_select"] = shape{props: props(true, map[string]rule{
		"options": some, "option_groups": list(100, optionGroup), "initial_options": some, "max_selected_items": most,
	}), extra: staticOptions}
	m["multi_external_select"] = shape{props: props(true, map[string]rule{
		"initial_options": some, "min_query_length": number(0, 255), "max_selected_items": most,
	})}
	ids := list(1000, text(1, 255))
	m["multi_users_select"] = shape{props: props(true, map[string]rule{"initial_users": ids, "max_selected_items": most})}
	m["multi_conversations_select"] = shape{props: props(true, map[string]rule{
		"initial_conversations": ids, "default_to_current_conversation": boolean, "filter": anything, "max_selected_items": most,
	})}
	m["multi_channels_select"] = shape{props: props(true, map[string]rule{"initial_channels": ids, "max_selected_items": most})}
}

func inputShapes(m map[string]shape) {
	typed := func(own map[string]rule) map[string]rule {
		p := props(true, own)
		p["dispatch_action_config"], p["initial_value"] = dispatchConfig, text(1, 3000)
		return p
	}
	m["plain_text_input"] = shape{props: typed(map[string]rule{"multiline": boolean, "min_length": number(0, 3000), "max_length": number(1, 3000)})}
	m["email_text_input"] = shape{props: typed(nil)}
	m["url_text_input"] = shape{props: typed(nil)}
	m["number_input"] = shape{required: []string{"is_decimal_allowed"}, props: typed(map[string]rule{
		"is_decimal_allowed": boolean, "min_value": text(1, 40), "max_value": text(1, 40),
	})}
	m["rich_text_input"] = shape{props: props(true, map[string]rule{"initial_value": anything, "dispatch_action_config": dispatchConfig})}
	m["file_input"] = shape{surfaces: []string{"modal"}, props: map[string]rule{
		"action_id": text(1, 255), "filetypes": list(100, text(1, 20)), "max_files": number(1, 10),
	}}
	m["datepicker"] = shape{props: props(true, map[string]rule{"initial_date": text(10, 10)})}
	m["timepicker"] = shape{props: props(true, map[string]rule{"initial_time": text(5, 5), "timezone": text(1, 255)})}
	m["datetimepicker"] = shape{props: props(true, map[string]rule{"initial_date_time": number(1e9, 1e10)})}
}
