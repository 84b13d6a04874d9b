package chart

import "slices"

// Px in the lane of moments: rowHeight for each row of labels, and rowFoot below them.
const (
	rowHeight = 20
	rowFoot   = 10
	// liveRows are kept free while an incident is open, so that what comes does not
	// move what is there.
	liveRows = 3
	// shared is the plot at which rows are decided: pages from 880 px on show the same
	// ones, and so does the picture.
	shared = 640
	// besideGlyph is where a moment's label begins, besideNow that of now.
	besideGlyph = 11
	besideNow   = 6
)

// flag is a moment, or now, with the row of its label.
type flag struct {
	moment
	x   float64
	tip float64 // px where its label ends
	row int
}

// flags gives the moments and now, with rows from the bottom: a label takes the lowest
// row above every later stem that it would reach.
func (d *draft) flags() []flag {
	all := slices.Clone(d.moments)
	if d.live {
		all = append(all, moment{look: LookNow, word: "Now", at: d.last})
	}
	out := make([]flag, len(all))
	for i, m := range slices.Backward(all) {
		f := flag{moment: m, x: d.scale.x(m.at)}
		f.tip = f.x*shared + f.beside() + label(m.word+" "+d.brief(m.at))
		for _, right := range out[i+1:] {
			if f.tip+8 > right.x*shared-6 {
				f.row = max(f.row, right.row+1)
			}
		}
		out[i] = f
	}
	return out
}

func (f flag) beside() float64 {
	if f.look == LookNow {
		return besideNow
	}
	return besideGlyph
}

func (d *draft) momentLane() Lane {
	flags := d.flags()
	rows := 1
	if d.live {
		rows = liveRows
	}
	for _, f := range flags {
		rows = max(rows, f.row+1)
	}
	l := Lane{Kind: LaneMoments, Name: "Moments", Height: rowHeight*float64(rows) + rowFoot}
	for _, f := range flags {
		y := l.Height - 13 - rowHeight*float64(f.row)
		title := f.word + " " + d.clock(f.at) + " UTC"
		top := y + 5
		if f.look == LookNow {
			top = y - 9
		}
		l.Marks = append(l.Marks,
			Mark{Shape: Rule, Look: f.look, From: f.x, To: f.x, Y: top, H: l.Height - top},
			Mark{Shape: Label, Look: f.look, From: f.x, To: f.x, Y: y + 4, DX: f.beside(), Text: f.word, Tail: d.brief(f.at), Title: title, Row: f.n})
	}
	for _, f := range flags { // above every stem
		if f.look != LookNow {
			y := l.Height - 13 - rowHeight*float64(f.row)
			l.Marks = append(l.Marks, Mark{Shape: Glyph, Look: f.look, From: f.x, To: f.x, Y: y, Title: f.word + " " + d.clock(f.at) + " UTC", Row: f.n})
		}
	}
	return l
}

// stems continue the moments through all lanes.
func (d *draft) stems() []Stem {
	var out []Stem
	for _, f := range d.flags() {
		out = append(out, Stem{X: f.x, Look: f.look})
	}
	return out
}
