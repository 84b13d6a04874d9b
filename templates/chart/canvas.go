package chart

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/vector"
)

// density is how many pixels a px has.
const density = 2

// canvas is a picture under way. Places and lengths are in px.
type canvas struct {
	img    *image.RGBA
	raster vector.Rasterizer
	fonts  fonts
}

func newCanvas(width, height float64, ground color.Color) (*canvas, error) {
	f, err := parseFonts()
	if err != nil {
		return nil, err
	}
	c := &canvas{img: image.NewRGBA(image.Rect(0, 0, int(width*density), int(height*density))), fonts: f}
	draw.Draw(c.img, c.img.Bounds(), image.NewUniform(ground), image.Point{}, draw.Src)
	return c, nil
}

// point is a place in px.
type point struct{ x, y float64 }

func (p point) plus(dx, dy float64) point { return point{p.x + dx, p.y + dy} }

// path is an outline made of closed contours. What lies in two contours of the same
// direction is filled once; a contour the other way round makes a hole.
type path struct {
	steps    []step
	min, max point
}

// step is a move, a line, or a curve with two points of control before its end.
type step struct {
	kind byte
	p    [3]point
}

func (p *path) move(a point)         { p.add(step{'m', [3]point{a}}, a) }
func (p *path) line(a point)         { p.add(step{'l', [3]point{a}}, a) }
func (p *path) curve(a, b, to point) { p.add(step{'c', [3]point{a, b, to}}, a, b, to) }

func (p *path) add(s step, reach ...point) {
	for i, r := range reach {
		if len(p.steps) == 0 && i == 0 {
			p.min, p.max = r, r
		}
		p.min = point{min(p.min.x, r.x), min(p.min.y, r.y)}
		p.max = point{max(p.max.x, r.x), max(p.max.y, r.y)}
	}
	p.steps = append(p.steps, s)
}

// fill paints the path. Only the part of the picture that it covers is worked on.
func (c *canvas) fill(p path, paint color.Color) {
	box := image.Rect(
		int(math.Floor(p.min.x*density)), int(math.Floor(p.min.y*density)),
		int(math.Ceil(p.max.x*density)), int(math.Ceil(p.max.y*density)),
	).Intersect(c.img.Bounds())
	if box.Empty() {
		return
	}
	c.raster.Reset(box.Dx(), box.Dy())
	at := func(q point) (x, y float32) {
		return float32(q.x*density) - float32(box.Min.X), float32(q.y*density) - float32(box.Min.Y)
	}
	for i, s := range p.steps {
		x, y := at(s.p[0])
		switch s.kind {
		case 'm':
			if i > 0 {
				c.raster.ClosePath()
			}
			c.raster.MoveTo(x, y)
		case 'l':
			c.raster.LineTo(x, y)
		case 'c':
			bx, by := at(s.p[1])
			ex, ey := at(s.p[2])
			c.raster.CubeTo(x, y, bx, by, ex, ey)
		}
	}
	c.raster.ClosePath()
	c.raster.Draw(c.img, box, image.NewUniform(paint), image.Point{})
}

// snap moves a place to the edge of a pixel, so that straight lines are sharp.
func snap(x float64) float64 { return math.Round(x*density) / density }
