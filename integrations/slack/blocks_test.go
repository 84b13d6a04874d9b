package slack

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"pgregory.net/rapid"

	"backout/integrations/slack/slacksim"
	"backout/templates"
)

func TestMrkdwn(t *testing.T) {
	at := time.Date(2026, 11, 20, 14, 5, 9, 0, time.UTC)
	for _, tt := range []struct {
		in   templates.Rich
		want string
	}{
		{templates.R(templates.T("a < b & c > d")), "a &lt; b &amp; c &gt; d"},
		{templates.R(templates.T("<!channel> <@U0ANA> <https://x|y>")), "&lt;!channel&gt; &lt;@U0ANA&gt; &lt;https://x|y&gt;"},
		{templates.R(templates.T("@channel, @here and ana@here.example")), "@\u200bchannel, @\u200bhere and ana@\u200bhere.example"},
		{templates.R(templates.T("snake_case_name 2*3*4 a ~ b")), "snake_case_name 2*3*4 a ~ b"},
		{templates.R(templates.T("*bold* _it_ ~gone~ `code`")), "∗bold∗ ˍitˍ ∼gone∼ ˋcodeˋ"},
		{templates.R(templates.T("```\nrm -rf\n```")), "ˋˋˋ\nrm -rf\nˋˋˋ"},
		{templates.R(templates.B("INC-7"), templates.T(" is on")), "*INC-7* is on"},
		{templates.R(templates.B(" a*b \n\n c ")), " *a∗b* \n\n *c* "},
		{templates.R(templates.T("pre"), templates.B("mid"), templates.T("post")), "pre\u200b*mid*\u200bpost"},
		{templates.R(templates.B("a"), templates.I("b")), "*a*\u200b_b_"},
		{templates.R(templates.C("a`b <c>")), "`aˋb &lt;c&gt;`"},
		{templates.R(templates.Span{Style: templates.Block, Text: "x ``` <y>\nz"}), "```\nx ˋˋˋ &lt;y&gt;\nz\n```"},
		{templates.R(templates.U("U0ANA")), "<@U0ANA>"},
		{templates.R(templates.U("U0ANA> <!here>")), "@\u200bU0ANA&gt; &lt;!here&gt;"},
		{templates.R(templates.Ch("C0ROOM")), "<#C0ROOM>"},
		{templates.R(templates.Span{Style: templates.Group, Text: "S0WEB", Label: "web"}), "@\u200bweb"},
		{templates.R(templates.Span{Style: templates.Alarm, Text: "channel"}), "@\u200bchannel"},
		{templates.R(templates.Href("https://x.example/a?b=1&c=|>", "a | b\n<c>")), "<https://x.example/a?b=1&amp;c=%7C%3E|a / b &lt;c&gt;>"},
		{templates.R(templates.Href("https://x.example/", "")), "<https://x.example/>"},
		{templates.R(templates.Href("javascript:alert(1)", "click")), "click"},
		{templates.R(templates.Href("http://", "")), "http://"},
		{templates.R(templates.Href("mailto:a@b.example", "a@b.example")), "<mailto:a@b.example|a@b.example>"},
		{templates.R(templates.At(at)), "<!date^1795183509^{date_short_pretty} at {time}|2026-11-20 14:05 UTC>"},
		{templates.R(templates.At(time.Time{})), "at an unknown time"},
		{templates.R(templates.Span{Style: templates.Emoji, Text: "fire"}), ":fire:"},
		{templates.R(templates.T("a\u202eb\u0000c")), "abc"},
	} {
		if got := strings.Join(texts(tt.in, maxSection), "|"); got != tt.want {
			t.Errorf("%+v\n gives %q\n want  %q", tt.in, got, tt.want)
		}
	}
}

