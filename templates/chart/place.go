package chart

import (
	"strconv"
	"time"
)

// taken are the stretches of a row that something stands on, in px at which text is
// decided.
type taken [][2]float64

func (t *taken) add(from, to float64) { *t = append(*t, [2]float64{from, to}) }

func (t taken) free(from, to float64) bool {
	for _, s := range t {
		if from < s[1] && to > s[0] {
			return false
		}
	}
	return true
}

// item is something with a length that shares a lane with others of its kind.
type item struct {
	from, to time.Time
	// words are said beside it, in the first wording that fits; n is the row that they
	// lead to. Cut allows to shorten them with an ellipsis where none fits.
	words []string
	cut   bool
	n     int
	// marks draws it, down px lower than in the first row.
	marks func(down float64) []Mark
	row   int
}

// shelf is the shape of a lane of items: px between rows, of the base line of words
// in the first row, of what stands at an item's end, and between it and its words.
type shelf struct {
	lane            Lane
	pitch, base     float64
	end             float64
	gapLeft, gapEnd float64
}

// shelfRows is how many rows items may take. What finds no place is counted.
const shelfRows = 3

// fill packs the items into rows, so that nothing lies on anything else, and puts
// words beside them where there is room.
func (s shelf) fill(d *draft, items []item) []Lane {
	l := s.lane
	var used, wanted [shelfRows]taken
	var kept []item
	rows, more := 1, 0
	for _, it := range items {
		if !d.scale.overlaps(it.from, it.to) {
			continue
		}
		from, to := d.scale.x(it.from)*plot, d.scale.x(it.to)*plot+s.end+1
		if it.row = rowFor(from, to, &used, &wanted); it.row == shelfRows {
			more++
			continue
		}
		used[it.row].add(from, to)
		wanted[it.row].add(from, to+s.gapEnd+text(it.words[0]))
		kept, rows = append(kept, it), max(rows, it.row+1)
	}
	for _, it := range kept {
		l.Marks = append(l.Marks, it.marks(s.pitch*float64(it.row))...)
	}
	for _, it := range kept {
		if m := s.beside(d, it, &used[it.row]); m.Text != "" {
			l.Marks = append(l.Marks, m)
		}
	}
	l.Height += s.pitch * float64(rows-1)
	if more > 0 {
		l.Sub = []string{strconv.Itoa(more) + " more"}
	}
	return d.orNothing(l)
}

// rowFor gives the first row where nothing stands and no words are wanted from px from
// to px to, else the first where nothing stands, else the number of rows.
func rowFor(from, to float64, used, wanted *[shelfRows]taken) int {
	for _, kind := range []*[shelfRows]taken{wanted, used} {
		for row := range kind {
			if kind[row].free(from, to) {
				return row
			}
		}
	}
	return shelfRows
}

// beside puts the words of an item right of it, else left of it.
func (s shelf) beside(d *draft, it item, used *taken) Mark {
	from, to := d.scale.x(it.from), d.scale.x(it.to)
	left, right := from*plot-s.gapLeft, to*plot+s.gapEnd
	words := it.words
	if it.cut {
		words = append(words, cutTo(it.words[0], plot+reach-right, text), cutTo(it.words[0], left, text))
	}
	m := Mark{Shape: Label, Look: LookNote, Y: s.base + s.pitch*float64(it.row), Row: it.n}
	for _, w := range words {
		size := text(w)
		switch {
		case w == "":
			continue
		case right+size <= plot+reach && used.free(right, right+size):
			used.add(right, right+size)
			m.Text, m.From, m.To, m.DX = w, to, to, s.gapEnd
			return m
		case left-size >= 0 && used.free(left-size, left):
			used.add(left-size, left)
			m.Text, m.From, m.To, m.DX, m.Anchor = w, from, from, -s.gapLeft, AtEnd
			return m
		}
	}
	return m
}

// orNothing leaves an empty lane out. While the incident is open it stays, so that
// what comes does not move what is there.
func (d *draft) orNothing(l Lane) []Lane {
	if len(l.Marks) > 0 {
		return []Lane{l}
	}
	if !d.live {
		return nil
	}
	l.Marks = []Mark{{Shape: Label, Look: LookNone, Y: l.Height/2 + 4, Text: "none yet"}}
	return []Lane{l}
}
