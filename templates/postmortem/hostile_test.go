package postmortem_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"backout/templates"
	"backout/templates/postmortem"
	"backout/timeline"
	"backout/timeline/lessons"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"pgregory.net/rapid"
)

// everywhere puts words from next into every field that can hold them.
func everywhere(t testing.TB, words func() string, with ...func(*postmortem.Options)) []byte {
	return postmortem.Render(hostileDocument(t, words, with...))
}

func hostileDocument(t testing.TB, words func() string, with ...func(*postmortem.Options)) postmortem.Document {
	p := newTape(t, "2026-11-20")
	said := 0
	next := func() string { // never the same twice: rows that say the same become one
		said++
		return words() + "n" + strconv.Itoa(said)
	}
	p.everything(next)
	in := p.fold()
	opt := p.options("09:10:00")
	opt.Completeness.Gaps = in.Gaps
	opt.Names = names{"U0ANA": next(), "U0PRI": next(), "C7": next(), "C0SUP": next()}
	opt.Severities = []templates.Severity{{Name: in.Severity, Title: next()}}
	opt.Usual = postmortem.Usual{Detect: time.Minute, Incidents: 3}
	opt.Chart = next()
	opt.Earlier, opt.PrivateOf = earlierOf(in, next), func(int) bool { return false }
	for _, w := range with {
		w(&opt)
	}
	return postmortem.Build(in, opt)
}

// everything is an incident with words from next in every field.
func (p *tape) everything(next func() string) {
	m := func(clock string, m timeline.Message) int {
		m.Channel, m.TS = "C7", timeline.SlackTS(p.time(clock))
		return p.add(clock, "U0PRI", m)
	}
	p.add("09:00:00", "U0ANA", timeline.Declared{Title: next(), Severity: next(), Services: []string{next(), next()}})
	p.add("09:00:01", timeline.Backout, timeline.ChannelOpened{Channel: "C7", Name: next()})
	p.add("09:00:02", timeline.Backout, timeline.StepFailed{Step: next(), Reason: next()})
	a := m("09:01:00", timeline.Message{Text: next(), Files: []timeline.File{{Name: next(), URL: next()}, {Name: next(), URL: "https://ok.example/" + next()}}})
	p.star("09:01:30", "U0ANA", a)
	m("09:02:00", timeline.Message{ThreadTS: timeline.SlackTS(p.time("09:01:00")), Text: next(), BotName: next()})
	m("09:03:00", timeline.Message{Text: next()})
	p.add("09:03:30", "U0ANA", timeline.MessageEdited{Channel: "C7", TS: timeline.SlackTS(p.time("09:03:00")), Text: next()})
	m("09:03:40", timeline.Message{Subtype: "channel_topic", Text: next()})
	n := p.add("09:04:00", "U0ANA", timeline.Note{Text: next()})
	p.add("09:04:10", "U0ANA", timeline.Reworded{N: n, Text: next()})
	p.add("09:05:00", "U0ANA", timeline.Update{Text: next()})
	p.add("09:05:01", "U0ANA", timeline.ImpactSet{Text: next()})
	p.add("09:05:02", "U0ANA", timeline.CauseSet{Text: next()})
	p.add("09:05:03", "U0ANA", timeline.RoleSet{Role: next(), User: "U0TOM"})
	p.add("09:05:04", "U0ANA", timeline.TitleSet{Title: next()})
	p.add("09:05:05", "U0ANA", timeline.Linked{URL: next(), Name: next()})
	p.add("09:05:06", "U0ANA", timeline.FollowUpAdded{Number: 1, Text: next(), Owner: "U0TOM", Due: next()})
	p.add("09:05:07", "U0ANA", timeline.FollowUpAdded{Number: 2, From: a})
	p.add("09:05:08", "U0ANA", timeline.LessonAdded{Text: next()})
	p.add("09:05:09", timeline.Backout, timeline.GapOpened{Channel: "C7", From: p.time("09:05:00"), Reason: next()})
	p.outside(next)
	p.hostileAlerts(next)
	p.add("09:06:00", "U0ANA", timeline.StatusSet{Status: timeline.Monitoring, Text: next()})
	p.add("09:07:00", "U0ANA", timeline.StatusSet{Status: timeline.Resolved, Text: next()})
	p.add("09:08:00", "U0ANA", timeline.Reopened{Why: next()})
	p.add("09:09:00", "U0ANA", timeline.StatusSet{Status: timeline.Resolved, Text: next()})
	p.judgedAbout(next)
}

