package redact

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// reading is a text of Slack as people read it, with the way back: entities are
// decoded, the marks of links and the whole of mentions are blank. All else stands
// byte for byte as it came.
type reading struct {
	raw, text string
	decoded   []decoded // the entities, in order
	bars      []int     // where in raw the | of links stand
}

// decoded is an entity: one byte of the reading that was more bytes in the raw text.
type decoded struct {
	at   int // in the reading
	more int // how many bytes the raw text is longer up to and with this entity
}

// read reads a text as Slack encodes it. It is total.
func read(raw string) reading {
	if !strings.ContainsAny(raw, "&<") { // most messages
		return reading{raw: raw, text: raw}
	}
	d := decoder{reading: reading{raw: raw}}
	d.b.Grow(len(raw))
	for i := 0; i < len(raw); {
		n := 0
		if raw[i] == '<' {
			n = angleLen(raw[i:])
		}
		switch {
		case n == 0:
			i = d.sign(i)
		case strings.IndexByte("@#!", raw[i+1]) >= 0: // a mention, nothing that anybody typed
			d.blank(n)
			i += n
		default:
			i = d.link(i, i+n)
		}
	}
	d.text = d.b.String()
	return d.reading
}

// decoder builds a reading.
type decoder struct {
	reading
	b    strings.Builder
	more int // how many bytes the raw text is longer so far
}

// sign takes over one byte, or an entity as one byte, and says where the next is.
func (d *decoder) sign(i int) int {
	c, n := entity(d.raw[i:])
	if n == 0 {
		d.b.WriteByte(d.raw[i])
		return i + 1
	}
	d.more += n - 1
	d.decoded = append(d.decoded, decoded{d.b.Len(), d.more})
	d.b.WriteByte(c)
	return i + n
}

// link takes over a link without its marks.
func (d *decoder) link(i, end int) int {
	d.blank(1)
	for i++; i < end-1; {
		if d.raw[i] == '|' {
			d.bars = append(d.bars, i)
			d.blank(1)
			i++
			continue
		}
		i = d.sign(i)
	}
	d.blank(1)
	return end
}

func (d *decoder) blank(n int) {
	for range n {
		d.b.WriteByte(' ')
	}
}

// entity is the sign that an entity stands for, and its length, or 0.
func entity(s string) (byte, int) {
	switch {
	case s[0] != '&':
		return 0, 0
	case strings.HasPrefix(s, "&amp;"):
		return '&', 5
	case strings.HasPrefix(s, "&lt;"):
		return '<', 4
	case strings.HasPrefix(s, "&gt;"):
		return '>', 4
	}
	return 0, 0
}

// angleLen is the length of the link or mention that begins with the <, or 0. What
// else stands in angle brackets, such as <password> in text that was not encoded, is
// left as words.
func angleLen(s string) int {
	end := strings.IndexAny(s[1:], "<>\n")
	if end <= 0 || s[1+end] != '>' {
		return 0
	}
	inner := s[1 : 1+end]
	target, _, _ := strings.Cut(inner, "|")
	if strings.IndexByte("@#!", inner[0]) >= 0 || strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") || strings.HasPrefix(target, "tel:") {
		return end + 2
	}
	return 0
}

// back gives the place in the raw text of a place in the reading.
func (r *reading) back(i int) int {
	n := sort.Search(len(r.decoded), func(k int) bool { return r.decoded[k].at >= i })
	if n == 0 {
		return i
	}
	return i + r.decoded[n-1].more
}

// spans brings hits, in order, back to the raw text: not overlapping, on characters'
// borders, and without the marks of Slack's encoding.
func (r *reading) spans(hits []hit) []Span {
	var out []Span
	bar := 0
	end := 0 // of the last span
	for _, h := range hits {
		from, to := border(r.raw, r.back(h.from), -1), border(r.raw, r.back(h.to), 1)
		from = max(from, end)
		for from < to {
			for bar < len(r.bars) && r.bars[bar] < from {
				bar++
			}
			stop := to
			if i := strings.IndexAny(r.raw[from:to], "<>"); i >= 0 {
				stop = from + i
			}
			if bar < len(r.bars) {
				stop = min(stop, r.bars[bar])
			}
			if strings.TrimSpace(r.raw[from:stop]) != "" {
				out = append(out, Span{from, stop, h.kind})
			}
			if stop == to {
				break
			}
			from = stop + 1
		}
		end = max(end, to)
	}
	return out
}

// border moves a place that is inside a character in the direction of step until it
// is not.
func border(s string, i, step int) int {
	for i > 0 && i < len(s) && inside(s, i) {
		i += step
	}
	return i
}

// inside says whether a character reaches over the place i.
func inside(s string, i int) bool {
	for back := 1; back < utf8.UTFMax && back <= i; back++ {
		if utf8.RuneStart(s[i-back]) {
			_, n := utf8.DecodeRuneInString(s[i-back:])
			return n > back
		}
	}
	return false
}
