package slack

import (
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"backout/timeline"
	"backout/timeline/logtest"
)

// FuzzEnvelope feeds arbitrary frames to the lenient parser and everything behind
// it: nothing panics, whatever Slack sends.
func FuzzEnvelope(f *testing.F) {
	for _, seed := range []string{
		`{"type":"events_api","envelope_id":"e","payload":{"event_id":"Ev1","event":{"type":"message","channel":"C1","user":"U1","text":"x","ts":"1795184700.000100"}}}`,
		`{"type":"events_api","envelope_id":"e","payload":{"event":{"type":"message","subtype":"message_changed","channel":"C1","ts":"1.000001","message":{"text":"y","ts":"1795184700.000100","edited":{"ts":"1795184701.000100"}},"previous_message":{"text":"x","ts":"1795184700.000100"}}}}`,
		`{"type":"events_api","envelope_id":"e","payload":{"event":{"type":"message","subtype":"message_deleted","channel":"C1","deleted_ts":"1795184700.000100"}}}`,
		`{"type":"events_api","envelope_id":"e","payload":{"event":{"type":"reaction_added","user":"U1","reaction":"pushpin","item":{"type":"message","channel":"C1","ts":"1795184700.000100"}}}}`,
		`{"type":"events_api","envelope_id":"e","payload":{"event":{"type":"channel_rename","channel":{"id":"C1","name":"x"}}}}`,
		`{"type":"slash_commands","envelope_id":"e","payload":{"command":"/incident","text":"x","user_id":"U1","channel_id":"C1"}}`,
		`{"type":"interactive","envelope_id":"e","payload":{"type":"view_submission","user":{"id":"U1"},"view":{"blocks":[{"type":"input","block_id":"a"}],"state":{"values":{"a":{"value":{"type":"plain_text_input","value":"x"}}}}}}}`,
		`{"type":"interactive","envelope_id":"e","payload":{"type":"block_actions","user":{"id":"U1"},"actions":[{"action_id":"a#2","selected_option":{"value":"1"}}]}}`,
		`{"type":"interactive","payload":[]}`, `{"type":"events_api","payload":{"event":{"type":"message","message":{"message":{}}}}}`, `{"type":1}`, `null`,
	} {
		f.Add([]byte(seed))
	}
	rec, err := timeline.Open(context.Background(), logtest.Memory(), timeline.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(rec.Close)
	// Nothing listens on port 1: what would call Slack fails at once.
	c := NewClient(ClientOptions{BotToken: "xoxb", APIURL: "http://127.0.0.1:1/api/", Timeout: 50 * time.Millisecond})
	f.Cleanup(c.Close)
	c.setIdentity(identity{user: "UBOT", bot: "BBOT", team: "T1", url: "https://acme.slack.com/"})
	d := &desk{does: func(context.Context, Request) Reply { return Reply{Errors: map[string]string{"a": "no"}} }}
	s := NewSockets(c, SocketOptions{AppToken: "xapp", Receiver: d, Recorder: rec, Reactions: reactionsForTests(), Log: slog.New(slog.DiscardHandler)})
	f.Fuzz(func(_ *testing.T, data []byte) {
		var fr frame
		if lenient(data, &fr) != nil {
			return
		}
		s.intake.handle(context.Background(), delivery{frame: fr, ack: &ack{link: s.links[0], arrived: time.Now()}})
		var m message
		_ = lenient(json.RawMessage(data), &m)
		c.saidBy("C1", &m, "", true)
	})
}
