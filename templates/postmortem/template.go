package postmortem

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"backout/templates"
)

// Template is a document as a team lays it out: Markdown with actions of
// text/template. The team's own words, and the order, are the file's; what Backout
// writes comes in where the file asks for it.
//
//	{{part "timeline"}}     the owned part, between its markers, on lines of its own
//	{{heading "timeline"}}  its heading, ## Timeline
//	{{ask "detection"}}     what people are asked there, as > TODO
//	{{has "detection"}}     for {{if}}: whether this incident has the part
//	{{.Title}}              a fact in plain words, also .ID .Severity .Status .Date
//	                        .Services
//
// Facts outside of parts are filled in when the document is first written, as the
// team's words around them are: in a copy that exists they stay as they were.
// A part that an incident does not have, such as the analysis of one that was
// cancelled, is nothing. The rest of text/template is there too. A Template does not
// change and is safe for concurrent use.
type Template struct {
	name string
	text *template.Template
}

// Render writes the document as the template lays it out. The result merges as that
// of [Render] does. Where a document makes the template fail, which [ParseTemplate]
// tries but cannot rule out for a template with conditions of its own, it is laid
// out in the order that is built in.
func (t *Template) Render(d Document) []byte {
	out, _, err := t.render(d)
	if err != nil {
		return Render(d)
	}
	return out
}

func (t *Template) render(d Document) (out []byte, parts []string, err error) {
	text, err := t.text.Clone()
	if err != nil {
		return nil, nil, err
	}
	l := layout{d: d}
	var b bytes.Buffer
	if err := text.Funcs(l.funcs()).Execute(&b, d.Fields.escaped()); err != nil {
		return nil, nil, err
	}
	out = headed(b.Bytes(), documentLine(d.ID, l.parts))
	if !bytes.HasSuffix(out, []byte("\n")) {
		out = append(out, '\n')
	}
	return out, l.parts, l.check(out)
}

// headed puts the document's line above everything else, or behind front matter,
// which must come first.
func headed(body []byte, line string) []byte {
	const rule = "---\n"
	if bytes.HasPrefix(body, []byte(rule)) {
		if end := bytes.Index(body[len(rule):], []byte("\n"+rule)); end >= 0 {
			at := len(rule) + end + len("\n"+rule)
			return slices.Concat(body[:at], []byte(line+"\n"), body[at:])
		}
	}
	return slices.Concat([]byte(line+"\n\n"), body)
}

// layout is one rendering: it answers what the template asks for.
type layout struct {
	d     Document
	parts []string // those written so far
}

func (l *layout) funcs() template.FuncMap {
	return template.FuncMap{"part": l.part, "heading": l.heading, "ask": l.ask, "has": l.has}
}

func (l *layout) section(part string) (Section, bool) {
	i := slices.IndexFunc(l.d.Sections, func(s Section) bool { return s.Part == part })
	if i < 0 {
		return Section{}, false
	}
	return l.d.Sections[i], true
}

func (l *layout) has(part string) bool {
	_, ok := l.section(part)
	return ok
}

func (l *layout) part(part string) (string, error) {
	s, ok := l.section(part)
	if !ok {
		return "", nil
	}
	if slices.Contains(l.parts, part) {
		return "", problem(fmt.Sprintf("the part %q stands here a second time; take one of the two out", part))
	}
	l.parts = append(l.parts, part)
	w := l.writer()
	w.part(l.d, s)
	return strings.TrimSuffix(string(w.out), "\n"), nil
}

func (l *layout) heading(part string) string {
	s, ok := l.section(part)
	if !ok || s.Title == "" {
		return ""
	}
	return "## " + s.Title
}

func (l *layout) ask(part string) string {
	s, _ := l.section(part)
	w := l.writer()
	w.asked(s)
	return strings.TrimSuffix(string(w.out), "\n")
}

func (l *layout) writer() writer { return writer{names: l.d.Names, codeNames: l.d.CodeNames} }

// check makes sure that [Merge] finds each part that was written, and nothing else.
func (l *layout) check(out []byte) error {
	marks := readMarkers(out)
	if len(marks) == 0 || marks[0].kind != documentMarker {
		return problem("the markers of the document cannot be read")
	}
	marks = marks[1:]
	for _, part := range l.parts {
		if len(marks) < 2 || marks[0].name != part {
			return misplaced(part)
		}
		if _, ok := asPair(out, marks, 0); !ok {
			return misplaced(part)
		}
		marks = marks[2:]
	}
	if len(marks) > 0 {
		return problem("there are markers that Backout did not write; put {{part \"timeline\"}} where a part belongs, and it writes them")
	}
	return nil
}

// problem is something that a template does wrong, and what to do instead.
type problem string

func (p problem) Error() string { return string(p) }

// misplaced is the part that does not stand on lines of its own.
type misplaced string

func (p misplaced) Error() string {
	return fmt.Sprintf("the part %q shares a line with something else or is indented; put {{part %q}} alone at the beginning of a line", string(p), string(p))
}

// escaped gives the fields as Markdown on one line each, for any place in a text.
func (f Fields) escaped() Fields {
	return Fields{
		ID: inMarkdown(f.ID), Title: inMarkdown(f.Title), Severity: inMarkdown(f.Severity),
		Status: inMarkdown(f.Status), Date: inMarkdown(f.Date), Services: inMarkdown(f.Services),
	}
}

// inMarkdown escapes words for the middle of a line of which nothing is known: what
// comes behind may not make a link or a mention of them.
func inMarkdown(s string) string {
	const behind = "x"
	return strings.TrimSuffix(templates.R(templates.T(oneLine(s)), templates.T(behind)).Markdown(nil), behind)
}
