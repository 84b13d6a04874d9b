package postmortem

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// edit replaces old[from:to]; an empty range inserts.
type edit struct {
	from, to int
	text     string
}

// apply makes the edits, which do not overlap.
func (m *merger) apply(edits []edit) []byte {
	// What is put in goes before what is replaced at the same place.
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Or(a.from-b.from, a.to-b.to) })
	var out bytes.Buffer
	pos := 0
	for _, e := range edits {
		out.Write(m.old[pos:e.from])
		out.WriteString(e.text)
		pos = e.to
	}
	out.Write(m.old[pos:])
	return out.Bytes()
}

// missing handles the parts that the old copy does not have.
func (m *merger) missing(have map[string]bool) []edit {
	var out []edit
	before := "" // the part before it that the copy has
	for _, w := range m.wanted {
		name := w.begin.name
		switch {
		case have[name]:
			before = name
		case m.broken[name]: // its markers are there, but do not pair
		case m.doc != nil && slices.Contains(m.doc.parts, name):
			m.note(name, 0, fmt.Sprintf("The part %q was taken out by hand and stays out. To have it back, put %s and %s on two lines where it should stand.", name, markOpen+"begin "+name+markClose, endLine(name)))
		default:
			out = append(out, m.insert(w, before))
		}
	}
	return out
}

// insert puts a new part, with its heading, behind the section of the part that
// stands before it, or at the end where there is none.
func (m *merger) insert(w pair, before string) edit {
	at := len(m.old)
	i := slices.IndexFunc(m.parts, func(p pair) bool { return p.begin.name == before })
	if i >= 0 {
		at = m.sectionEnd(m.parts[i].end.to)
	} else if before == "" && len(m.parts) > 0 {
		at = m.parts[0].begin.from
	}
	text := m.lines(m.fresh[headingStart(m.fresh, w.begin.from):w.end.to])
	switch {
	case at < len(m.old):
		text += m.eol
	case bytes.HasSuffix(m.old, []byte("\n")):
		text = m.eol + text
	default:
		text = m.eol + m.eol + text
	}
	m.note(w.begin.name, 0, fmt.Sprintf("The part %q is new.", w.begin.name))
	return edit{from: at, to: at, text: text}
}

// sectionEnd finds the next heading of a section, or marker, after pos. The
// position is always at the beginning of a line or the end of the copy.
func (m *merger) sectionEnd(pos int) int {
	for _, k := range m.marks {
		if k.from >= pos && k.kind == beginMarker {
			return min(m.nextHeading(pos), headingStart(m.old, k.from))
		}
	}
	return m.nextHeading(pos)
}

func (m *merger) nextHeading(pos int) int {
	for line := range bytes.Lines(m.old[pos:]) {
		if bytes.HasPrefix(line, []byte("## ")) || bytes.HasPrefix(line, []byte("# ")) {
			return pos
		}
		pos += len(line)
	}
	return pos
}

// headingStart goes back from a marker over blank lines to the heading above it,
// and stays at the marker where there is none.
func headingStart(src []byte, pos int) int {
	for at := pos; at > 0; {
		prev := bytes.LastIndexByte(src[:at-1], '\n') + 1
		line := strings.TrimSpace(string(src[prev:at]))
		if strings.HasPrefix(line, "## ") {
			return prev
		}
		if line != "" {
			break
		}
		at = prev
	}
	return pos
}

// documentEdit brings the document's line up to date: it lists every part that
// was ever written. A copy whose line was taken out gets it back.
func (m *merger) documentEdit() []edit {
	if m.freshDoc == nil {
		return nil
	}
	parts := slices.Clone(m.freshDoc.parts)
	if m.doc == nil {
		at, text := len(m.old), documentLine(m.freshDoc.name, parts)+m.eol
		switch {
		case len(m.parts) > 0:
			at, text = m.parts[0].begin.from, text+m.eol
		case bytes.HasSuffix(m.old, []byte("\n")):
			text = m.eol + text
		default:
			text = m.eol + m.eol + text
		}
		return []edit{{from: at, to: at, text: text}}
	}
	for _, p := range m.doc.parts {
		if !slices.Contains(parts, p) {
			parts = append(parts, p)
		}
	}
	was := string(m.old[m.doc.from:m.doc.to])
	body := strings.TrimRight(was, "\r\n")
	text := documentLine(m.freshDoc.name, parts) + was[len(body):]
	if strings.TrimSpace(body) == strings.TrimRight(text, "\r\n") {
		return nil
	}
	return []edit{{from: m.doc.from, to: m.doc.to, text: text}}
}
