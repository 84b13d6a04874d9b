package templates_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"backout/templates"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"pgregory.net/rapid"
)

type someNames map[string]string

func (n someNames) PersonName(id string) string  { return n[id] }
func (n someNames) ChannelName(id string) string { return n[id] }

func TestMarkdown(t *testing.T) {
	names := someNames{"U1": "Ana *Ruiz*", "C1": "inc-7"}
	for in, want := range map[string]string{
		"<@U1> in <#C1>":                 `Ana \*Ruiz\* in #inc-7`,
		"<@U2|tom> <@U3>":                `tom U3`,
		"*down* since _noon_ ~no~":       "**down** since *noon* ~~no~~",
		"*Down.* Now":                    "**Down.** Now",
		"a | b":                          `a \| b`,
		"`a` `b|c` `d``e`":               "`a` <code>b\\|c</code> `d`\u200b`e`",
		"# no heading":                   `\# no heading`,
		"1. no list":                     `1\. no list`,
		"line\nbreak":                    "line<br>break",
		"```a\nb```":                     "`a`<br>`b`",
		"#12 GH-12 @all a/b#3":           "\\#\u200b12 GH-\u200b12 @\u200ball a/b#\u200b3",
		"<!channel>":                     "@\u200bchannel",
		"http://a.example www.b.example": `http\://a.example www\.b.example`,
		"<https://a.example/(x)|[x](y)>": `[\[x\](y)](https://a.example/%28x%29)`,
		"&lt;!-- backout:end x --&gt;":   `\<\!-- backout:end x --\>`,
		"`&lt;!-- x --&gt;`":             `<code>\<\!-- x --\></code>`,
		"left\u202eright\u0007":          "leftright",
		"snake_case and _dunder":         `snake_case and \_dunder`,
		"AT&amp;T &amp;copy; $5":         `AT\&T \&copy; \$5`,
		":fire: :white_check_mark:":      ":fire: :white_check_mark:",
	} {
		if got := templates.FromSlack(in).Markdown(names); got != want {
			t.Errorf("%q\n got %q\nwant %q", in, got, want)
		}
	}
}

// Whatever somebody writes stays one cell of its table and one item of its list,
// and links only where the text has a link.
func TestMarkdownStaysInItsPlace(t *testing.T) {
	md := goldmark.New(goldmark.WithExtensions(extension.GFM))
	piece := rapid.OneOf(rapid.String(), rapid.SampledFrom(hostile()))
	rapid.Check(t, func(t *rapid.T) {
		rich := templates.FromSlack(strings.Join(rapid.SliceOfN(piece, 0, 6).Draw(t, "pieces"), ""))
		one := rich.Markdown(nil)
		src := []byte("| a | b |\n|---|---|\n| " + one + " | end |\n\n- " + one + "\n\n# " + one + "\n\nlast\n")
		var shape []string
		var links []string
		err := ast.Walk(md.Parser().Parse(text.NewReader(src)), func(n ast.Node, in bool) (ast.WalkStatus, error) {
			if !in {
				return ast.WalkContinue, nil
			}
			switch n := n.(type) {
			case *ast.Link:
				links = append(links, string(n.Destination))
			case *ast.AutoLink, *ast.Image, *ast.HTMLBlock:
				t.Errorf("makes a %s", n.Kind())
			case *ast.RawHTML:
				if tag := string(n.Segments.Value(src)); !slices.Contains([]string{"<br>", "<code>", "</code>"}, tag) {
					t.Errorf("makes HTML: %q", tag)
				}
			case *east.Table, *east.TableHeader, *east.TableRow, *east.TableCell, *ast.List, *ast.ListItem, *ast.Heading, *ast.Paragraph, *ast.TextBlock, *ast.Blockquote, *ast.FencedCodeBlock, *ast.CodeBlock, *ast.ThematicBreak:
				shape = append(shape, n.Kind().String())
			}
			return ast.WalkContinue, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		want := "Table TableHeader TableCell TableCell TableRow TableCell TableCell List ListItem TextBlock Heading Paragraph"
		if one == "" {
			want = strings.Replace(want, " TextBlock", "", 1)
		}
		if got := strings.Join(shape, " "); got != want {
			t.Errorf("%q\n got %s\nwant %s", one, got, want)
		}
		anchors := 0
		for _, s := range rich {
			if s.Style == templates.Anchor {
				anchors++
			}
		}
		if len(links) != 3*anchors {
			t.Errorf("%q has %d links for %d marked ones, thrice: %q", one, len(links), anchors, links)
		}
		if m := regexp.MustCompile(`@[A-Za-z0-9]|#[0-9]|(?i:gh-)[0-9]`).FindString(withoutCode(one)); m != "" {
			t.Errorf("%q mentions %q", one, m)
		}
		if bytes.Contains(src, []byte("<!--")) {
			t.Errorf("%q makes a comment", one)
		}
	})
}

// withoutCode leaves out what GitHub does not look into for references.
func withoutCode(s string) string {
	s = regexp.MustCompile(`\\[[:punct:]]`).ReplaceAllString(s, " ") // an escaped backquote begins nothing
	s = regexp.MustCompile("`[^`]*`|<code>.*?</code>").ReplaceAllString(s, "")
	return regexp.MustCompile(`\]\([^)]*\)`).ReplaceAllString(s, "")
}

func hostile() []string {
	return []string{
		"|", "\n", "\n\n", "# ", "- ", "1. ", "> ", "&gt; ", "```", "`", "\\", "*", "**", "_", "~", "[x](http://a.example)", "![x](y)",
		"<https://ok.example|fine>", "<https://ok.example/a_b?x=&amp;copy;)>", "&lt;!-- backout:end timeline --&gt;", "&lt;script&gt;", "http://a.example", "www.a.example",
		"a@b.example", "<@U1|a|b>", "<!here>", "#12", "@octocat", "GH-1", "a/b#1", "---", "===", "|---|", "    ", "\t", "\u202e", "\x00", "\r", "<br>", "&amp;", "&amp;lt;", "*b*", "_i_", "`c`", "```\nx\n```", ":x:", " ", "a", "$", "[^1]", "$$",
	}
}

// A reference may be put together from spans, and from what is taken out of them.
func TestMarkdownPartsReferencesAcrossSpans(t *testing.T) {
	for _, r := range []templates.Rich{
		templates.R(templates.T("ask @"), templates.T("octocat")),
		templates.R(templates.T("ask @"), templates.T("\u202eoctocat")),
		templates.R(templates.T("see #"), templates.T("\x00"), templates.T("12")),
	} {
		if got := r.Markdown(nil); regexp.MustCompile(`@o|#1`).MatchString(got) {
			t.Errorf("%q makes a reference", got)
		}
	}
}
