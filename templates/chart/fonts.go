package chart

import (
	"fmt"
	"image/color"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gomedium"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// face is one of the fonts that come with the program.
type face int

const (
	regular face = iota
	medium
	monospaced
)

// fonts are read anew for each picture: that takes microseconds, and keeps them from
// being shared.
type fonts struct {
	all    [3]*sfnt.Font
	buffer *sfnt.Buffer
}

func parseFonts() (fonts, error) {
	f := fonts{buffer: new(sfnt.Buffer)}
	for i, src := range [][]byte{regular: goregular.TTF, medium: gomedium.TTF, monospaced: gomono.TTF} {
		parsed, err := sfnt.Parse(src)
		if err != nil {
			return fonts{}, fmt.Errorf("read the font %d that the chart is drawn with: %w", i, err)
		}
		f.all[i] = parsed
	}
	return f, nil
}

// style is how a text looks. A slanted one leans to the right.
type style struct {
	face  face
	size  float64
	paint color.Color
	slant bool
}

const (
	// boxWidth is the share of the size that a character without a glyph takes.
	boxWidth = .56
	// slope is how far a slanted text leans for each px of height.
	slope = .2
)

// glyph is a character with its place in a line; index 0 is one that the font does not
// have.
type glyph struct {
	index sfnt.GlyphIndex
	x     float64
}

// set sets a line of text and gives how wide it is. Marks and joiners that the font
// does not have leave nothing behind.
func (f fonts) set(s string, st style) (line []glyph, width float64) {
	fnt, size := f.all[st.face], fixed.Int26_6(st.size*density*64)
	for _, r := range s {
		index, err := fnt.GlyphIndex(f.buffer, r)
		if err != nil || index == 0 {
			if !unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
				line = append(line, glyph{0, width})
				width += boxWidth * st.size
			}
			continue
		}
		line = append(line, glyph{index, width})
		if advance, err := fnt.GlyphAdvance(f.buffer, index, size, font.HintingNone); err == nil {
			width += float64(advance) / 64 / density
		}
	}
	return line, width
}

// write writes a line of text that begins at the point, on its base line.
func (c *canvas) write(at point, line []glyph, st style) {
	var p path
	size := fixed.Int26_6(st.size * density * 64)
	for _, g := range line {
		if g.index == 0 {
			missing(&p, at.plus(g.x, 0), st.size)
			continue
		}
		outline, err := c.fonts.all[st.face].LoadGlyph(c.fonts.buffer, g.index, size, nil)
		if err != nil {
			missing(&p, at.plus(g.x, 0), st.size)
			continue
		}
		p.outline(outline, at.plus(g.x, 0), st.slant)
	}
	c.fill(p, st.paint)
}

// outline adds the outline of a glyph, which has pixels for units.
func (p *path) outline(segments sfnt.Segments, at point, slant bool) {
	place := func(q fixed.Point26_6) point {
		x, y := float64(q.X)/64/density, float64(q.Y)/64/density
		if slant {
			x -= y * slope
		}
		return at.plus(x, y)
	}
	var pen point
	for _, s := range segments {
		a := place(s.Args[0])
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			p.move(a)
			pen = a
		case sfnt.SegmentOpLineTo:
			p.line(a)
			pen = a
		case sfnt.SegmentOpQuadTo:
			b := place(s.Args[1])
			p.curve(toward(pen, a), toward(b, a), b)
			pen = b
		case sfnt.SegmentOpCubeTo:
			pen = place(s.Args[2])
			p.curve(a, place(s.Args[1]), pen)
		}
	}
}

// toward is two thirds of the way from a to b: where the curve's control points lie
// when it has one only.
func toward(a, b point) point {
	return point{a.x + (b.x-a.x)*2/3, a.y + (b.y-a.y)*2/3}
}

// missing adds a box in place of a character.
func missing(p *path, at point, size float64) {
	w, h := size*.42, size*.66
	x, y := at.x+size*.07, at.y-h
	p.box(x, y, w, h, 1, false)
	p.box(x+.75, y+.75, w-1.5, h-1.5, .5, true)
}
