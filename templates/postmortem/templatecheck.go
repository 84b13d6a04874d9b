package postmortem

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"text/template/parse"
	"unicode/utf8"

	"backout/templates"
)

// ParseTemplate reads a team's template and tries it on two incidents: one that has
// everything, and one that was cancelled. Every error names the file and the line,
// and what to write instead; several are joined.
func ParseTemplate(name, text string) (*Template, error) {
	if !utf8.ValidString(text) {
		return nil, fmt.Errorf("%s: the template is not UTF-8; save it as such", name)
	}
	text = strings.ReplaceAll(strings.TrimPrefix(text, "\uFEFF"), "\r\n", "\n")
	if strings.TrimSpace(text) == "" {
		return nil, fmt.Errorf(`%s: the template is empty; begin it with {{part "header"}}`, name)
	}
	in, err := sampleDocuments()
	if err != nil {
		return nil, err
	}
	c := checker{name: name, text: text, known: in[0].Sections}
	l := layout{}
	parsed, err := template.New(name).Funcs(l.funcs()).Parse(text)
	if err != nil {
		return nil, c.unreadable(err)
	}
	c.markers()
	for _, t := range parsed.Templates() {
		if t.Tree != nil {
			c.list(t.Root)
		}
	}
	t := &Template{name: name, text: parsed}
	for _, d := range in {
		if len(c.found) == 0 {
			c.try(t, d)
		}
	}
	return t, c.err()
}

// checker collects what is wrong with a template.
type checker struct {
	name, text string
	known      []Section
	found      []finding
	// at is where each part is asked for first.
	at map[string]int
}

type finding struct {
	line int
	text string
}

func (c *checker) say(line int, format string, args ...any) {
	c.found = append(c.found, finding{line, fmt.Sprintf(format, args...)})
}

func (c *checker) err() error {
	slices.SortStableFunc(c.found, func(a, b finding) int { return cmp.Compare(a.line, b.line) })
	var out []error
	for _, f := range c.found {
		out = append(out, fmt.Errorf("%s:%d: %s", c.name, f.line, f.text))
	}
	return errors.Join(out...)
}

// unreadable rewords what text/template says of a template that it cannot read.
func (c *checker) unreadable(err error) error {
	line, text := c.located(err)
	if m := regexp.MustCompile(`^unclosed action started at .*:(\d+)$`).FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1])
		text = "this action is not closed"
	}
	hint := `an action looks like {{part "timeline"}} or {{.Title}}`
	if strings.Contains(text, "function ") && strings.Contains(text, " not defined") {
		hint = "the functions are part, heading, ask and has"
	}
	return fmt.Errorf("%s:%d: %s; %s", c.name, line, text, hint)
}

// located takes the place that text/template names out of its error.
func (c *checker) located(err error) (line int, text string) {
	rest := strings.TrimPrefix(err.Error(), "template: "+c.name+":")
	m := regexp.MustCompile(`^(\d+)(?::\d+)?: `).FindStringSubmatch(rest)
	if m == nil {
		return 1, rest
	}
	line, _ = strconv.Atoi(m[1])
	return line, rest[len(m[0]):]
}

// markers finds those that somebody copied from a document.
func (c *checker) markers() {
	n := 0
	for line := range strings.Lines(c.text) {
		n++
		if readMarker(line).kind != noMarker || strings.Contains(line, strings.TrimSpace(markOpen)) {
			c.say(n, `Backout writes the markers itself; take this line out and put {{part "timeline"}} where the part belongs`)
		}
	}
}

// try renders a document and reports what goes wrong.
func (c *checker) try(t *Template, d Document) {
	_, parts, err := t.render(d)
	var wrong problem
	var place misplaced
	switch {
	case errors.As(err, &place):
		c.say(c.at[string(place)], "%s", place)
	case errors.As(err, &wrong):
		line, _ := c.located(err)
		c.say(line, "%s", wrong)
	case err != nil:
		line, text := c.located(err)
		c.say(line, "%s", text)
	case !slices.Contains(parts, "header"):
		c.say(1, `the part "header" is missing, and with it the title and the facts; begin the template with {{part "header"}}`)
	}
}

