package slacksim

import (
	"fmt"
	"unicode/utf8"
)

// blockShapes are the blocks that an app may send ("Block Kit: blocks"); remote
// files, videos (another scope) and what only Slack makes are not among them.
func blockShapes() map[string]shape {
	accessory := names([]string{"button", "overflow", "image", "workflow_button"}, selects(), multiSelects(), choices())
	acting := names([]string{"button", "overflow", "workflow_button", "datetimepicker"}, selects(), choices())
	asking := names([]string{"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input", "datetimepicker"}, selects(), multiSelects(), choices())
	id := text(1, 255)
	return map[string]shape{
		"section": {props: map[string]rule{
			"block_id": id, "text": textObject(3000, true), "fields": list(10, textObject(2000, true)),
			"accessory": element(accessory...), "expand": boolean,
		}, extra: sectionBody},
		"divider": {props: map[string]rule{"block_id": id}},
		"header":  {required: []string{"text"}, props: map[string]rule{"block_id": id, "text": textObject(150, false), "level": number(1, 4)}},
		"context": {required: []string{"elements"}, props: map[string]rule{"block_id": id, "elements": list(10, contextElement)}},
		"actions": {required: []string{"elements"}, props: map[string]rule{"block_id": id, "elements": list(25, element(acting...))}},
		"image": {required: []string{"alt_text"}, props: map[string]rule{
			"block_id": id, "alt_text": text(1, 2000), "image_url": text(1, 3000), "slack_file": anything, "title": textObject(2000, false),
		}, extra: imageSource},
		"input": {required: []string{"label", "element"}, props: map[string]rule{
			"block_id": id, "label": textObject(2000, false), "hint": textObject(2000, false), "optional": boolean,
			"dispatch_action": boolean, "element": element(asking...),
		}},
		"markdown": {surfaces: []string{"message"}, required: []string{"text"}, props: map[string]rule{"block_id": id, "text": markdownText}},
		"table": {surfaces: []string{"message"}, required: []string{"rows"}, props: map[string]rule{
			"block_id": id, "rows": list(100, list(20, tableCell)), "column_settings": list(20, anything),
		}},
		"rich_text": {required: []string{"elements"}, props: map[string]rule{"block_id": id, "elements": list(1000, richElement)}},
	}
}

func sectionBody(c *check, at string, v any) {
	if o := v.(map[string]any); o["text"] == nil && o["fields"] == nil {
		c.fail(at, "missing required field: text or fields")
	}
}

func imageSource(c *check, at string, v any) {
	if o := v.(map[string]any); (o["image_url"] == nil) == (o["slack_file"] == nil) {
		c.fail(at, "exactly one of image_url and slack_file is required")
	}
}

func contextElement(c *check, at string, v any) {
	o, _ := v.(map[string]any)
	if o["type"] == "image" {
		element("image")(c, at, v)
		return
	}
	textObject(3000, true)(c, at, v)
}

func markdownText(c *check, at string, v any) {
	text(1, maxMarkdown)(c, at, v)
	t, _ := v.(string)
	c.markdown += utf8.RuneCountInString(t)
}

func tableCell(c *check, at string, v any) {
	o, _ := v.(map[string]any)
	switch o["type"] {
	case "raw_text":
		text(1, 3000)(c, at+"/text", o["text"])
		t, _ := o["text"].(string)
		c.chars += utf8.RuneCountInString(t)
	case "raw_number":
	case "rich_text":
		list(1000, richElement)(c, at+"/elements", o["elements"])
	default:
		c.fail(at+"/type", "unsupported type: %v", o["type"])
	}
}

// richElement knows the four containers of rich text; what they hold is counted
// and not checked further.
func richElement(c *check, at string, v any) {
	o, _ := v.(map[string]any)
	switch o["type"] {
	case "rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote":
	default:
		c.fail(at+"/type", "unsupported type: %v", o["type"])
		return
	}
	l, ok := o["elements"].([]any)
	if !ok {
		c.fail(at, "missing required field: elements")
	}
	for i, e := range l {
		if o["type"] == "rich_text_list" {
			richElement(c, fmt.Sprintf("%s/elements/%d", at, i), e)
			continue
		}
		e, _ := e.(map[string]any)
		t, _ := e["text"].(string)
		c.chars += utf8.RuneCountInString(t)
	}
}

// complete gives blocks and elements the ids that Slack adds, and text objects
// their defaults. It changes the decoded JSON in place.
func (s *Server) complete(blocks []any) []any {
	for _, b := range blocks {
		o, _ := b.(map[string]any)
		if o == nil {
			continue
		}
		if id, _ := o["block_id"].(string); id == "" {
			o["block_id"] = s.w.id("b")
		}
		for _, k := range []string{"accessory", "element"} {
			s.completeElement(o[k])
		}
		if l, ok := o["elements"].([]any); ok && o["type"] == "actions" {
			for _, e := range l {
				s.completeElement(e)
			}
		}
		s.completeText(o)
	}
	return blocks
}

func (s *Server) completeElement(v any) {
	o, _ := v.(map[string]any)
	if o == nil || o["type"] == "image" {
		return
	}
	if id, _ := o["action_id"].(string); id == "" {
		o["action_id"] = s.w.id("a")
	}
}

func (s *Server) completeText(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			s.completeText(e)
		}
	case map[string]any:
		t, isText := v["text"].(string)
		switch {
		case isText && v["type"] == "plain_text" && v["emoji"] == nil:
			v["emoji"] = true
		case isText && v["type"] == "mrkdwn":
			if v["verbatim"] == nil {
				v["verbatim"] = false
			}
			v["text"] = s.kit.normalise(t)
			return
		}
		for _, e := range v {
			s.completeText(e)
		}
	}
}
