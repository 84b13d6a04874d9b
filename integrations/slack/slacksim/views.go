package slacksim

import (
	"encoding/json"
	"strconv"
	"time"
)

// view is an open dialog or a Home tab.
type view struct {
	id, hash, externalID string
	user                 *user
	home                 bool
	body                 map[string]any // as sent, blocks completed
	blocks               []any
	root, previous       string
	values               formValues // what people filled in
	errors               map[string]string
	closed               bool
	n                    int // versions, for the hash
}

// trigger is what a person's action gives the app: 3 seconds, one view.
type trigger struct {
	user *user
	made time.Time
	used bool
	// viewID is the dialog the action came from; views.push wants one.
	viewID string
}

func (s *Server) newTrigger(u *user, viewID string) string {
	id := s.w.id("") + "." + s.w.id("") + "." + s.w.id("")
	s.w.triggers[id] = &trigger{user: u, made: time.Now(), viewID: viewID}
	return id
}

// spend uses a trigger. The reference and the guide spell the two errors
// differently; the spellings take turns, so that callers must know both.
func (c *invocation) spend() (*trigger, error) {
	t := c.s.w.triggers[c.str("trigger_id")]
	spell := func(a, b string) error {
		c.s.w.spelling++
		if c.s.w.spelling%2 == 1 {
			return refuse(a)
		}
		return refuse(b)
	}
	switch {
	case c.str("trigger_id") == "":
		return nil, refuseWith("invalid_arguments", []string{"[ERROR] missing required field: trigger_id"})
	case t == nil:
		return nil, refuse("invalid_trigger_id")
	case t.used:
		return nil, spell("exchanged_trigger_id", "trigger_exchanged")
	case time.Since(t.made) > c.s.opt.TriggerLife:
		return nil, spell("expired_trigger_id", "trigger_expired")
	}
	return t, nil
}

// readView decodes and checks the view argument.
func (c *invocation) readView(kind string) (map[string]any, error) {
	if len(c.str("view")) > 250<<10 {
		return nil, refuse("view_too_large")
	}
	v, ok := c.decode("view")
	o, isObject := v.(map[string]any)
	if !ok || !isObject {
		return nil, refuseWith("invalid_arguments", []string{"[ERROR] failed to match all allowed schemas [json-pointer:/view]"})
	}
	return o, c.s.checkView(o, kind, c.str("view_id"))
}

// checkView checks a view for its surface; self may keep its external_id.
func (s *Server) checkView(o map[string]any, kind, self string) error {
	if len(mustJSON(o)) > 250<<10 {
		return refuse("view_too_large")
	}
	if errs := s.kit.viewErrors(o, kind); len(errs) > 0 {
		return refuseWith("invalid_arguments", errs)
	}
	if ext, _ := o["external_id"].(string); ext != "" {
		for _, v := range s.w.views {
			if v.externalID == ext && !v.closed && v.id != self {
				return refuse("duplicate_external_id")
			}
		}
	}
	return nil
}

func (k *kit) viewErrors(o map[string]any, kind string) []string {
	c := &check{kit: k, surface: kind, blockIDs: map[string]bool{}}
	if o["type"] != kind {
		c.fail("/view/type", "must be %s", kind)
		return c.errs
	}
	p := map[string]rule{
		"blocks": func(c *check, at string, v any) {
			l, ok := v.([]any)
			if !ok {
				c.fail(at, "must be an array")
			}
			c.blockList(at, l, 100)
		},
		"private_metadata": text(0, 3000), "callback_id": text(0, 255), "external_id": text(0, 255),
	}
	sh := shape{required: []string{"blocks"}, props: p}
	if kind == "modal" {
		p["title"], p["submit"], p["close"] = textObject(24, false), textObject(24, false), textObject(24, false)
		p["clear_on_close"], p["notify_on_close"], p["submit_disabled"] = boolean, boolean, boolean
		sh.required = append(sh.required, "title")
	}
	c.object("/view", o, sh)
	if kind == "modal" && c.inputs > 0 && o["submit"] == nil {
		c.fail("/view/submit", "a submit button is required when there are input blocks")
	}
	return c.errs
}

func (s *Server) newView(u *user, body map[string]any, home bool) *view {
	v := &view{id: s.w.id("V"), user: u, home: home, values: formValues{}}
	v.root = v.id
	s.w.views[v.id] = v
	s.setView(v, body)
	return v
}