// list walks through a list of nodes.
func (c *checker) list(l *parse.ListNode) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		c.node(n)
	}
}

func (c *checker) node(n parse.Node) {
	switch n := n.(type) {
	case *parse.ActionNode:
		c.pipe(n.Pipe)
	case *parse.IfNode:
		c.branch(&n.BranchNode)
	case *parse.RangeNode: // and counting would let a slip of the hand run for hours
		c.say(c.line(n), "there is no list to range over; write each part down")
		c.branch(&n.BranchNode)
	case *parse.WithNode:
		c.branch(&n.BranchNode)
	case *parse.TemplateNode:
		c.pipe(n.Pipe)
	case *parse.PipeNode:
		c.pipe(n)
	case *parse.FieldNode:
		c.field(n, n.Ident[0])
	case *parse.VariableNode:
		if n.Ident[0] == "$" && len(n.Ident) > 1 {
			c.field(n, n.Ident[1])
		}
	}
}

func (c *checker) branch(b *parse.BranchNode) {
	c.pipe(b.Pipe)
	c.list(b.List)
	c.list(b.ElseList)
}

func (c *checker) pipe(p *parse.PipeNode) {
	if p == nil {
		return
	}
	for _, cmd := range p.Cmds {
		if f, ok := cmd.Args[0].(*parse.IdentifierNode); ok && slices.Contains([]string{"part", "heading", "ask", "has"}, f.Ident) {
			c.call(cmd, f.Ident)
			continue
		}
		for _, arg := range cmd.Args {
			c.node(arg)
		}
	}
}

func (c *checker) line(n parse.Node) int {
	return 1 + strings.Count(c.text[:min(int(n.Position()), len(c.text))], "\n")
}

// field checks a fact that the template names.
func (c *checker) field(n parse.Node, name string) {
	all := []string{"ID", "Title", "Severity", "Status", "Date", "Services"}
	if !slices.Contains(all, name) {
		c.say(c.line(n), "there is no field .%s; there are .%s", name, strings.Join(nearest(name, all), ", ."))
	}
}

// call checks what is asked of a part.
func (c *checker) call(cmd *parse.CommandNode, f string) {
	line := c.line(cmd)
	var arg *parse.StringNode
	if len(cmd.Args) == 2 {
		arg, _ = cmd.Args[1].(*parse.StringNode)
	}
	if arg == nil {
		c.say(line, `%s wants the name of one part in quotes: {{%s "timeline"}}`, f, f)
		return
	}
	if c.at == nil {
		c.at = map[string]int{}
	}
	if _, ok := c.at[arg.Text]; !ok && f == "part" {
		c.at[arg.Text] = line
	}
	i := slices.IndexFunc(c.known, func(s Section) bool { return s.Part == arg.Text })
	switch {
	case i < 0:
		names := make([]string, len(c.known))
		for i, s := range c.known {
			names[i] = s.Part
		}
		c.say(line, "there is no part %q; there are %s", arg.Text, strings.Join(nearest(arg.Text, names), ", "))
	case f == "ask" && len(c.known[i].Ask) == 0:
		c.say(line, "nothing is asked about the part %q; take {{ask %q}} out, or write a question of your own", arg.Text, arg.Text)
	case f == "heading" && c.known[i].Title == "":
		c.say(line, "the part %q carries the document's title; take {{heading %q}} out", arg.Text, arg.Text)
	}
}

// nearest orders words by how few slips make them the one that was typed.
func nearest(typed string, words []string) []string {
	out := slices.Clone(words)
	typed = strings.ToLower(typed)
	slices.SortStableFunc(out, func(a, b string) int {
		return cmp.Compare(templates.Slips(typed, strings.ToLower(a)), templates.Slips(typed, strings.ToLower(b)))
	})
	return out
}
