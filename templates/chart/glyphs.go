package chart

import (
	"image/color"
	"math"
)

// glyph draws the sign of a look, centred on the point. Each meaning has a shape of
// its own. A ring of the ground's colour sets it off from what lies below.
func (c *canvas) glyph(p palette, m Mark, at point) {
	switch m.Look {
	case LookBegan:
		c.bead(p, at, 4.75, p.red.fill)
	case LookDetected:
		c.hollow(p, at, p.orange.fill)
		c.disc(at, 1.9, p.orange.fill)
	case LookDeclared:
		c.roundBox(at.x-5.25, at.y-5.25, 10.5, 10.5, 2, p.surface, nil)
		c.roundBox(at.x-4.25, at.y-4.25, 8.5, 8.5, 1, p.ink, nil)
	case LookMitigated:
		c.cut(p, p.teal.fill, at.plus(0, -5.75), at.plus(5.75, 0), at.plus(0, 5.75), at.plus(-5.75, 0))
	case LookResolved:
		c.bead(p, at, 6, p.green.fill)
		c.tick(at, p.surface)
	case LookCancelled:
		c.hollow(p, at, p.grey.fill)
		c.stroke(p.grey.fill, 1.75, at.plus(-2.2, 0), at.plus(2.2, 0))
	case LookMerged:
		c.hollow(p, at, p.grey.fill)
		c.stroke(p.grey.fill, 1.25, at.plus(-2, 0), at.plus(2, 0))
		c.stroke(p.grey.fill, 1.25, at.plus(.4, -1.7), at.plus(2, 0), at.plus(.4, 1.7))
	case LookDeploy:
		c.triangle(p, at, p.blue.fill)
	case LookCleared:
		c.triangle(p, at, p.grey.fill)
	case LookBroken, LookFailed:
		c.bead(p, at, 6, p.red.fill)
		c.cross(at, p.surface)
	case LookCalledOff:
		c.bead(p, at, 6, p.grey.fill)
		c.cross(at, p.surface)
	case LookSeveral:
		c.bead(p, at, 7, p.blue.fill)
		st := style{face: medium, size: 9, paint: p.surface}
		line, width := c.fonts.set(m.Text, st)
		c.write(at.plus(-width/2, 3.2), line, st)
	case LookBack:
		c.bead(p, at, 7, p.violet.fill)
		c.turnBack(at, p.surface)
	case LookDone:
		c.bead(p, at, 6, p.violet.fill)
		c.tick(at, p.surface)
	case LookMet:
		c.bead(p, at, 5, p.teal.fill)
	case LookMissed:
		c.disc(at, 5.5, p.surface)
		c.ring(at, 4.5, 2, p.red.fill)
	}
}

func (c *canvas) bead(p palette, at point, r float64, fill color.Color) {
	c.disc(at, r+1, p.surface)
	c.disc(at, r, fill)
}

func (c *canvas) hollow(p palette, at point, edge color.Color) {
	c.disc(at, 6, p.surface)
	c.ring(at, 4.25, 1.5, edge)
}

// cut fills a polygon and sets it off.
func (c *canvas) cut(p palette, fill color.Color, corners ...point) {
	var halo, shape path
	halo.trace(2, append(corners, corners[0])...)
	halo.polygon(corners...)
	c.fill(halo, p.surface)
	shape.polygon(corners...)
	c.fill(shape, fill)
}

func (c *canvas) triangle(p palette, at point, fill color.Color) {
	c.cut(p, fill, at.plus(0, -5.75), at.plus(5.75, 4.5), at.plus(-5.75, 4.5))
}

func (c *canvas) stroke(paint color.Color, thick float64, points ...point) {
	var p path
	p.trace(thick, points...)
	c.fill(p, paint)
}

func (c *canvas) tick(at point, paint color.Color) {
	c.stroke(paint, 1.6, at.plus(-2.8, .2), at.plus(-.8, 2.3), at.plus(2.9, -2.1))
}

func (c *canvas) cross(at point, paint color.Color) {
	c.stroke(paint, 1.6, at.plus(-2.2, -2.2), at.plus(2.2, 2.2))
	c.stroke(paint, 1.6, at.plus(2.2, -2.2), at.plus(-2.2, 2.2))
}

// turnBack is an arrow to the left whose shaft turns round on the right.
func (c *canvas) turnBack(at point, paint color.Color) {
	c.stroke(paint, 1.6, at.plus(-1.3, -3.2), at.plus(-3.4, -1.1), at.plus(-1.3, 1))
	shaft := []point{at.plus(-3.2, -1.1)}
	for i := range 13 {
		turn := -math.Pi/2 + math.Pi*float64(i)/12
		shaft = append(shaft, at.plus(1.1+2.2*math.Cos(turn), 1.1+2.2*math.Sin(turn)))
	}
	c.stroke(paint, 1.6, append(shaft, at.plus(-1, 3.3))...)
}