func TestLongTextsAreDivided(t *testing.T) {
	r := templates.R(templates.T(strings.Repeat("wörter & mehr ", 400)), templates.B(strings.Repeat("fett ", 800)), templates.Href("https://x.example", "link"))
	parts := texts(r, maxSection)
	if len(parts) < 3 {
		t.Fatalf("%d parts", len(parts))
	}
	for _, p := range parts {
		if size(p) > maxSection || strings.Count(p, "*")%2 != 0 || strings.HasSuffix(p, "&am") {
			t.Errorf("a part of %d: …%s", size(p), p[len(p)-30:])
		}
	}
	if all := strings.Join(parts, ""); !strings.Contains(all, "<https://x.example|link>") || strings.Count(all, "mehr") != 400 || strings.Count(all, "fett") != 800 {
		t.Error("something is lost")
	}
	big := templates.Message{Summary: "big"}
	for range 80 {
		big.Parts = append(big.Parts, templates.Para(templates.R(templates.T(strings.Repeat("x", 300)))))
	}
	bs := blocksOf(big, msgBlocks, msgChars)
	data, err := json.Marshal(bs[len(bs)-1])
	if err != nil || !strings.Contains(string(data), "more") || len(bs) > msgBlocks {
		t.Errorf("%d blocks, the last is %s", len(bs), data)
	}
}

// hostile draws text that tries to be something else, sometimes long.
func hostile(t *rapid.T, label string) string {
	bit := rapid.OneOf(
		rapid.String(), rapid.StringMatching(`[a-z *_~\x60<>&@|#:\n-]{0,40}`),
		rapid.SampledFrom([]string{"<!channel>", "<!here|x>", "@channel", "@everyone", "<@U0ANA>", "<#C1>", "```", "\n> ", "&lt;!channel&gt;", "<!subteam^S1>", "\u202e", "<https://x|", "é́", "👩‍👩‍👧‍👦"}),
		rapid.Map(rapid.IntRange(0, 1500), func(n int) string { return strings.Repeat("&", n) }),
	)
	return strings.Join(rapid.SliceOfN(bit, 0, 6).Draw(t, label), "")
}

func span(t *rapid.T) templates.Span {
	return templates.Span{
		Style: templates.Style(rapid.IntRange(int(templates.Plain), int(templates.Emoji)).Draw(t, "style")),
		Text:  hostile(t, "text"), Label: hostile(t, "label"), At: time.Unix(rapid.Int64Range(-10, 1<<40).Draw(t, "at"), 0),
	}
}

func rich(t *rapid.T) templates.Rich {
	return rapid.SliceOfN(rapid.Custom(span), 0, 5).Draw(t, "rich")
}

func part(t *rapid.T) templates.Part {
	switch rapid.IntRange(0, 5).Draw(t, "part") {
	case 0:
		return templates.Heading(hostile(t, "heading"))
	case 1:
		return templates.Para(rich(t))
	case 2:
		n := rapid.IntRange(0, 14).Draw(t, "fields")
		fs := make(templates.Fields, n)
		for i := range fs {
			fs[i] = templates.Field{Label: hostile(t, "label"), Value: rich(t)}
		}
		return fs
	case 3:
		return templates.Footer(rich(t))
	case 4:
		bs := make(templates.Buttons, rapid.IntRange(0, 8).Draw(t, "buttons"))
		for i := range bs {
			bs[i] = templates.Button{
				ID: rapid.SampledFrom([]string{"", "a_v1", "b_v1"}).Draw(t, "id"), Label: hostile(t, "label"), Value: hostile(t, "value"),
				URL:  rapid.SampledFrom([]string{"", "https://x.example/?a&b", "javascript:x", "nonsense"}).Draw(t, "url"),
				Look: templates.Look(rapid.IntRange(0, 2).Draw(t, "look")),
			}
			if rapid.Bool().Draw(t, "confirm") {
				bs[i].Confirm = &templates.Confirm{Title: hostile(t, "ct"), Text: hostile(t, "cx"), Yes: hostile(t, "cy"), No: hostile(t, "cn")}
			}
		}
		return bs
	}
	return templates.Rule{}
}

func anyMessage(t *rapid.T) templates.Message {
	return templates.Message{Summary: hostile(t, "summary"), Parts: rapid.SliceOfN(rapid.Custom(part), 0, 8).Draw(t, "parts")}
}

// alarmed finds what would notify people although nobody asked for it.
func alarmed() *regexp.Regexp { return regexp.MustCompile(`<!(channel|here|everyone|subteam)`) }

