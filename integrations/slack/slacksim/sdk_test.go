package slacksim

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"
)

// TestSDK: the real SDK can talk to the simulator.
func TestSDK(t *testing.T) {
	o := quick()
	o.NoLimits = true
	o.AckDeadline = time.Second
	st := start(t, o)
	ana, bo := st.Person("ana"), st.Person("bo")
	r := st.Room("checkout")
	ana.Joins(r)
	api := slack.New(st.BotToken(), slack.OptionAppLevelToken(st.AppToken()), slack.OptionAPIURL(st.APIURL()))
	sm := socketmode.New(api)
	ctx, cancel := context.WithCancel(t.Context())
	done, handled := make(chan struct{}), make(chan struct{})
	go func() { defer close(done); _ = sm.RunContext(ctx) }()
	mentions := make(chan string, 999)
	go func() {
		defer close(handled)
		for {
			select {
			case <-ctx.Done():
				return
			case e := <-sm.Events:
				handle(ctx, t, api, sm, e, mentions)
			}
		}
	}()
	defer func() { cancel(); <-done; <-handled }()
	st.WaitLinks(1)
	ana.Types(r, "/incident new it broke").Sees("opened")
	room := st.WaitRoom("inc-1")
	card := room.Sees("it broke")
	if got := room.Members(); len(got) != 2 || room.Topic() != "SEV1" || len(room.Pins()) != 1 {
		t.Fatal(got, room.Topic(), room.Pins())
	}
	ana.Clicks(card, "Resolve")
	room.Sees("resolved by ana")
	ana.Says(room, "@backout hi")
	select {
	case <-mentions:
	case <-time.After(2 * time.Second):
		t.Fatal("no mention")
	}
	ana.Shortcut("declare_incident")
	ana.Modal().Fill("Title", "from a dialog").Submit()
	r.Sees("from a dialog")
	reads(ctx, t, api, st, room, bo)
}

func handle(ctx context.Context, t *testing.T, api *slack.Client, sm *socketmode.Client, e socketmode.Event, mentions chan<- string) {
	ok := func(err error) {
		if err != nil && ctx.Err() == nil { // what the end of the test cut off is no failure
			t.Error(err)
		}
	}
	switch e.Type {
	case socketmode.EventTypeSlashCommand:
		c := e.Data.(slack.SlashCommand)
		ch, err := api.CreateConversationContext(ctx, slack.CreateConversationParams{ChannelName: "inc-1"})
		ok(err)
		_, err = api.InviteUsersToConversationContext(ctx, ch.ID, c.UserID)
		ok(err)
		button := slack.NewButtonBlockElement("resolve", "INC-1", slack.NewTextBlockObject("plain_text", "Resolve", false, false))
		_, ts, err := api.PostMessageContext(ctx, ch.ID, slack.MsgOptionText(c.Text, false), slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "card", EventPayload: map[string]any{"k": "v"}}),
			slack.MsgOptionBlocks(slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", c.Text, false, false), nil, nil), slack.NewActionBlock("acts", button)))
		ok(err)
		_, err = api.SetTopicOfConversationContext(ctx, ch.ID, "SEV1")
		ok(err)
		ok(api.AddPinContext(ctx, ch.ID, slack.NewRefToMessage(ch.ID, ts)))
		_, err = api.AddBookmarkContext(ctx, ch.ID, slack.AddBookmarkParameters{Title: "Page", Type: "link", Link: "https://x.example"})
		ok(err)
		ok(sm.AckCtx(ctx, e.Request.EnvelopeID, map[string]any{"text": "opened"}))
		_, err = api.PostEphemeralContext(ctx, ch.ID, c.UserID, slack.MsgOptionText("welcome", false))
		ok(err)
	case socketmode.EventTypeInteractive:
		c := e.Data.(slack.InteractionCallback)
		ok(sm.AckCtx(ctx, e.Request.EnvelopeID, nil))
		switch c.Type {
		case slack.InteractionTypeBlockActions:
			_, _, _, err := api.UpdateMessageContext(ctx, c.Channel.ID, c.Message.Timestamp, slack.MsgOptionText("resolved by "+c.User.Name, false))
			ok(err)
		case slack.InteractionTypeShortcut:
			_, err := api.OpenViewContext(ctx, c.TriggerID, dialog())
			ok(err)
		case slack.InteractionTypeViewSubmission:
			_, _, err := api.PostMessageContext(ctx, "checkout", slack.MsgOptionText(c.View.State.Values["title"]["t"].Value, true))
			ok(err)
		}
	case socketmode.EventTypeEventsAPI:
		ok(sm.AckCtx(ctx, e.Request.EnvelopeID, nil))
		if in := e.Data.(slackevents.EventsAPIEvent); in.InnerEvent.Type == "app_mention" {
			mentions <- in.InnerEvent.Type
		}
	case socketmode.EventTypeErrorBadMessage:
		t.Errorf("the SDK cannot read: %v", e.Data)
	}
}

func dialog() slack.ModalViewRequest {
	text := func(s string) *slack.TextBlockObject { return slack.NewTextBlockObject("plain_text", s, false, false) }
	return slack.ModalViewRequest{Type: "modal", Title: text("Declare"), Submit: text("Open"), Close: text("No"), Blocks: slack.Blocks{BlockSet: []slack.Block{
		slack.NewInputBlock("title", text("Title"), nil, slack.NewPlainTextInputBlockElement(nil, "t")),
	}}}
}

func reads(ctx context.Context, t *testing.T, api *slack.Client, st *Stage, room *Scene, bo *Actor) {
	t.Helper()
	h, err := api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: room.ID(), IncludeAllMetadata: true})
	if err != nil || len(h.Messages) < 4 {
		t.Fatal(h, err)
	}
	u, err := api.GetUserByEmailContext(ctx, "bo@acme.example")
	if err != nil || u.ID != bo.ID() {
		t.Fatal(u, err)
	}
	if _, err := api.GetUserInfoContext(ctx, bo.ID()); err != nil {
		t.Fatal(err)
	}
	if _, err := api.AuthTestContext(ctx); err != nil {
		t.Fatal(err)
	}
	_, err = api.InviteUsersToConversationContext(ctx, room.ID(), bo.ID(), "U0NOBODY")
	var se slack.SlackErrorResponse
	if !errors.As(err, &se) || se.Err != "user_not_found" || se.Errors[0].ConversationsInviteResponseError.User != "U0NOBODY" {
		t.Fatal(err)
	}
	f, err := api.UploadFileContext(ctx, slack.UploadFileParameters{Filename: "pm.md", FileSize: 2, Content: "hi", Channel: room.ID(), InitialComment: "the file"})
	if err != nil {
		t.Fatal(err)
	}
	room.Sees("the file")
	if info, _, _, err := api.GetFileInfoContext(ctx, f.ID, 0, 0); err != nil || info.Name != "pm.md" {
		t.Fatal(info, err)
	}
	st.Fail(Fault{Method: "auth.test", Status: 429, RetryAfter: 3 * time.Second})
	_, err = api.AuthTestContext(ctx)
	var limited *slack.RateLimitedError
	if !errors.As(err, &limited) || limited.RetryAfter != 3*time.Second {
		t.Fatal(err)
	}
	if link, err := api.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: room.ID(), Ts: room.Messages()[0].TS()}); err != nil || link == "" {
		t.Fatal(err)
	}
	if cs, _, err := api.GetConversationsForUserContext(ctx, &slack.GetConversationsForUserParameters{Types: []string{"public_channel", "private_channel"}}); err != nil || len(cs) != 1 {
		t.Fatal(cs, err)
	}
}
