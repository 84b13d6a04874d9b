package chart

import (
	"image/color"
	"math"
)

// bow is how far the points of control of a quarter of a circle lie from its ends, as
// a share of the radius.
const bow = .5522847498

// box adds a rectangle with round corners; back turns it the other way round.
func (p *path) box(x, y, w, h, r float64, back bool) {
	r = min(r, w/2, h/2)
	k := r * (1 - bow)
	right, bottom := x+w, y+h
	if back {
		p.move(point{x + r, y})
		p.curve(point{x + k, y}, point{x, y + k}, point{x, y + r})
		p.line(point{x, bottom - r})
		p.curve(point{x, bottom - k}, point{x + k, bottom}, point{x + r, bottom})
		p.line(point{right - r, bottom})
		p.curve(point{right - k, bottom}, point{right, bottom - k}, point{right, bottom - r})
		p.line(point{right, y + r})
		p.curve(point{right, y + k}, point{right - k, y}, point{right - r, y})
		return
	}
	p.move(point{x + r, y})
	p.line(point{right - r, y})
	p.curve(point{right - k, y}, point{right, y + k}, point{right, y + r})
	p.line(point{right, bottom - r})
	p.curve(point{right, bottom - k}, point{right - k, bottom}, point{right - r, bottom})
	p.line(point{x + r, bottom})
	p.curve(point{x + k, bottom}, point{x, bottom - k}, point{x, bottom - r})
	p.line(point{x, y + r})
	p.curve(point{x, y + k}, point{x + k, y}, point{x + r, y})
}

func (p *path) circle(at point, r float64, back bool) {
	p.box(at.x-r, at.y-r, 2*r, 2*r, r, back)
}

// polygon adds a closed line.
func (p *path) polygon(points ...point) {
	p.move(points[0])
	for _, q := range points[1:] {
		p.line(q)
	}
}

// trace adds an open line of some thickness with round ends and joints.
func (p *path) trace(thick float64, points ...point) {
	r := thick / 2
	for i, b := range points {
		p.circle(b, r, false)
		if i == 0 {
			continue
		}
		a := points[i-1]
		length := math.Hypot(b.x-a.x, b.y-a.y)
		if length == 0 {
			continue
		}
		dx, dy := (b.y-a.y)/length*r, -(b.x-a.x)/length*r
		p.polygon(a.plus(dx, dy), b.plus(dx, dy), b.plus(-dx, -dy), a.plus(-dx, -dy))
	}
}

// rect fills a rectangle with sharp edges.
func (c *canvas) rect(x, y, w, h float64, paint color.Color) {
	var p path
	x, y = snap(x), snap(y)
	p.box(x, y, max(snap(w), 1./density), max(snap(h), 1./density), 0, false)
	c.fill(p, paint)
}

// roundBox fills a rectangle with round corners and, if edge is set, lines it; the line
// is one px thick and lies half inside.
func (c *canvas) roundBox(x, y, w, h, r float64, fill, edge color.Color) {
	var p path
	p.box(x, y, w, h, r, false)
	c.fill(p, fill)
	if edge == nil {
		return
	}
	p = path{}
	p.box(x-.5, y-.5, w+1, h+1, r+.5, false)
	if w > 1 && h > 1 {
		p.box(x+.5, y+.5, w-1, h-1, max(0, r-.5), true)
	}
	c.fill(p, edge)
}

// disc fills a circle.
func (c *canvas) disc(at point, r float64, paint color.Color) {
	var p path
	p.circle(at, r, false)
	c.fill(p, paint)
}

// ring draws a circle that is thick px wide and hollow.
func (c *canvas) ring(at point, r, thick float64, paint color.Color) {
	var p path
	p.circle(at, r+thick/2, false)
	p.circle(at, r-thick/2, true)
	c.fill(p, paint)
}

// dashes draws a line down or across, in pieces of on px with off px between them.
func (c *canvas) dashes(from, to point, on, off float64, paint color.Color) {
	down := from.x == to.x
	length := max(to.x-from.x, to.y-from.y)
	for at := 0.; at < length; at += on + off {
		piece := min(on, length-at)
		if down {
			c.rect(from.x-.5, from.y+at, 1, piece, paint)
		} else {
			c.rect(from.x+at, from.y-.5, piece, 1, paint)
		}
	}
}