// TestAnyMessagePasses posts messages of arbitrary text to a strict Slack: it takes
// each of them, and nobody is notified by what somebody typed.
func TestAnyMessagePasses(t *testing.T) {
	o := quick()
	o.NoLimits = true
	h := newHouse(t, o)
	ctx := context.Background()
	c, err := h.client.OpenChannel(ctx, "inc-1", false)
	if err != nil {
		t.Fatal(err)
	}
	ana := h.Person("ana")
	deadline := time.Now().Add(5 * time.Second)
	rapid.Check(t, func(t *rapid.T) {
		if time.Now().After(deadline) {
			return
		}
		m := anyMessage(t)
		a := answerOf(m, false, false)
		blocks, err := json.Marshal(a.Blocks)
		if err != nil {
			t.Fatal(err)
		}
		args := url.Values{"channel": {c.ID}, "text": {a.Text}, "blocks": {string(blocks)}}
		if err := h.client.form(ctx, "chat.postMessage", args, nil); err != nil {
			t.Fatalf("%v\n%s", err, blocks)
		}
		if size(a.Text) > 4000 {
			t.Fatalf("the text has %d characters", size(a.Text))
		}
		var text any
		if err := json.Unmarshal(blocks, &text); err != nil {
			t.Fatal(err)
		}
		if all := flat(text) + a.Text; alarmed().MatchString(all) {
			i := alarmed().FindStringIndex(all)[0]
			t.Fatalf("somebody is alarmed by %q", all[max(0, i-100):min(len(all), i+40)])
		}
		if err := h.client.publishHome(ctx, ana.ID(), m); err != nil && trouble2(err) {
			t.Fatalf("home: %v", err)
		}
	})
}

// trouble2 reports errors that are not our own pacing.
func trouble2(err error) bool { return codeOf(err) != "" }

// flat joins the strings of decoded JSON.
func flat(v any) string {
	switch v := v.(type) {
	case string:
		return v + "\n"
	case []any:
		var b strings.Builder
		for _, e := range v {
			b.WriteString(flat(e))
		}
		return b.String()
	case map[string]any:
		var b strings.Builder
		for k, e := range v {
			if k != "value" { // data of ours, which nobody sees
				b.WriteString(flat(e))
			}
		}
		return b.String()
	}
	return ""
}

func input(t *rapid.T) templates.Input {
	in := templates.Input{
		ID: rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "id"), Label: hostile(t, "label"), Hint: hostile(t, "hint"), Placeholder: hostile(t, "holder"),
		Kind: templates.InputKind(rapid.IntRange(int(templates.Line), int(templates.Day)).Draw(t, "kind")), Value: hostile(t, "value"),
		Optional: rapid.Bool().Draw(t, "optional"), Max: rapid.IntRange(0, 5000).Draw(t, "max"),
	}
	for range rapid.IntRange(0, 120).Draw(t, "options") {
		in.Options = append(in.Options, templates.Option{Value: rapid.StringN(0, 90, -1).Draw(t, "value"), Label: hostile(t, "label")})
	}
	return in
}

// TestAnyFormPasses opens dialogs of arbitrary text.
func TestAnyFormPasses(t *testing.T) {
	o := quick()
	o.NoLimits = true
	h := newHouse(t, o).connect()
	ana, room := h.Person("ana"), h.Room("checkout")
	ana.Joins(room)
	var f templates.Form
	opened := make(chan error)
	h.desk.answers(func(ctx context.Context, r Request) Reply {
		v, err := modal(f)
		if err == nil {
			_, err = h.client.api.OpenViewContext(ctx, r.TriggerID, v)
		}
		opened <- err
		return Reply{}
	})
	deadline := time.Now().Add(3 * time.Second)
	rapid.Check(t, func(t *rapid.T) {
		if time.Now().After(deadline) {
			return
		}
		f = templates.Form{
			ID: "f_v1", Title: hostile(t, "title"), Submit: hostile(t, "submit"), Intro: rich(t),
			Inputs: rapid.SliceOfN(rapid.Custom(input), 0, 5).Draw(t, "inputs"),
		}
		go ana.Person.Types(room, "/incident x")
		if err := <-opened; err != nil {
			var said slack.SlackErrorResponse
			errors.As(err, &said)
			t.Fatalf("%v: %v", err, said.ResponseMetadata.Messages)
		}
	})
}

var _ slacksim.TB = (*testing.T)(nil)
