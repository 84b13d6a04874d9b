package templates_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"backout/templates"

	"github.com/google/go-cmp/cmp"
)

func TestFromSlack(t *testing.T) {
	person := templates.Span{Style: templates.Person, Text: "U0ANA", Label: "ana"}
	tests := map[string]struct {
		in   string
		want templates.Rich
	}{
		"words":              {"plain words", templates.R(templates.T("plain words"))},
		"entities":           {"a &lt; b &amp;&amp; c &gt; d &amp;lt;", templates.R(templates.T("a < b && c > d &lt;"))},
		"mention":            {"ask <@U0ANA|ana>", templates.R(templates.T("ask "), person)},
		"bare mention":       {"<@U0ANA>", templates.R(templates.U("U0ANA"))},
		"channel":            {"<#C01|general>", templates.R(templates.Span{Style: templates.Room, Text: "C01", Label: "general"})},
		"private channel":    {"<#C01|>", templates.R(templates.Ch("C01"))},
		"group":              {"<!subteam^S01|@web>", templates.R(templates.Span{Style: templates.Group, Text: "S01", Label: "web"})},
		"alarm":              {"<!here> <!channel|channel>", templates.R(templates.Span{Style: templates.Alarm, Text: "here"}, templates.T(" "), templates.Span{Style: templates.Alarm, Text: "channel"})},
		"date":               {"<!date^0^{date}|then>", templates.R(templates.Span{Style: templates.Instant, At: time.Unix(0, 0).UTC(), Label: "then"})},
		"odd command":        {"<!toString|x &amp; y>", templates.R(templates.T("x & y"))},
		"link":               {"<https://a.example/?a=1&amp;b=2|the run>", templates.R(templates.Href("https://a.example/?a=1&b=2", "the run"))},
		"mail":               {"<mailto:a@b.example|a@b.example>", templates.R(templates.Href("mailto:a@b.example", "a@b.example"))},
		"harmful scheme":     {"<javascript:alert(1)|click>", templates.R(templates.T("click"))},
		"styles":             {"*b* _i_ ~s~ `c`", templates.R(templates.B("b"), templates.T(" "), templates.I("i"), templates.T(" "), templates.Span{Style: templates.Struck, Text: "s"}, templates.T(" "), templates.C("c"))},
		"mention in bold":    {"*to <@U0ANA|ana>: go*", templates.R(templates.B("to "), person, templates.B(": go"))},
		"no styles":          {"2*3*4 snake_case_name * a * ~ ", templates.R(templates.T("2*3*4 snake_case_name * a * ~ "))},
		"code keeps marks":   {"`*a* &lt;b&gt; <https://a.example>`", templates.R(templates.C("*a* <b> https://a.example"))},
		"block":              {"see\n```\nx := 1\n  y\n```\ndone", templates.R(templates.T("see"), templates.Span{Style: templates.Block, Text: "x := 1\n  y"}, templates.T("done"))},
		"open block":         {"see ```x", templates.R(templates.T("see ```x"))},
		"emoji":              {":fire: :+1: :man-shrugging:", templates.R(templates.Span{Style: templates.Emoji, Text: "fire"}, templates.T(" "), templates.Span{Style: templates.Emoji, Text: "+1"}, templates.T(" "), templates.Span{Style: templates.Emoji, Text: "man-shrugging"})},
		"times are no emoji": {"10:30:45 host:8080:x :30:", templates.R(templates.T("10:30:45 host:8080:x :30:"))},
		"brackets":           {"if a <b then <script> <@nobody>", templates.R(templates.T("if a <b then <script> <@nobody>"))},
		"line ends a style":  {"*a\nb*", templates.R(templates.T("*a\nb*"))},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, templates.FromSlack(tt.in)); diff != "" {
				t.Errorf("FromSlack(%q) (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

// Text of ten times Slack's greatest length, made to be searched again and again:
// twice as much takes twice as long, whatever it is made of.
func BenchmarkFromSlack(b *testing.B) {
	for _, s := range []string{"plain ", "*a ", "<", "`", "_a ", ":a", "```", "*_~"} {
		for _, n := range []int{200_000, 400_000} {
			b.Run(fmt.Sprintf("%q/%d", s, n), func(b *testing.B) {
				text := strings.Repeat(s, n/len(s))
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					templates.FromSlack(text).Markdown(nil)
				}
			})
		}
	}
}

func FuzzFromSlack(f *testing.F) {
	for _, s := range []string{"", "*b* _i_ `c`", "<@U1|x> <!here> <!date^1^x|y>", "```\na\n```", "<https://a.example|b>", ":x:", "<!-- backout:end timeline -->", "@all #12 GH-3 a/b#4"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := templates.FromSlack(s)
		for _, got := range []string{r.Plain(nil), r.Markdown(nil)} {
			if !utf8.ValidString(got) {
				t.Errorf("%q gives bytes that are no text: %q", s, got)
			}
		}
		if md := r.Markdown(nil); strings.ContainsAny(md, "\n\r\x00") || strings.Contains(md, "<!--") {
			t.Errorf("%q leaves its line or makes a comment: %q", s, md)
		}
	})
}
