package postmortem

import (
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"backout/templates"
)

// Render writes the document as Markdown: CommonMark with GitHub's tables,
// Mermaid diagrams, and the markers that [Merge] goes by.
func Render(d Document) []byte {
	w := writer{names: d.Names, codeNames: d.CodeNames, out: make([]byte, 0, roughly(d))}
	w.out = append(w.out, documentLine(d.ID, partsOf(d))+"\n"...)
	for _, s := range d.Sections {
		w.out = append(w.out, '\n')
		if s.Title != "" {
			w.out = append(w.out, "## "+s.Title+"\n\n"...)
		}
		if s.Part != "" {
			w.part(d, s)
			if len(s.Ask) > 0 {
				w.out = append(w.out, '\n')
			}
		}
		w.asked(s)
	}
	return w.out
}

// asked writes what people are asked, a quotation each.
func (w *writer) asked(s Section) {
	for i, q := range s.Ask {
		if i > 0 {
			w.out = append(w.out, '\n')
		}
		w.out = append(w.out, "> TODO "+q+"\n"...)
	}
}

func partsOf(d Document) []string {
	var out []string
	for _, s := range d.Sections {
		if s.Part != "" {
			out = append(out, s.Part)
		}
	}
	return out
}

type writer struct {
	out       []byte
	names     templates.Names
	codeNames bool
}

// part renders the owned part of a section between its markers. The checksum
// stands before what it is over, so it is filled in afterwards.
func (w *writer) part(d Document, s Section) {
	at := len(w.out)
	w.out = append(w.out, beginLine(s.Part, noSum)+"\n"...)
	from := len(w.out)
	if s.Title == "" {
		w.out = append(w.out, "# "+w.line(d.Title)+"\n"...)
	}
	for i, b := range s.Owned {
		if i > 0 || s.Title == "" {
			w.out = append(w.out, '\n')
		}
		w.block(b)
	}
	copy(w.out[at:], beginLine(s.Part, checksum(w.out[from:])))
	w.out = append(w.out, endLine(s.Part)+"\n"...)
}

// roughly guesses how long the document gets, so that it need not be copied as
// it grows.
func roughly(d Document) int {
	n := 64
	for _, s := range d.Sections {
		for _, b := range s.Owned {
			if l, ok := b.(List); ok {
				n += len(l.Items)
			}
		}
	}
	return 320 * n
}

func (w *writer) block(b Block) {
	switch b := b.(type) {
	case Heading:
		w.out = append(w.out, "### "+w.line(b.Text)+"\n"...)
	case Paragraph:
		w.out = append(w.out, w.line(b.Text)+"\n"...)
	case List:
		w.list(b.Items)
	case Table:
		w.table(b)
	case Gantt:
		w.gantt(b)
	case Picture:
		w.out = append(w.out, "!["+templates.EscapeMarkdown(b.Alt)+"]("+relative(b.File)+")\n"...)
	}
}

// relative makes a file name fit for the target of an image. Whatever it is, it
// leads nowhere but to a file beside the document.
func relative(name string) string {
	const plain = "-._/"
	var out strings.Builder
	for i := range len(name) {
		switch c := name[i]; {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', strings.IndexByte(plain, c) >= 0:
			out.WriteByte(c)
		default:
			fmt.Fprintf(&out, "%%%02X", c)
		}
	}
	return strings.TrimLeft(out.String(), "/")
}

func (w *writer) items(items []Item, indent string) {
	for _, it := range items {
		w.out = append(w.out, indent...)
		w.out = append(w.out, "- "...)
		w.pieces(it.Text)
		w.out = append(w.out, '\n')
		w.items(it.Sub, indent+"  ")
	}
}

// list writes the items of a list in stretches, each on a writer of its own.
func (w *writer) list(items []Item) {
	parts := make([][]byte, max(1, runtime.GOMAXPROCS(0)))
	n := spread(len(items), func(stretch, from, to int) {
		own := writer{names: w.names, codeNames: w.codeNames, out: make([]byte, 0, 256*(to-from))}
		own.items(items[from:to], "")
		parts[stretch] = own.out
	})
	for _, p := range parts[:n] {
		w.out = append(w.out, p...)
	}
}

func (w *writer) table(t Table) {
	w.row(t.Head)
	w.out = append(w.out, "|"+strings.Repeat("---|", len(t.Head))+"\n"...)
	for _, r := range t.Rows {
		w.row(r)
	}
}

func (w *writer) row(cells []Line) {
	w.out = append(w.out, '|')
	for _, c := range cells {
		if len(c) > 0 {
			w.out = append(w.out, ' ')
			w.pieces(c)
		}
		w.out = append(w.out, " |"...)
	}
	w.out = append(w.out, '\n')
}

// gantt gives full dates: GitHub draws a chart of times alone on today's date.
func (w *writer) gantt(g Gantt) {
	axis := "%H:%M"
	if g.Dated {
		axis = "%d %b %H:%M"
	}
	w.out = fmt.Appendf(w.out, "```mermaid\ngantt\n    title %s\n    dateFormat YYYY-MM-DD HH:mm:ss\n    axisFormat %s\n", g.Title, axis)
	for _, l := range g.Lanes {
		w.out = fmt.Appendf(w.out, "    section %s\n", mermaid(l.Name))
		for _, b := range l.Bars {
			look := b.Look
			if look != "" {
				look += ", "
			}
			w.out = fmt.Appendf(w.out, "    %-25s :%s%s, %ds\n", mermaid(b.Name), look, b.From.UTC().Format(time.DateTime), max(1, int64(b.For/time.Second)))
		}
	}
	w.out = append(w.out, "```\n"...)
}

func (w *writer) line(l Line) string {
	p := writer{names: w.names, codeNames: w.codeNames}
	p.pieces(l)
	return string(p.out)
}

func (w *writer) pieces(l Line) {
	for i, p := range l {
		switch p := p.(type) {
		case Text:
			if i == 0 {
				w.out = append(w.out, templates.EscapeMarkdown(string(p))...)
				continue
			}
			w.out = templates.Rich{templates.T(string(p))}.AppendMarkdown(w.out, nil)
		case Words:
			if i == 0 {
				w.out = append(w.out, w.rich(p).Markdown(w.names)...)
				continue
			}
			w.out = w.rich(p).AppendMarkdown(w.out, w.names)
		case Quote:
			w.out = append(append(append(w.out, "“"...), w.rich(p).Markdown(w.names)...), "”"...)
		case Ref:
			w.out = strconv.AppendInt(append(w.out, "[T"...), int64(p), 10)
			w.out = append(strconv.AppendInt(append(w.out, "](#t"...), int64(p), 10), ')')
		case Mark:
			n := strconv.Itoa(int(p))
			w.out = append(w.out, `<a id="t`+n+`"></a>T`+n...)
		case Note:
			w.out = append(w.out, "*"+templates.EscapeMarkdown(string(p))+"*"...)
		}
	}
}

// rich gives spans as they are written: with names as code where that is wanted.
func (w *writer) rich(spans []templates.Span) templates.Rich {
	isName := func(s templates.Span) bool { return s.Style == templates.Person || s.Style == templates.Group }
	if !w.codeNames || !slices.ContainsFunc(spans, isName) {
		return spans
	}
	out := slices.Clone(templates.Rich(spans))
	for i, s := range out {
		if isName(s) {
			out[i] = templates.C(templates.R(s).Plain(w.names))
		}
	}
	return out
}
