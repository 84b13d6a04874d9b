package postmortem

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// Notice is something about a merge that people should know.
type Notice struct {
	// Part is the owned part that it is about, or empty.
	Part string
	// Line is where in the old copy, from 1, or 0.
	Line int
	Text string
}

func (n Notice) String() string {
	if n.Line == 0 {
		return n.Text
	}
	return fmt.Sprintf("line %d: %s", n.Line, n.Text)
}

// Merge puts the owned parts of a fresh rendering into an old copy of the
// document and leaves every other byte of the copy as it is.
//
//   - A part whose words people changed is replaced, and their version is kept
//     below it under a heading that says so.
//   - A part that people took out, markers and all, stays out. An empty pair of
//     markers brings it back, wherever it stands.
//   - A part that the copy never had is new and comes with its heading, behind
//     the section that stands before it.
//   - Markers that do not pair (missing, nested, damaged, a part twice) change
//     nothing where they stand; a notice says what to repair.
//   - A copy that belongs to another incident is returned as it is.
//   - A copy without any marker is kept whole, with the fresh document below it.
//
// Merging twice is the same as merging once.
func Merge(old, fresh []byte) ([]byte, []Notice) {
	if len(bytes.TrimSpace(old)) == 0 {
		return fresh, nil
	}
	m := newMerger(old, fresh)
	switch {
	case m.doc != nil && m.freshDoc != nil && m.doc.name != m.freshDoc.name:
		m.note("", m.doc.line, fmt.Sprintf("This document is about %s and not about %s. It was left as it is.", m.doc.name, m.freshDoc.name))
		return old, m.notices
	case len(m.marks) == 0:
		m.note("", 0, "The copy had no owned parts. It was kept whole, and the document was put below it.")
		return m.appended(), m.notices
	}
	return m.run(), m.notices
}

// pair is an owned part: its two markers and what stands between them.
type pair struct {
	begin, end marker
	content    []byte
}

type merger struct {
	old, fresh    []byte
	eol           string
	marks         []marker
	doc, freshDoc *marker
	parts         []pair          // of the old copy, in its order
	broken        map[string]bool // parts whose markers do not pair
	wanted        []pair
	notices       []Notice
}

func newMerger(old, fresh []byte) *merger {
	m := &merger{old: old, fresh: fresh, eol: "\n", broken: map[string]bool{}}
	if n := bytes.Count(old, []byte("\r\n")); 2*n > bytes.Count(old, []byte("\n")) {
		m.eol = "\r\n"
	}
	m.marks = readMarkers(old)
	m.pairUp()
	freshMarks := readMarkers(fresh)
	m.freshDoc = documentOf(freshMarks)
	m.doc = documentOf(m.marks)
	for i := 0; i+1 < len(freshMarks); i++ {
		if p, ok := asPair(fresh, freshMarks, i); ok {
			m.wanted = append(m.wanted, p)
		}
	}
	return m
}

func documentOf(marks []marker) *marker {
	i := slices.IndexFunc(marks, func(k marker) bool { return k.kind == documentMarker })
	if i < 0 {
		return nil
	}
	return &marks[i]
}

func asPair(src []byte, marks []marker, i int) (pair, bool) {
	if i+1 >= len(marks) || marks[i].kind != beginMarker || marks[i+1].kind != endMarker || marks[i].name != marks[i+1].name {
		return pair{}, false
	}
	return pair{begin: marks[i], end: marks[i+1], content: src[marks[i].to:marks[i+1].from]}, true
}

func (m *merger) note(part string, line int, text string) {
	m.notices = append(m.notices, Notice{Part: part, Line: line, Text: text})
}

// pairUp reads the old copy's parts. Only a begin directly followed by its own
// end is one; whatever else there is stays as it stands.
func (m *merger) pairUp() {
	seen := map[string]bool{}
	for i := 0; i < len(m.marks); i++ {
		k := m.marks[i]
		p, ok := asPair(m.old, m.marks, i)
		switch {
		case ok && seen[k.name]:
			m.note(k.name, k.line, fmt.Sprintf("The part %q stands here a second time. This copy is not kept up to date; take it out or remove its markers.", k.name))
			i++
		case ok:
			seen[k.name] = true
			m.parts = append(m.parts, p)
			i++
		case k.kind == beginMarker:
			m.broken[k.name] = true
			m.note(k.name, k.line, fmt.Sprintf("The part %q begins here and does not end before the next marker. It was left as it is; put %s behind it.", k.name, endLine(k.name)))
		case k.kind == endMarker:
			m.broken[k.name] = true
			m.note(k.name, k.line, fmt.Sprintf("The part %q ends here without having begun. Nothing was changed; put %s%s%s before it.", k.name, markOpen, "begin "+k.name, markClose))
		case k.kind == damagedMarker:
			m.note("", k.line, "This marker cannot be read. It was left as it is.")
		}
	}
	for name := range seen {
		delete(m.broken, name)
	}
}

func (m *merger) run() []byte {
	have := map[string]bool{}
	var edits []edit
	for _, p := range m.parts {
		name := p.begin.name
		have[name] = true
		i := slices.IndexFunc(m.wanted, func(w pair) bool { return w.begin.name == name })
		if i < 0 {
			m.note(name, p.begin.line, fmt.Sprintf("Backout does not write the part %q for this incident. It was left as it is.", name))
			continue
		}
		edits = append(edits, m.replace(p, m.wanted[i]))
	}
	edits = append(edits, m.documentEdit()...)
	return m.apply(append(edits, m.missing(have)...))
}

// replace puts the fresh part in the place of the old one.
func (m *merger) replace(old, fresh pair) edit {
	text := m.lines(m.fresh[fresh.begin.from:fresh.end.to])
	if !bytes.HasSuffix(m.old[:old.end.to], []byte("\n")) { // the file ends with the marker
		text = strings.TrimRight(text, "\r\n")
	}
	if m.edited(old, fresh) {
		m.note(old.begin.name, old.begin.line, fmt.Sprintf("The part %q was edited by hand. It was rendered again, and the edited version is kept below it.", old.begin.name))
		text = strings.TrimRight(text, "\r\n") + m.eol + m.eol + m.lines([]byte(keptHeading(old.begin.name))) + m.eol + string(old.content)
	}
	return edit{from: old.begin.from, to: old.end.to, text: text}
}

// edited reports whether people wrote between the markers.
func (m *merger) edited(old, fresh pair) bool {
	sum := checksum(old.content)
	switch {
	case len(bytes.TrimSpace(old.content)) == 0, sum == checksum(fresh.content):
		return false
	}
	return sum != old.begin.sum
}

func keptHeading(part string) string {
	return "### Kept: “" + part + "” as it was edited by hand\n\n" +
		"> What of this is still wanted? The part above is written by Backout from the record. Move what you want to keep, then take this out.\n"
}

// lines gives fresh text with the line ends of the old copy.
func (m *merger) lines(b []byte) string {
	if m.eol == "\n" {
		return string(b)
	}
	return strings.ReplaceAll(string(b), "\n", m.eol)
}

// appended keeps a copy without markers and puts the document below it.
func (m *merger) appended() []byte {
	sep := m.eol
	if !bytes.HasSuffix(m.old, []byte("\n")) {
		sep += m.eol
	}
	return slices.Concat(m.old, []byte(sep+m.lines(m.fresh)))
}