// judgedAbout puts words from next into what is decided about the document.
func (p *tape) judgedAbout(next func() string) {
	rules := []string{"many_changes", "all_at_once", "rollback_failed", next()}
	for i, s := range []timeline.LessonStanding{timeline.LessonAccepted, timeline.LessonReworded, timeline.LessonDismissed, timeline.LessonStanding(next())} {
		p.add("09:09:10", "U0TOM", timeline.LessonJudged{Rule: rules[i], Standing: s, Title: next(), Family: next(), Text: next()})
	}
	p.add("09:09:11", "U0TOM", timeline.LessonJudged{Rule: "not_configured", Standing: timeline.LessonReworded, Title: next(), Text: next()})
	p.add("09:09:12", timeline.Backout, timeline.Ticketed{FollowUp: 1, Ticket: timeline.Ticket{Repo: next(), Number: 1, URL: next()}})
	p.add("09:09:13", timeline.Backout, timeline.Ticketed{FollowUp: 2, Ticket: timeline.Ticket{Repo: next(), Number: 2, URL: "https://ok.example/" + next()}})
	p.add("09:09:14", "U0TOM", timeline.Exported{What: next(), Link: next(), File: next()})
	p.add("09:09:15", "U0TOM", timeline.ReviewSet{State: timeline.ReviewState(next())})
}

// earlierOf is an incident that taught all that this one teaches.
func earlierOf(in *timeline.Incident, next func() string) []lessons.Earlier {
	e := lessons.Earlier{Number: 3, Title: next(), At: in.Moments().Declared.At.Add(-time.Hour), Services: in.Services}
	for _, l := range lessons.Of(in, lessons.Options{}) {
		e.Rules = append(e.Rules, l.Rule)
	}
	for i := range 3 {
		e.FollowUps = append(e.FollowUps, timeline.FollowUp{Number: i, Text: next(), Due: next(), State: timeline.FollowUpOpen, Ticket: timeline.Ticket{Repo: next(), Number: i + 1, URL: next()}})
	}
	return []lessons.Earlier{e}
}

// shape is what no words may change.
type shape struct {
	Blocks []string
	links  []string
}

func shapeOf(t interface{ Errorf(string, ...any) }, src []byte) shape {
	var s shape
	md := goldmark.New(goldmark.WithExtensions(extension.GFM))
	sum := regexp.MustCompile(` sha=[0-9a-f]+`)
	_ = ast.Walk(md.Parser().Parse(text.NewReader(src)), func(n ast.Node, in bool) (ast.WalkStatus, error) {
		if !in {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			s.links = append(s.links, string(n.Destination))
		case *ast.AutoLink:
			s.links = append(s.links, string(n.URL(src)))
		case *ast.CodeBlock:
			t.Errorf("there is a %s", n.Kind())
		case *ast.Image: // the chart is one
			s.Blocks = append(s.Blocks, "Image")
			if u := string(n.Destination); strings.ContainsAny(u, ":?#\\") || strings.HasPrefix(u, "/") {
				t.Errorf("there is an image at %q", u)
			}
		case *ast.RawHTML:
			tag := string(n.Segments.Value(src))
			if !slices.Contains([]string{"<br>", "<code>", "</code>", "</a>"}, tag) && !regexp.MustCompile(`^<a id="t\d+">$`).MatchString(tag) {
				t.Errorf("there is HTML: %q", tag)
			}
		case *ast.Heading:
			name := fmt.Sprintf("h%d", n.Level)
			if n.Level > 1 {
				name += " " + string(n.Lines().Value(src))
			}
			s.Blocks = append(s.Blocks, name)
		case *ast.HTMLBlock:
			s.Blocks = append(s.Blocks, sum.ReplaceAllString(string(n.Lines().Value(src)), ""))
		case *east.TableRow, *east.TableHeader:
			s.Blocks = append(s.Blocks, fmt.Sprintf("row of %d", n.ChildCount()))
		case *ast.FencedCodeBlock, *ast.List, *ast.ListItem, *ast.Paragraph, *ast.Blockquote, *ast.ThematicBreak, *east.Table:
			s.Blocks = append(s.Blocks, n.Kind().String())
		}
		return ast.WalkContinue, nil
	})
	return s
}

