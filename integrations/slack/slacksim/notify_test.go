package slacksim

import (
	"slices"
	"testing"
)

// TestAlerts posts as the app would and looks whom Slack would call.
func TestAlerts(t *testing.T) {
	for _, c := range []struct {
		name, text, blocks string
		want               []string
	}{
		{"words", "Hello @channel, &lt;!here&gt; and @ana", "", nil},
		{"everybody", "Hello <!channel> and <!here|here> and <!everyone>", "", []string{"!channel", "!here", "!everyone"}},
		{"a group", "<!subteam^S0LEADS|@leads>", "", []string{"!subteam^S0LEADS"}},
		{"a person", "<@U0ANA>", "", []string{"@U0ANA"}},
		{"references that call nobody", "<#C0LOBBY> <https://e.example|<!x> <!date^1^{date}|then>", "", nil},
		{"code", "`<!channel>` and ```<@U0ANA>```", "", nil},
		{"mrkdwn in a section", "", `[{"type":"section","text":{"type":"mrkdwn","text":"<!here>"}}]`, []string{"!here"}},
		{"plain text in a section", "", `[{"type":"section","text":{"type":"plain_text","text":"<!here>"}}]`, nil},
		{"a footer", "", `[{"type":"context","elements":[{"type":"mrkdwn","text":"<@U0ANA>"}]}]`, []string{"@U0ANA"}},
		{"rich text", "", `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"broadcast","range":"channel"},{"type":"user","user_id":"U0ANA"}]}]}]`, []string{"!channel", "@U0ANA"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := start(t, Options{NoLimits: true})
			own := room(t, st, "own")
			args := []string{"channel", own}
			if c.text != "" {
				args = append(args, "text", c.text)
			}
			if c.blocks != "" {
				args = append(args, "blocks", c.blocks)
			}
			st.form(t, "chat.postMessage", args...)
			var got []string
			for _, a := range st.Alerts() {
				got = append(got, a.Who)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("called %v, want %v", got, c.want)
			}
		})
	}
}
