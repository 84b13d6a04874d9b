package config

import (
	"errors"
	"fmt"
	"path"
	"strings"
	"text/template"
	"text/template/parse"
)

// maxChannelName is Slack's limit, in characters.
const maxChannelName = 80

// ChannelParts is what a channel's name may be made of.
type ChannelParts struct {
	Number   int    // 7 of INC-7
	Slug     string // the title in small letters with hyphens; may be empty
	Date     string // 2026-11-20, UTC
	Severity string // its name
	Service  string // may be empty
}

// PathParts is what the path of a postmortem may be made of.
type PathParts struct {
	Number                 int
	Slug, Severity         string
	Service                string // may be empty
	Year, Month, Day, Date string // of the declaration, UTC; Date is 2026-11-20
}

// ChannelName renders the channel template. What comes out may still need
// transliteration, cutting to 80 characters and a suffix.
func (c Config) ChannelName(p ChannelParts) (string, error) { return render(c.Channel, p) }

// PostmortemPath renders the path of a postmortem in its repository.
func (c Config) PostmortemPath(p PathParts) (string, error) { return render(c.Postmortem.Path, p) }

// render executes a template that checkTemplate accepts.
func render(text string, data any) (string, error) {
	if err := checkTemplate(text); err != nil {
		return "", err
	}
	t, err := template.New("").Parse(text)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	if err := t.Execute(&out, data); err != nil {
		return "", fmt.Errorf("the template %q cannot be filled in: %w", text, err)
	}
	return out.String(), nil
}

// checkTemplate wants a template of text, {{.Fields}} and {{if}}. Loops and
// nested templates are refused: names need none, and one that never ends would
// stop the bot.
func checkTemplate(text string) error {
	t, err := template.New("").Parse(text)
	if err != nil {
		return fmt.Errorf("the template %q does not parse: %w", text, err)
	}
	if len(t.Templates()) > 1 || t.Tree != nil && !plainNodes(t.Root) {
		return errors.New("the template may only hold text, {{.Fields}} and {{if}}")
	}
	return nil
}

// plainNodes reports whether list holds only what checkTemplate allows.
func plainNodes(list *parse.ListNode) bool {
	if list == nil {
		return true
	}
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *parse.TextNode, *parse.ActionNode, *parse.CommentNode:
		case *parse.IfNode:
			if !plainNodes(n.List) || !plainNodes(n.ElseList) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// checkChannelName fills the template in as two incidents would.
func (v *validator) checkChannelName() {
	one, err := v.c.ChannelName(ChannelParts{Number: 7, Slug: "logged-out", Date: "2026-11-20", Severity: "1", Service: "web-app"})
	if err != nil {
		v.fail("channel", "%v; the fields are .Number, .Slug, .Date, .Severity and .Service", err)
		v.because(err)
		return
	}
	two, err := v.c.ChannelName(ChannelParts{Number: 8, Slug: "slow", Date: "2026-11-20", Severity: "1"})
	switch {
	case err != nil:
		v.fail("channel", "%v", err)
		v.because(err)
	case !like(`^[a-z0-9_-]*[a-z0-9][a-z0-9_-]*$`, one) || !like(`^[a-z0-9_-]*[a-z0-9][a-z0-9_-]*$`, two):
		v.fail("channel", "would name a channel %q, which Slack refuses; use small letters, digits, - and _ around the fields", one)
	case len(one) > maxChannelName:
		v.fail("channel", "would name a channel with %d characters, Slack takes %d; shorten the fixed part", len(one), maxChannelName)
	case one == two:
		v.fail("channel", "would give every incident the same name; put {{.Number}} into it")
	}
}

// checkPostmortem looks at where the document goes.
func (v *validator) checkPostmortem() {
	v.repo("postmortem.repo", v.c.Postmortem.Repo)
	got, err := v.c.PostmortemPath(PathParts{
		Number: 7, Slug: "logged-out", Severity: "1", Service: "web-app",
		Year: "2026", Month: "11", Day: "20", Date: "2026-11-20",
	})
	switch {
	case err != nil:
		v.fail("postmortem.path", "%v; the fields are .Number, .Slug, .Severity, .Service, .Year, .Month, .Day and .Date", err)
		v.because(err)
	case got == "" || path.IsAbs(got) || path.Clean(got) != got || strings.HasPrefix(got, "..") || strings.Contains(got, `\`):
		v.fail("postmortem.path", "would write to %q; write a path inside the repository such as {{.Year}}/{{.Number}}-{{.Slug}}.md", got)
	case path.Ext(got) != ".md":
		v.fail("postmortem.path", "would write %q, but the document is Markdown; end the path in .md", got)
	}
}
