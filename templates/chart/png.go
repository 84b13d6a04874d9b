package chart

import (
	"fmt"
	"image/png"
	"io"
)

// Px of the picture: its width, the room at its sides, and that above and below the
// lanes.
const (
	imageWidth = 1152
	padding    = 24
	above      = 70
	below      = 40
)

// PNG draws the dots as [Chart.PNG] draws an incident.
func (d Dots) PNG(w io.Writer) error { return d.Chart().PNG(w) }

// PNG draws the chart, 1152 px wide with two pixels for each, in light colours. It
// fails when the writer does.
func (c Chart) PNG(w io.Writer) error {
	height := above + below + 0.
	for _, l := range c.Lanes {
		height += l.Height
	}
	p := light()
	cv, err := newCanvas(imageWidth, height, p.surface)
	if err != nil {
		return err
	}
	pic := picture{canvas: cv, palette: p, left: padding + c.Names, width: imageWidth - 2*padding - c.Names - c.Free, folds: c.Folds}
	pic.say(point{padding, 33}, c.Title, style{face: medium, size: sizeTitle, paint: p.ink})
	pic.say(point{padding, 54}, c.Facts, style{face: regular, size: sizeLabel, paint: p.ink3})
	pic.through(c)
	y := float64(above)
	for _, l := range c.Lanes {
		pic.lane(l, y)
		y += l.Height
	}
	pic.say(point{padding, y + 27}, c.Foot, style{face: regular, size: sizeText, paint: p.ink3})
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := enc.Encode(w, cv.img); err != nil {
		return fmt.Errorf("write the chart %s: %w", c.Title, err)
	}
	return nil
}

// picture draws marks at one width.
type picture struct {
	*canvas
	palette
	// left is where the plot begins, width how wide it is.
	left, width float64
	folds       []Fold
}

func (p picture) x(fraction float64) float64 { return p.left + fraction*p.width }

func (p picture) say(at point, words string, st style) {
	line, _ := p.fonts.set(words, st)
	p.write(at, line, st)
}

// through draws what runs through all lanes above the axis: folds below the grid, and
// that below the stems, which begin under the moments.
func (p picture) through(c Chart) {
	top, bottom := float64(above), float64(above)
	stemTop := top
	for _, l := range c.Lanes {
		if l.Kind == LaneAxis || l.Kind == LaneKey {
			break
		}
		bottom += l.Height
		if l.Kind == LaneMoments {
			stemTop = bottom
		}
	}
	for _, f := range c.Folds {
		p.rect(p.x(f.From), top, (f.To-f.From)*p.width, bottom-top, p.sunken)
	}
	for _, x := range c.Grid {
		p.rect(p.x(x)-.5, top, 1, bottom-top, p.line)
	}
	for _, s := range c.Stems {
		_, fill := p.moment(s.Look)
		p.dashes(point{p.x(s.X), stemTop}, point{p.x(s.X), bottom}, 2, 3, faint(fill, .5))
	}
}

func (p picture) lane(l Lane, y float64) {
	p.name(l, y)
	for _, m := range l.Marks {
		p.mark(m, y)
	}
}

// Px between the lines of a lane's name, and from its middle down to a base line.
const (
	nameLine  = 15
	nameShift = 4
)

// name writes the lane's name beside it: in the middle, that of moments at the bottom,
// that of times where the times are.
func (p picture) name(l Lane, y float64) {
	lines := len(l.Sub)
	if l.Name != "" {
		lines++
	}
	base := y + l.Height/2 + nameShift - nameLine*float64(lines-1)/2
	first := style{face: medium, size: sizeLabel, paint: p.ink2}
	switch l.Kind {
	case LaneMoments:
		base = y + l.Height - 9
	case LaneAxis:
		base, first = y+15, style{face: regular, size: sizeLabel, paint: p.ink3}
	}
	if l.Name != "" {
		p.say(point{padding, base}, l.Name, first)
		base += nameLine
	}
	for i, s := range l.Sub {
		st := style{face: regular, size: sizeText, paint: p.ink3}
		if l.Kind == LaneDots && i == 0 { // the number that the row is about
			st, base = style{face: medium, size: sizeTitle, paint: p.ink}, base+6
		}
		p.say(point{padding, base}, s, st)
		base += nameLine
	}
}

// leastWidth is how wide in px a mark is at least.
const leastWidth = 1.5

func (p picture) mark(m Mark, y float64) {
	at := point{p.x(m.From) + m.DX, y + m.Y}
	switch m.Shape {
	case Bar:
		p.bar(m, at)
	case Glyph:
		p.glyph(p.palette, m, at)
	case Label:
		p.label(m, at)
	case Line:
		p.across(m, at)
	case Rule:
		_, fill := p.moment(m.Look)
		p.rect(at.x-.5, at.y, 1, m.H, faint(fill, .8))
	}
}

func (p picture) bar(m Mark, at point) {
	width := max(leastWidth, (m.To-m.From)*p.width)
	fill, edge := p.palette.bar(m.Look)
	if m.Look == LookMessages { // a gap of one px between neighbours
		p.rect(at.x+.5, at.y, max(leastWidth-1, width-1), m.H, fill)
		return
	}
	p.roundBox(snap(at.x), at.y, width, m.H, 3, fill, edge)
}

func (p picture) across(m Mark, at point) {
	to := point{p.x(m.To), at.y}
	switch m.Look {
	case LookTarget:
		p.dashes(at, to, 4, 3, p.ink2)
	case LookBase:
		p.rect(at.x, at.y-.5, to.x-at.x, 1, p.line2)
	default:
		p.rect(at.x, at.y-.5, to.x-at.x, 1, p.line)
	}
}

// halo is how far in px the ground of words reaches beyond them.
const halo = 2

func (p picture) label(m Mark, at point) {
	st := p.palette.label(m.Look)
	tail := style{face: regular, size: st.size, paint: p.ink3}
	words := m.Text
	if m.Tail != "" {
		words += " "
	}
	line, width := p.fonts.set(words, st)
	more, rest := p.fonts.set(m.Tail, tail)
	switch m.Anchor {
	case AtEnd:
		at.x -= width + rest
	case AtMiddle:
		at.x -= (width + rest) / 2
	}
	if haloed(m.Look) && words != "" {
		p.ground(at.x-halo, at.y-st.size*.78-halo, width+rest+2*halo, st.size+2*halo)
	}
	p.write(at, line, st)
	p.write(at.plus(width, 0), more, tail)
}

// ground paints what stands behind words in the colour that is there without lines:
// that of the surface, or of a fold.
func (p picture) ground(x, y, w, h float64) {
	p.rect(x, y, w, h, p.surface)
	for _, f := range p.folds {
		if from, to := max(x, p.x(f.From)), min(x+w, p.x(f.To)); from < to {
			p.rect(from, y, to-from, h, p.sunken)
		}
	}
}