// setView replaces what a view shows. What people filled in survives where
// block_id and action_id stay, as in Slack.
func (s *Server) setView(v *view, body map[string]any) {
	blocks, _ := body["blocks"].([]any)
	v.body, v.blocks = body, s.complete(blocks)
	s.completeText(body["title"])
	v.externalID, _ = body["external_id"].(string)
	v.errors = nil
	v.n++
	v.hash = strconv.FormatInt(s.opt.Clock().Unix(), 10) + "." + strconv.Itoa(v.n) + v.id
	s.touch()
}

func viewsOpen(c *invocation) (reply, error) {
	body, err := c.readView("modal")
	if err != nil {
		return nil, err
	}
	t, err := c.spend()
	if err != nil {
		return nil, err
	}
	t.used = true
	for _, v := range c.s.w.stacks[t.user.id] {
		v.closed = true // a new dialog takes the old stack's place
	}
	v := c.s.newView(t.user, body, false)
	c.s.w.stacks[t.user.id] = []*view{v}
	c.s.touch()
	return reply{"view": c.s.renderView(v)}, nil
}

func viewsPush(c *invocation) (reply, error) {
	body, err := c.readView("modal")
	if err != nil {
		return nil, err
	}
	t, err := c.spend()
	if err != nil {
		return nil, err
	}
	stack := c.s.w.stacks[t.user.id]
	if len(stack) == 0 || t.viewID == "" {
		return nil, refuse("not_found")
	}
	if len(stack) >= 3 {
		return nil, refuse("push_limit_reached")
	}
	t.used = true
	return reply{"view": c.s.renderView(c.s.push(t.user, body))}, nil
}

func (s *Server) push(u *user, body map[string]any) *view {
	stack := s.w.stacks[u.id]
	v := s.newView(u, body, false)
	v.root, v.previous = stack[0].id, stack[len(stack)-1].id
	s.w.stacks[u.id] = append(stack, v)
	s.touch()
	return v
}

func viewsUpdate(c *invocation) (reply, error) {
	var v *view
	if id := c.str("view_id"); id != "" {
		v = c.s.w.views[id]
	} else if ext := c.str("external_id"); ext != "" {
		for _, o := range c.s.w.views {
			if o.externalID == ext && !o.closed {
				v = o
			}
		}
	}
	if v == nil || v.closed {
		return nil, refuse("not_found")
	}
	if h := c.str("hash"); h != "" && h != v.hash {
		return nil, refuse("hash_conflict")
	}
	kind := "modal"
	if v.home {
		kind = "home"
	}
	c.values["view_id"] = v.id
	body, err := c.readView(kind)
	if err != nil {
		return nil, err
	}
	c.s.setView(v, body)
	return reply{"view": c.s.renderView(v)}, nil
}

func viewsPublish(c *invocation) (reply, error) {
	if c.s.opt.NoHomeTab {
		return nil, refuse("not_enabled")
	}
	u := c.s.w.users[c.str("user_id")]
	if u == nil {
		return nil, refuseWith("invalid_arguments", []string{"[ERROR] user_id is invalid [json-pointer:/user_id]"})
	}
	v := c.s.w.homes[u.id]
	if h := c.str("hash"); h != "" && (v == nil || v.hash != h) {
		return nil, refuse("hash_conflict")
	}
	if v != nil {
		c.values["view_id"] = v.id
	}
	body, err := c.readView("home")
	if err != nil {
		return nil, err
	}
	if v == nil {
		v = c.s.newView(u, body, true)
		c.s.w.homes[u.id] = v
	} else {
		c.s.setView(v, body)
	}
	return reply{"view": c.s.renderView(v)}, nil
}

func (s *Server) renderView(v *view) map[string]any {
	out := map[string]any{}
	b, _ := json.Marshal(v.body)
	_ = json.Unmarshal(b, &out)
	def := func(k string, d any) {
		if out[k] == nil {
			out[k] = d
		}
	}
	for _, k := range []string{"private_metadata", "callback_id", "external_id"} {
		def(k, "")
	}
	for _, k := range []string{"clear_on_close", "notify_on_close"} {
		def(k, false)
	}
	for _, k := range []string{"title", "submit", "close", "previous_view_id"} {
		def(k, nil)
	}
	out["id"], out["team_id"], out["hash"], out["root_view_id"] = v.id, s.teamID, v.hash, v.root
	out["app_id"], out["app_installed_team_id"], out["bot_id"] = s.appID, s.teamID, s.bot.botID
	if v.previous != "" {
		out["previous_view_id"] = v.previous
	}
	out["state"] = map[string]any{"values": formState(v.blocks, v.values)}
	return out
}
