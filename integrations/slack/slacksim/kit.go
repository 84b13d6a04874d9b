package slacksim

import (
	"fmt"
	"slices"
	"unicode/utf8"
)

// kit is Block Kit's rulebook, built once per server and never changed after.
type kit struct {
	typed    typed
	blocks   map[string]shape
	elements map[string]shape
}

// shape is what an object of a type may hold. Properties beyond it are refused,
// as Slack refuses them ("invalid additional property").
type shape struct {
	required []string
	props    map[string]rule
	// surfaces that take the block; all when empty.
	surfaces []string
	// extra checks what concerns several properties.
	extra rule
}

// rule checks one value; it reports to the check and returns nothing.
type rule func(c *check, at string, v any)

// check is one validation: of a message's blocks or of a view.
type check struct {
	kit      *kit
	surface  string
	errs     []string
	chars    int
	markdown int
	tables   int
	blockIDs map[string]bool
	actions  map[string]bool // of the block at hand
	inputs   int
	focused  int
}

func newKit() *kit {
	k := &kit{typed: newTyped()}
	k.elements = elementShapes()
	k.blocks = blockShapes()
	return k
}

func (c *check) fail(at, format string, a ...any) {
	c.errs = append(c.errs, "[ERROR] "+fmt.Sprintf(format, a...)+" [json-pointer:"+at+"]")
}

// object checks a value against a shape; type is always allowed.
func (c *check) object(at string, v any, sh shape) map[string]any {
	o, ok := v.(map[string]any)
	if !ok {
		c.fail(at, "must be an object")
		return nil
	}
	for _, r := range sh.required {
		if o[r] == nil {
			c.fail(at, "missing required field: %s", r)
		}
	}
	keys := make([]string, 0, len(o))
	for k := range o {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		r, known := sh.props[k]
		switch {
		case k == "type":
		case !known:
			c.fail(at, "invalid additional property: %s", k)
		case o[k] != nil:
			r(c, at+"/"+k, o[k])
		}
	}
	if sh.extra != nil {
		sh.extra(c, at, o)
	}
	return o
}

// checkMessage checks the blocks of a message.
func (k *kit) checkMessage(blocks []any) error {
	c := &check{kit: k, surface: "message", blockIDs: map[string]bool{}}
	c.blockList("/blocks", blocks, 50)
	switch {
	case len(c.errs) > 0:
		return refuseWith("invalid_blocks", c.errs)
	case c.chars > maxBlockChars || c.markdown > maxMarkdown:
		return refuse("msg_blocks_too_long")
	}
	return nil
}

// maxBlockChars is an undocumented cap that others ran into.
const maxBlockChars = 13200

func (c *check) blockList(at string, blocks []any, most int) {
	if len(blocks) > most {
		c.fail(at, "no more than %d items allowed", most)
		return
	}
	for i, b := range blocks {
		c.block(fmt.Sprintf("%s/%d", at, i), b)
	}
}

func (c *check) block(at string, v any) {
	o, _ := v.(map[string]any)
	kind, _ := o["type"].(string)
	sh, ok := c.kit.blocks[kind]
	if !ok || len(sh.surfaces) > 0 && !slices.Contains(sh.surfaces, c.surface) {
		c.fail(at+"/type", "unsupported type: %s", kind)
		return
	}
	c.actions = map[string]bool{}
	c.object(at, v, sh)
	if id, _ := o["block_id"].(string); id != "" {
		if c.blockIDs[id] {
			c.fail(at+"/block_id", "`block_id` %s already exists", id)
		}
		c.blockIDs[id] = true
	}
	switch kind {
	case "input":
		c.inputs++
	case "table":
		if c.tables++; c.tables > 1 {
			c.fail(at, "only one table allowed")
		}
	}
}

// element checks an interactive element against the types that its place takes.
func element(allowed ...string) rule {
	return func(c *check, at string, v any) {
		o, _ := v.(map[string]any)
		kind, _ := o["type"].(string)
		sh, ok := c.kit.elements[kind]
		if !ok || !slices.Contains(allowed, kind) {
			c.fail(at+"/type", "unsupported type: %s", kind)
			return
		}
		if len(sh.surfaces) > 0 && !slices.Contains(sh.surfaces, c.surface) {
			c.fail(at+"/type", "unsupported type: %s", kind)
			return
		}
		c.object(at, v, sh)
		if id, _ := o["action_id"].(string); id != "" {
			if c.actions[id] {
				c.fail(at+"/action_id", "`action_id` %s already exists", id)
			}
			c.actions[id] = true
		}
		if o["focus_on_load"] == true {
			if c.focused++; c.focused > 1 {
				c.fail(at+"/focus_on_load", "only one element may have focus")
			}
		}
	}
}

// text is a plain string with bounds in characters.
func text(least, most int) rule {
	return func(c *check, at string, v any) {
		t, ok := v.(string)
		n := utf8.RuneCountInString(t)
		switch {
		case !ok:
			c.fail(at, "must be a string")
		case n < least:
			c.fail(at, "must be more than %d characters", least-1)
		case n > most:
			c.fail(at, "must be less than %d characters", most+1)
		}
	}
}

// textObject is a text object: plain_text only, or mrkdwn as well.
func textObject(most int, mrkdwn bool) rule {
	return func(c *check, at string, v any) {
		o := c.object(at, v, shape{required: []string{"type", "text"}, props: map[string]rule{
			"text": text(1, most), "emoji": boolean, "verbatim": boolean,
		}})
		t, _ := o["text"].(string)
		c.chars += utf8.RuneCountInString(t)
		switch kind, _ := o["type"].(string); {
		case o == nil:
		case kind == "plain_text":
			if o["verbatim"] != nil {
				c.fail(at, "invalid additional property: verbatim")
			}
		case kind == "mrkdwn" && mrkdwn:
			if o["emoji"] != nil {
				c.fail(at, "invalid additional property: emoji")
			}
		default:
			c.fail(at+"/type", "unsupported type: %s", kind)
		}
	}
}

func boolean(c *check, at string, v any) {
	if _, ok := v.(bool); !ok {
		c.fail(at, "must be a boolean")
	}
}

func number(least, most float64) rule {
	return func(c *check, at string, v any) {
		if n, ok := v.(float64); !ok || n < least || n > most {
			c.fail(at, "must be a number between %v and %v", least, most)
		}
	}
}

func oneOf(values ...string) rule {
	return func(c *check, at string, v any) {
		if t, ok := v.(string); !ok || !slices.Contains(values, t) {
			c.fail(at, "must be one of: %v", values)
		}
	}
}

func list(most int, each rule) rule {
	return func(c *check, at string, v any) {
		l, ok := v.([]any)
		switch {
		case !ok:
			c.fail(at, "must be an array")
			return
		case len(l) == 0:
			c.fail(at, "no fewer than 1 items allowed")
		case len(l) > most:
			c.fail(at, "no more than %d items allowed", most)
		}
		for i, e := range l {
			each(c, fmt.Sprintf("%s/%d", at, i), e)
		}
	}
}

func anything(*check, string, any) {}
