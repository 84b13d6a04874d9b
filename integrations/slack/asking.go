package slack

import (
	"context"
	"errors"
	"strings"
	"time"

	"backout/templates"
	"backout/timeline"
)

// inTime is how long an answer may take to go into the acknowledgement itself;
// Slack waits 3 s. Later ones go by response URL.
const inTime = 2 * time.Second

// ask has a request handled. When that takes longer than Slack waits, the envelope
// is acknowledged meanwhile, and the report is false.
func (in *intake) ask(ctx context.Context, r Request, a *ack) (Reply, bool) {
	got := make(chan Reply, 1)
	go func() { got <- in.safely(ctx, r) }() // waited for below
	t := time.NewTimer(inTime - time.Since(a.arrived))
	defer t.Stop()
	select {
	case rep := <-got:
		return rep, true
	case <-t.C:
		a.send(nil)
		return <-got, false
	}
}

// safely handles a request; a fault in the handler is answered, not fatal.
func (in *intake) safely(ctx context.Context, r Request) (rep Reply) {
	defer func() {
		if p := recover(); p != nil {
			in.s.fault(r.Via.String(), p)
			rep = Reply{Message: saying("Backout has a fault there. Nothing is known to be recorded; the log has the details.")}
		}
	}()
	if !r.External {
		r.External = in.client.outside(ctx, r.User)
	}
	return in.opt.Receiver.Handle(ctx, r)
}

func saying(text string) *templates.Message {
	return &templates.Message{Summary: text, Parts: []templates.Part{templates.Para(templates.R(templates.T(text)))}}
}

// commandPayload is the payload of a command.
type commandPayload struct {
	Command     string `json:"command"`
	Text        string `json:"text"`
	User        string `json:"user_id"`
	Channel     string `json:"channel_id"`
	ChannelName string `json:"channel_name"`
	Trigger     string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
}

// slash answers a command: in the acknowledgement when the answer is small and in
// time, else by response URL.
func (in *intake) slash(ctx context.Context, d delivery) string {
	var p commandPayload
	if err := lenient(d.frame.Payload, &p); err != nil || p.User == "" {
		d.ack.send(nil)
		return "unreadable"
	}
	r := Request{
		Via: ViaSlash, Key: "slash:" + p.Trigger, Command: p.Command, Text: p.Text, User: p.User, Channel: p.Channel,
		ChannelName: p.ChannelName, TriggerID: p.Trigger, ResponseURL: p.ResponseURL, Direct: strings.HasPrefix(p.Channel, "D"),
	}
	rep, soon := in.ask(ctx, r, d.ack)
	if soon && rep.Form == nil && rep.Message != nil {
		if d.ack.send(answerOf(*rep.Message, rep.Public, false)) {
			return word(rep)
		}
	}
	d.ack.send(nil)
	in.finish(ctx, r, rep)
	return word(rep)
}

func word(rep Reply) string {
	if rep.Failed {
		return "unrecorded"
	}
	return "done"
}

// mention hears somebody call the bot by name in a channel. The message itself
// comes as an event of its own and is recorded there. In direct messages the
// message event alone counts, so that nobody is answered twice.
func (in *intake) mention(ctx context.Context, d delivery, o outer) error {
	m := new(message)
	if err := lenient(o.Event, m); err != nil || m.TS == "" {
		return nil
	}
	if m.BotID != "" || in.client.own(m) || strings.HasPrefix(m.Channel, "D") {
		return nil // bots that talk to each other would not stop
	}
	return in.typed(ctx, d, o, m)
}

// direct takes what a person writes to the bot in private.
func (in *intake) direct(ctx context.Context, d delivery, o outer, m *message) error {
	if m.BotID != "" || m.User == "" || (m.Subtype != "" && m.Subtype != "file_share") || strings.TrimSpace(m.Text) == "" {
		return nil
	}
	return in.typed(ctx, d, o, m)
}

func (in *intake) typed(ctx context.Context, d delivery, o outer, m *message) error {
	said := in.client.saidBy(m.Channel, m, "", o.ExtShared)
	r := Request{
		Via: ViaMention, Key: "ev:" + o.EventID, Text: m.Text, User: m.User, Channel: m.Channel,
		ThreadTS: m.ThreadTS, MessageTS: m.TS, Message: &said, External: said.External, Direct: strings.HasPrefix(m.Channel, "D"),
	}
	rep := in.safely(ctx, r)
	if rep.Failed {
		in.answerMention(ctx, r, rep)
		return errStore
	}
	d.ack.send(nil) // what was wanted is recorded; the answer may take its time
	in.answerMention(ctx, r, rep)
	return nil
}

// answerMention answers in the message's thread, in a direct message beside it.
func (in *intake) answerMention(ctx context.Context, r Request, rep Reply) {
	if !in.answered.first(r.Key) {
		return
	}
	m := rep.Message
	if m == nil && rep.Form != nil {
		m = saying("Slack opens dialogs only for commands and buttons. Type " + in.opt.Command + " help to see the command for this.")
	}
	if m == nil {
		return
	}
	thread := r.ThreadTS
	if thread == "" && !r.Direct {
		thread = r.MessageTS
	}
	if err := in.post(ctx, r.Channel, thread, *m); err != nil {
		in.opt.Log.Warn("a mention was not answered", "error", err)
	}
}

func (in *intake) homeOpened(ctx context.Context, d delivery, o outer, e event) {
	user, _ := idOf(e.User)
	if user == "" || (e.Tab != "" && e.Tab != "home") {
		return
	}
	r := Request{Via: ViaHome, Key: "ev:" + o.EventID, User: user}
	rep := in.safely(ctx, r)
	d.ack.send(nil)
	in.finish(ctx, r, rep)
}

// patience is how long an answer waits for Slack's limits before it is given up.
const patience = 5 * time.Second

// post writes an answer, once; when Slack's limits make it wait a little, it waits.
func (in *intake) post(ctx context.Context, channel, thread string, m templates.Message) error {
	_, err := in.client.Post(ctx, channel, thread, "", m)
	var t *timeline.Trouble
	if errors.As(err, &t) && t.After > 0 && t.After <= patience {
		if err := sleep(ctx, t.After); err != nil {
			return err
		}
		_, err = in.client.Post(ctx, channel, thread, "", m)
	}
	return err
}

func isUnsure(err error) bool {
	var t *timeline.Trouble
	return errors.As(err, &t) && t.Unsure
}