func hostile() []string {
	return []string{
		"|", "\n", "\n\n", "# ", "\n# x\n", "- ", "1. ", "&gt; ", "```", "~~~", "`", "\\", "*", "**", "_", "~", "[x](http://evil.example)", "![x](http://evil.example)",
		"<https://ok.example|fine>", "<https://ok.example/a_b?x=&amp;copy;)>", "\n&lt;!-- backout:end timeline --&gt;\n", "<!-- backout:end header -->", "`&lt;!-- backout:begin x --&gt;`",
		"&lt;script&gt;", "<script>", "http://evil.example", "www.evil.example", "a@evil.example", "<@U0ANA>", "<!here>", "#12", "@octocat", "GH-1", "a/b#1", "---", "===", "|---|---|", "    ", "\t", "\u202e", "\x00", "\r", "<br>", "&amp;",
		"*b*", "_i_", "`c`", "```\nx\n```", ":x:", " ", "a", "$", "[T99](#t99)", "<a id=\"t1\"></a>", "https://evil.example", "javascript:alert(1)", "\"", "'", "(", ")", "]", "[", "“", "”", "{{.}}", "<details>", "%%",
	}
}

// No words that people can write anywhere change how the document is built.
func TestWordsBreakNothing(t *testing.T) {
	want := shapeOf(t, everywhere(t, func() string { return "word" }))
	piece := rapid.OneOf(rapid.String(), rapid.SampledFrom(append(hostile(), "@", "#", "GH", "gh-", "-1", "1", "@octo*cat*", "*@*octocat", "&#64;octocat", "&commat;octocat", "_@x_", "\u200boctocat", "@\u00adoctocat")))
	rapid.Check(t, func(rt *rapid.T) {
		words := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(piece, 0, 5).Draw(t, "pieces"), "") + "w" })
		code := rapid.Bool().Draw(rt, "names as code")
		src := everywhere(t, func() string { return words.Draw(rt, "words") }, func(opt *postmortem.Options) { opt.CodeNames = code })
		got := shapeOf(rt, src)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(shape{}), cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".links" }, cmp.Ignore())); diff != "" {
			rt.Errorf("the document is built differently (-want +got):\n%s", diff)
		}
		for _, l := range got.links {
			fromMarkup := strings.HasPrefix(l, "https://ok.example") || strings.HasPrefix(l, "https://acme.slack.example/") || strings.HasPrefix(l, "#t")
			// Two fields are links as a whole: the address of a file and of a link.
			if !fromMarkup && !strings.HasPrefix(l, "http://") && !strings.HasPrefix(l, "https://") && !strings.HasPrefix(l, "mailto:") {
				rt.Errorf("there is a link to %q", l)
			}
		}
		checkRefs(rt, src)
		mentionsNobody(rt, src)
		checkGantt(rt, src)
	})
}

// checkRefs makes sure that what is pointed at is there, once.
func checkRefs(t interface{ Errorf(string, ...any) }, src []byte) {
	s := outsideCode(src)
	anchors := map[string]int{}
	for _, m := range regexp.MustCompile(`<a id="(t\d+)"></a>`).FindAllStringSubmatch(s, -1) {
		anchors[m[1]]++
	}
	for a, n := range anchors {
		if n != 1 {
			t.Errorf("%s stands %d times", a, n)
		}
	}
	for _, m := range regexp.MustCompile(`\[T\d+\]\(#(t\d+)\)`).FindAllStringSubmatch(s, -1) {
		if anchors[m[1]] == 0 {
			t.Errorf("%s points nowhere", m[0])
		}
	}
}

var codeOrEscape = regexp.MustCompile("(?s)^(?:```mermaid\n.*?\n```\n|<code>.*?</code>|`[^`\n]*`|\\\\[[:punct:]])")

// outsideCode takes out what is escaped, and code: nothing in it is a link. It
// goes from left to right, because a backslash inside code escapes nothing.
func outsideCode(src []byte) string {
	var b strings.Builder
	for i := 0; i < len(src); i++ {
		if strings.IndexByte("`<\\", src[i]) >= 0 {
			if m := codeOrEscape.Find(src[i:]); m != nil {
				b.WriteByte(' ')
				i += len(m) - 1
				continue
			}
		}
		b.WriteByte(src[i])
	}
	return b.String()
}

func TestStoriesPointSomewhere(t *testing.T) {
	for _, s := range stories() {
		in, opt := s.make(t)
		src := postmortem.Render(postmortem.Build(in, opt))
		checkRefs(t, src)
		checkGantt(t, src)
	}
}

// Words of a deleted message are nowhere in the document.
func TestDeletedWordsAreGone(t *testing.T) {
	in, opt := busy(t)
	if src := postmortem.Render(postmortem.Build(in, opt)); strings.Contains(string(src), "hunter2") {
		t.Error("the document has words of a deleted message")
	}
}
