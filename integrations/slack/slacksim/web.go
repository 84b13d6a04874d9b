package slacksim

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// reply is the body of a successful call, without ok.
type reply map[string]any

// refusal is ok:false with Slack's error code.
type refusal struct {
	code  string
	extra map[string]any
}

func (r *refusal) Error() string { return r.code }

func refuse(code string) error { return &refusal{code: code} }

// refuseWith adds response_metadata.messages, where Slack says what is wrong.
func refuseWith(code string, messages []string) error {
	return &refusal{code, map[string]any{"response_metadata": map[string]any{"messages": messages}}}
}

// invocation is one call while it is handled. Handlers run with Server.mu held.
type invocation struct {
	s *Server
	args
	method string
	bot    bool // called with the bot token
}

// outcome is what will be answered, before faults change it.
type outcome struct {
	status     int
	body       map[string]any
	retryAfter string
	effect     bool
}

func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/api/")
	a, bad := parseArgs(r)
	s.exchange(w, name, a, func() outcome { return s.perform(name, a, bad, r) })
}

// exchange is one round trip: log, latency, faults, effect, answer.
func (s *Server) exchange(w http.ResponseWriter, name string, a args, perform func() outcome) {
	n := s.calls.begin(name, a, time.Now())
	s.pause(s.opt.Latency)
	f := s.faults.match(name, a)
	if f != nil {
		s.pause(f.Delay)
	}
	var o outcome
	if f == nil || f.AfterEffect || f.harmless() {
		o = perform()
	}
	if f != nil && !f.harmless() {
		f.spoil(&o)
		if f.Cut {
			s.calls.end(n, 0, false, "connection cut", o.effect)
			panic(http.ErrAbortHandler)
		}
	}
	code, _ := o.body["error"].(string)
	ok, _ := o.body["ok"].(bool)
	s.calls.end(n, o.status, ok, code, o.effect)
	if o.retryAfter != "" {
		w.Header().Set("Retry-After", o.retryAfter)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("X-Oauth-Scopes", strings.Join(s.opt.Scopes, ","))
	w.WriteHeader(o.status)
	_ = json.NewEncoder(w).Encode(o.body)
}

// perform checks in Slack's order: token, method, form of the body, scope, limit.
func (s *Server) perform(name string, a args, bad string, r *http.Request) outcome {
	m, known := s.methods[name]
	if !known {
		return failed(refuse("unknown_method"))
	}
	isBot, err := s.authenticate(m, a, r)
	if err != nil {
		return failed(err)
	}
	if bad != "" {
		return failed(refuse(bad))
	}
	if a.isJSON && m.formOnly {
		return failed(refuse("invalid_form_data"))
	}
	if wait := s.limits.take(s, name, m.perMinute, a); wait > 0 {
		return outcome{status: http.StatusTooManyRequests, retryAfter: seconds(wait), body: map[string]any{"ok": false, "error": "ratelimited"}}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	call := &invocation{s: s, args: a, method: name, bot: isBot}
	if err := call.scoped(m); err != nil {
		return failed(err)
	}
	out, err := m.run(call)
	if err != nil {
		return failed(err)
	}
	body := map[string]any{"ok": true}
	maps.Copy(body, out)
	return outcome{status: http.StatusOK, body: body, effect: true}
}

func failed(err error) outcome {
	body := map[string]any{"ok": false, "error": err.Error()}
	if r, ok := errors.AsType[*refusal](err); ok {
		maps.Copy(body, r.extra)
	}
	return outcome{status: http.StatusOK, body: body}
}

func seconds(d time.Duration) string {
	return strconv.Itoa(max(1, int((d+time.Second-1)/time.Second)))
}

// authenticate finds the token. JSON bodies carry it in the header only, and
// apps.connections.open takes it from nowhere else ("Using Socket Mode").
func (s *Server) authenticate(m method, a args, r *http.Request) (bot bool, err error) {
	token, inHeader := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !inHeader {
		if a.isJSON || m.appToken {
			return false, refuse("not_authed")
		}
		token = a.str("token")
	}
	if m.appToken && a.has("token") {
		return false, refuse("invalid_arguments")
	}
	s.mu.Lock()
	revoked := s.w.revoked
	s.mu.Unlock()
	switch {
	case token == "":
		return false, refuse("not_authed")
	case token != s.botToken && token != s.appToken:
		return false, refuse("invalid_auth")
	case revoked:
		return false, refuse("token_revoked")
	case m.appToken != (token == s.appToken):
		return false, refuse("not_allowed_token_type")
	}
	return token == s.botToken, nil
}

// scoped checks the method's scopes for the kind of conversation it concerns.
func (c *invocation) scoped(m method) error {
	have := c.s.opt.Scopes
	if m.appToken {
		have = c.s.opt.AppScopes
	}
	want := m.scopes["any"]
	if len(want) == 0 && len(m.scopes) > 0 {
		want = m.scopes[c.kind()]
	}
	if len(want) == 0 {
		return nil
	}
	for _, w := range want {
		if slices.Contains(have, w) {
			return nil
		}
	}
	return &refusal{"missing_scope", map[string]any{"needed": strings.Join(want, ","), "provided": strings.Join(have, ",")}}
}

// kind is what the call is about: a channel the bot can see, or what it will make.
func (c *invocation) kind() string {
	if c.method == "conversations.create" && c.yes("is_private") {
		return "group"
	}
	if ch := c.s.w.channels[c.str("channel")]; ch != nil && c.s.visible(ch) {
		return ch.kind()
	}
	if t := c.list("types"); len(t) > 0 {
		switch t[0] {
		case "private_channel":
			return "group"
		case "im", "mpim":
			return t[0]
		}
	}
	return "channel"
}

// visible: a private channel or DM does not exist for a bot that is not in it.
func (s *Server) visible(ch *channel) bool { return !ch.private || ch.isMember[s.bot.id] }

// room finds the conversation of an argument, by id only.
func (c *invocation) room(arg string) (*channel, error) {
	ch := c.s.w.channels[c.str(arg)]
	if ch == nil || !c.s.visible(ch) {
		return nil, refuse("channel_not_found")
	}
	return ch, nil
}

// joined is room for methods that want the bot inside and the room open.
func (c *invocation) joined() (*channel, error) {
	ch, err := c.room("channel")
	switch {
	case err != nil:
		return nil, err
	case !ch.isMember[c.s.bot.id]:
		return nil, refuse("not_in_channel")
	case ch.archived:
		return nil, refuse("is_archived")
	}
	return ch, nil
}
