package postmortem

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// The markers are HTML comments, each on a line of its own that begins at most
// three blanks in:
//
//	<!-- backout:document INC-7 parts=header,timeline -->
//	<!-- backout:begin timeline sha=0123456789ab -->
//	<!-- backout:end timeline -->
//
// The document's line lists the parts that were written once, so that a part
// that people took out can be told from one that is new.

const (
	markOpen  = "<!-- backout:"
	markClose = " -->"
)

func documentLine(id string, parts []string) string {
	return markOpen + "document " + id + " parts=" + strings.Join(parts, ",") + markClose
}

func beginLine(part, sum string) string {
	return markOpen + "begin " + part + " sha=" + sum + markClose
}

// noSum has the length of a checksum.
const noSum = "000000000000"

func endLine(part string) string { return markOpen + "end " + part + markClose }

// checksum is over the words and not over how a line ends: an editor that strips
// blanks or changes line ends has not edited anything.
func checksum(content []byte) string {
	h := sha256.New()
	for line := range bytes.Lines(bytes.TrimSpace(content)) {
		h.Write(bytes.TrimRight(line, " \t\r\n"))
		h.Write([]byte{'\n'})
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

type markerKind int

const (
	noMarker markerKind = iota
	documentMarker
	beginMarker
	endMarker
	damagedMarker
)

// marker is what one line says to [Merge].
type marker struct {
	kind markerKind
	name string // of the part, or of the incident
	sum  string
	// parts is for the document's line.
	parts []string
	// from and to are where the line stands, with its line end; line counts from 1.
	from, to, line int
}

// readMarkers finds the markers in their order.
func readMarkers(src []byte) []marker {
	var out []marker
	pos, n := 0, 0
	for line := range bytes.Lines(src) {
		n++
		if m := readMarker(string(line)); m.kind != noMarker {
			m.from, m.to, m.line = pos, pos+len(line), n
			out = append(out, m)
		}
		pos += len(line)
	}
	return out
}

func readMarker(line string) marker {
	if !strings.Contains(line, "backout:") {
		return marker{}
	}
	line = strings.TrimPrefix(line, "\uFEFF")
	s := strings.TrimRight(line, " \t\r\n")
	body := strings.TrimLeft(s, " ")
	if len(s)-len(body) > 3 || !strings.HasPrefix(body, "<!--") {
		return marker{}
	}
	inner, ok := strings.CutSuffix(strings.TrimPrefix(body, "<!--"), "-->")
	words := strings.Fields(inner)
	if !ok || len(words) < 2 || strings.Contains(inner, "-->") {
		return damagedOrNone(inner)
	}
	m := marker{name: words[1]}
	switch words[0] {
	case "backout:document":
		m.kind = documentMarker
	case "backout:begin":
		m.kind = beginMarker
	case "backout:end":
		m.kind = endMarker
	default:
		return damagedOrNone(inner)
	}
	for _, w := range words[2:] {
		if v, ok := strings.CutPrefix(w, "sha="); ok && m.kind == beginMarker {
			m.sum = v
		} else if v, ok := strings.CutPrefix(w, "parts="); ok && m.kind == documentMarker {
			m.parts = strings.FieldsFunc(v, func(r rune) bool { return r == ',' })
		}
	}
	return m
}

func damagedOrNone(inner string) marker {
	if strings.HasPrefix(strings.TrimSpace(inner), "backout:") {
		return marker{kind: damagedMarker}
	}
	return marker{}
}
