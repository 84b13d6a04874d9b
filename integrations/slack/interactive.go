package slack

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"strconv"
	"strings"
	"time"

	"backout/templates"
)

// interaction is what all interactive payloads have in common, and what each has
// of its own.
type interaction struct {
	Type     string `json:"type"`
	Trigger  string `json:"trigger_id"`
	Callback string `json:"callback_id"`
	Response string `json:"response_url"`
	User     struct {
		ID string `json:"id"`
	} `json:"user"`
	Channel struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"channel"`
	Container struct {
		MessageTS string `json:"message_ts"`
		ChannelID string `json:"channel_id"`
		ThreadTS  string `json:"thread_ts"`
	} `json:"container"`
	MessageTS string   `json:"message_ts"`
	Message   *message `json:"message"`
	Actions   []action `json:"actions"`
	View      struct {
		ID       string `json:"id"`
		Callback string `json:"callback_id"`
		Private  string `json:"private_metadata"`
		Blocks   []struct {
			Type string `json:"type"`
			ID   string `json:"block_id"`
		} `json:"blocks"`
		State struct {
			Values map[string]map[string]value `json:"values"`
		} `json:"state"`
	} `json:"view"`
}

// action is a pressed button or a used select.
type action struct {
	ID string `json:"action_id"`
	value
}

// value is the state of an input, whatever its kind.
type value struct {
	Value    string   `json:"value"`
	Option   *option  `json:"selected_option"`
	Options  []option `json:"selected_options"`
	User     string   `json:"selected_user"`
	Users    []string `json:"selected_users"`
	Date     string   `json:"selected_date"`
	Time     string   `json:"selected_time"`
	DateTime int64    `json:"selected_date_time"`
	Channel  string   `json:"selected_channel"`
	Place    string   `json:"selected_conversation"`
}

type option struct {
	Value string `json:"value"`
}

// one is the value as a single string.
func (v value) one() string {
	if v.Option != nil {
		return v.Option.Value
	}
	if v.DateTime > 0 {
		return strconv.FormatInt(v.DateTime, 10)
	}
	return first(v.Value, v.User, v.Date, v.Time, v.Channel, v.Place)
}

// many is the value as a list; nil for inputs of a single value.
func (v value) many() []string {
	var out []string
	for _, o := range v.Options {
		out = append(out, o.Value)
	}
	return append(out, v.Users...)
}

func (in *intake) interactive(ctx context.Context, d delivery) string {
	var p interaction
	if err := lenient(d.frame.Payload, &p); err != nil || p.User.ID == "" {
		d.ack.send(nil)
		return "unreadable"
	}
	r := Request{
		Key: "ui:" + p.Trigger, User: p.User.ID, Channel: first(p.Channel.ID, p.Container.ChannelID), ChannelName: p.Channel.Name,
		MessageTS: first(p.MessageTS, p.Container.MessageTS), ThreadTS: p.Container.ThreadTS,
		TriggerID: p.Trigger, ResponseURL: p.Response,
	}
	r.Direct = strings.HasPrefix(r.Channel, "D")
	switch p.Type {
	case "block_actions":
		return in.pressed(ctx, d, p, r)
	case "view_submission":
		return in.submitted(ctx, d, p, r)
	case "shortcut":
		r.Via, r.Action = ViaGlobalShortcut, p.Callback
	case "message_action":
		r.Via, r.Action = ViaMessageShortcut, p.Callback
		in.onMessage(&r, p.Message)
	case "block_suggestion": // we have no such menus; old ones get an empty list
		d.ack.send(map[string]any{"options": []any{}})
		return "done"
	default:
		d.ack.send(nil)
		return "unknown"
	}
	rep, _ := in.ask(ctx, r, d.ack)
	d.ack.send(nil)
	in.finish(ctx, r, rep)
	return word(rep)
}

func (in *intake) onMessage(r *Request, m *message) {
	if m == nil {
		return
	}
	version := ""
	if m.Edited != nil {
		version = m.Edited.TS
	}
	said := in.client.saidBy(r.Channel, m, version, false)
	r.Message, r.MessageTS, r.ThreadTS = &said, m.TS, m.ThreadTS
}

func (in *intake) pressed(ctx context.Context, d delivery, p interaction, r Request) string {
	r.Via = ViaButton
	for _, a := range p.Actions {
		id, ok := actionOf(a.ID)
		if !ok {
			continue
		}
		r.Action, r.Value = id, a.one()
		if r.ThreadTS == "" && p.Message != nil {
			r.ThreadTS = p.Message.ThreadTS
		}
		rep, _ := in.ask(ctx, r, d.ack)
		d.ack.send(nil)
		in.finish(ctx, r, rep)
		return word(rep)
	}
	d.ack.send(nil) // a link, which the person's browser follows
	return "done"
}

// carried is what a dialog's state tells this adapter: where its opener takes
// answers. The rest of the state is not ours to read.
type carried struct {
	Reply   string `json:"r"`
	Channel string `json:"c"`
}

// submitted takes a dialog. Its key is the view, not the trigger: who presses
// Submit again because Slack had trouble connecting means the same thing.
func (in *intake) submitted(ctx context.Context, d delivery, p interaction, r Request) string {
	r.Via, r.Form, r.State, r.Key = ViaSubmission, p.View.Callback, p.View.Private, "ui:"+p.View.ID
	r.Values, r.Lists = map[string]string{}, map[string][]string{}
	for block, actions := range p.View.State.Values {
		for _, v := range actions {
			if list := v.many(); list != nil {
				r.Lists[block] = list
			} else if s := v.one(); s != "" {
				r.Values[block] = s
			}
		}
	}
	var c carried
	if json.Unmarshal([]byte(r.State), &c) == nil {
		r.ResponseURL, r.Channel = first(r.ResponseURL, c.Reply), first(r.Channel, c.Channel)
		r.Direct = strings.HasPrefix(r.Channel, "D")
	}
	rep, soon := in.ask(ctx, r, d.ack)
	if soon && in.refuse(d, p, rep) {
		return word(rep)
	}
	if rep.Form != nil && soon {
		if v, err := modal(*rep.Form); err == nil && d.ack.send(map[string]any{"response_action": "update", "view": v}) {
			rep.Form = nil
		}
	}
	d.ack.send(nil)
	if rep.Message == nil && len(rep.Errors) > 0 { // too late for the dialog
		rep.Message = saying(joined(rep.Errors))
	}
	in.finish(ctx, r, rep)
	return word(rep)
}

// refuse keeps the dialog open, so that nothing a person typed is lost: for errors
// of inputs, and when the store could not be written. Slack takes errors for input
// blocks only; what belongs to none is shown at the first.
func (in *intake) refuse(d delivery, p interaction, rep Reply) bool {
	var inputs []string
	for _, b := range p.View.Blocks {
		if b.Type == "input" {
			inputs = append(inputs, b.ID)
		}
	}
	errs := map[string]string{}
	maps.Copy(errs, rep.Errors)
	if rep.Failed && len(errs) == 0 && rep.Message != nil {
		errs[""] = rep.Message.Summary
	}
	if len(errs) == 0 || len(inputs) == 0 {
		return false
	}
	shown := map[string]string{}
	for _, id := range inputs {
		if text, ok := errs[id]; ok {
			shown[id] = plain(text, maxInputLabel/2)
			delete(errs, id)
		}
	}
	if len(errs) > 0 {
		shown[inputs[0]] = plain(first(shown[inputs[0]], "")+" "+joined(errs), maxInputLabel)
	}
	return d.ack.send(map[string]any{"response_action": "errors", "errors": shown})
}

func joined(errs map[string]string) string {
	var out []string
	for _, text := range errs {
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

// answerFor is how long an answer may take that is ready only when the time for the
// request is over: whoever waited that long must not be left without one.
const answerFor = 5 * time.Second

// finish gives the person what the acknowledgement did not: dialog, Home tab and
// message, each at most once.
func (in *intake) finish(ctx context.Context, r Request, rep Reply) {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerFor)
		defer cancel()
		ctx = late
	}
	if rep.Form != nil {
		if err := in.client.openForm(ctx, r.TriggerID, *rep.Form); err != nil {
			in.opt.Log.Info("a dialog was not opened", "form", rep.Form.ID, "error", err)
			m := lateForm(first(r.Command, in.opt.Command), *rep.Form, err)
			in.tell(ctx, r, Reply{Message: &m})
		}
	}
	if rep.Home != nil {
		if err := in.client.publishHome(ctx, r.User, *rep.Home); err != nil {
			in.opt.Log.Warn("a Home tab was not published", "error", err)
		}
	}
	if rep.Message != nil {
		in.tell(ctx, r, rep)
	}
}

// tell shows a message to who asked: by response URL where there is one, else in
// the channel, else in a direct message. Where it may have arrived it is not sent
// again.
func (in *intake) tell(ctx context.Context, r Request, rep Reply) {
	var ways []func() error
	if r.ResponseURL != "" {
		ways = append(ways, func() error {
			return in.client.respond(ctx, r.ResponseURL, answerOf(*rep.Message, rep.Public, rep.Replace))
		})
	}
	if r.Channel != "" {
		ways = append(ways, func() error { return in.inChannel(ctx, r, rep.Public, *rep.Message) })
	}
	ways = append(ways, func() error { return in.post(ctx, r.User, "", *rep.Message) })
	var err error
	for _, way := range ways {
		if err = way(); err == nil || isUnsure(err) {
			break
		}
	}
	if err != nil {
		in.opt.Log.Warn("a person was not answered", "via", r.Via.String(), "error", err)
	}
}

func (in *intake) inChannel(ctx context.Context, r Request, public bool, m templates.Message) error {
	thread := r.ThreadTS
	if thread == r.MessageTS {
		thread = "" // the message's own channel, not a thread that nobody has open
	}
	if public || r.Direct {
		return in.post(ctx, r.Channel, thread, m)
	}
	return in.client.whisper(ctx, r.Channel, thread, r.User, m)
}
