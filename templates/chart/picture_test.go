package chart_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
	"strings"
	"testing"

	"backout/templates/chart"
)

// drawn decodes the picture of a chart.
func drawn(t *testing.T, c chart.Chart) image.Image {
	t.Helper()
	var b bytes.Buffer
	if err := c.PNG(&b); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// TestThePictureHasTheMarksInTheirPlaces looks for colours where marks are.
func TestThePictureHasTheMarksInTheirPlaces(t *testing.T) {
	c := chart.Of(loggedOut(t))
	img := drawn(t, c)
	at := func(kind chart.LaneKind, x, y float64) color.Color {
		top := 70.
		for _, l := range c.Lanes {
			if l.Kind == kind {
				break
			}
			top += l.Height
		}
		return img.At(int(2*(24+132+x*860)), int(2*(top+y)))
	}
	for what, spot := range map[string]struct {
		got  color.Color
		want color.RGBA
	}{
		"began is red":                    {at(chart.LaneMoments, .16674, 17), color.RGBA{0xd3, 0x32, 0x2a, 255}},
		"the cause is tinted":             {at(chart.LaneService, .38, 13), color.RGBA{0xfd, 0xee, 0xec, 255}},
		"what was live before is grey":    {at(chart.LaneService, .06, 13), color.RGBA{0xee, 0xf0, 0xf2, 255}},
		"the deploy is blue":              {at(chart.LaneService, .11, 19), color.RGBA{0xbc, 0xd3, 0xf7, 255}},
		"the rollback is violet":          {at(chart.LaneRollback, .38, 16), color.RGBA{0x7a, 0x4c, 0xd6, 255}},
		"the alert nobody took is orange": {at(chart.LaneAlerts, .2735, 15), color.RGBA{0xcf, 0x5a, 0x0d, 255}},
		"nothing is white":                {at(chart.LaneAlerts, .8, 4), color.RGBA{255, 255, 255, 255}},
	} {
		if got := color.RGBAModel.Convert(spot.got); got != spot.want {
			t.Errorf("%s: the picture has %v, want %v", what, got, spot.want)
		}
	}
	for what, y := range map[string]int{"title": 33, "line of facts": 54, "foot": 442 - 13} {
		written := false
		for x := 48; x < 400; x++ {
			r, _, _, _ := img.At(x, 2*y-6).RGBA()
			written = written || r < 0xb000
		}
		if !written {
			t.Errorf("the %s is not written", what)
		}
	}
	if b := img.Bounds(); b.Dx() != 2304 || b.Dy() != 884 {
		t.Errorf("the picture is %d×%d, want 2304×884", b.Dx(), b.Dy())
	}
}

// TestEveryGlyphIsDrawnAndDiffers: each meaning has a shape of its own, or a colour that
// differs in grey.
func TestEveryGlyphIsDrawnAndDiffers(t *testing.T) {
	looks := []chart.Look{
		chart.LookBegan, chart.LookDetected, chart.LookDeclared, chart.LookMitigated, chart.LookResolved, chart.LookCancelled, chart.LookMerged,
		chart.LookDeploy, chart.LookCleared, chart.LookFailed, chart.LookCalledOff, chart.LookSeveral, chart.LookBack, chart.LookDone,
		chart.LookMet, chart.LookMissed,
	}
	l := chart.Lane{Kind: chart.LaneService, Height: 40}
	for i, look := range looks {
		l.Marks = append(l.Marks, chart.Mark{Shape: chart.Glyph, Look: look, DX: float64(20 + 40*i), Y: 20, Text: "2"})
	}
	img := drawn(t, chart.Chart{Names: 132, Free: 112, Lanes: []chart.Lane{l}})
	seen := []string{strings.Repeat("\xff", 40*40)} // nothing at all
	for i, look := range looks {
		var b strings.Builder
		for y := range 40 {
			for x := range 40 {
				c := picked(img, 156+float64(20+40*i)+float64(x-20)/2, 90+float64(y-20)/2)
				b.WriteByte(byte((int(c.R) + int(c.G) + int(c.B)) / 3))
			}
		}
		if slices.Contains(seen, b.String()) {
			t.Errorf("%s is not drawn, or looks like another one in grey", look)
		}
		seen = append(seen, b.String())
	}
	back := 156 + float64(20+40*slices.Index(looks, chart.LookBack))
	for _, part := range [][2]float64{{3.3, 1.1}, {-3.2, -1.1}, {1, -1.1}, {-1, 3.3}} { // the turn, the tip, the way there and back
		if got := picked(img, back+part[0], 90+part[1]); got.R < 200 || got.G < 200 {
			t.Errorf("the arrow that turns back is not drawn at %v: %v", part, got)
		}
	}
}

// TestHostileNamesStayInside: what the font cannot draw becomes a box, and no
// name reaches the edge.
func TestHostileNamesStayInside(t *testing.T) {
	img := drawn(t, chart.Of(hostile(t)))
	b := img.Bounds()
	for y := 0; y < b.Dy(); y += 3 {
		for _, x := range []int{0, 20, b.Dx() - 20, b.Dx() - 1} {
			if r, g, bl, _ := img.At(x, y).RGBA(); math.Min(float64(r), math.Min(float64(g), float64(bl))) < 0xffff {
				t.Fatalf("something is drawn at %d, %d", x, y)
			}
		}
	}
}

// picked gives the colour at a place in px.
func picked(img image.Image, x, y float64) color.RGBA {
	c, _ := color.RGBAModel.Convert(img.At(int(x*2), int(y*2))).(color.RGBA)
	return c
}

// TestWhatRunsThroughTheLanes: folds, the grid and stems, and words that hide them.
func TestWhatRunsThroughTheLanes(t *testing.T) {
	c := chart.Chart{
		Names: 132, Free: 112, Grid: []float64{.25, .75}, Folds: []chart.Fold{{From: .4, To: .5}}, Stems: []chart.Stem{{X: .1, Look: chart.LookBegan}},
		Lanes: []chart.Lane{
			{Kind: chart.LaneMoments, Height: 30},
			{Kind: chart.LaneAlerts, Height: 60, Marks: []chart.Mark{
				{Shape: chart.Label, Look: chart.LookNote, From: .74, To: .74, Y: 30, Text: "words over a line"},
				{Shape: chart.Label, Look: chart.LookNote, From: .39, To: .39, Y: 30, Text: "words over a fold"},
			}},
			{Kind: chart.LaneAxis, Height: 22},
		},
	}
	img := drawn(t, c)
	white, sunken, line := color.RGBA{255, 255, 255, 255}, color.RGBA{0xef, 0xf1, 0xf3, 255}, color.RGBA{0xe2, 0xe5, 0xe9, 255}
	x := func(share float64) float64 { return 156 + share*860 }
	for what, spot := range map[string]struct {
		got, want color.RGBA
	}{
		"a fold":                   {picked(img, x(.45), 150), sunken},
		"beside a fold":            {picked(img, x(.51), 150), white},
		"below a fold":             {picked(img, x(.45), 165), white},
		"the grid":                 {picked(img, x(.75), 150), line},
		"the grid behind words":    {picked(img, x(.75), 121), white},
		"the grid below the lanes": {picked(img, x(.75), 165), white},
		"a fold behind words":      {picked(img, x(.401), 120.5), sunken},
		"above a stem":             {picked(img, x(.1), 90), white},
	} {
		if spot.got != spot.want {
			t.Errorf("%s has %v, want %v", what, spot.got, spot.want)
		}
	}
	dashes := 0
	for y := 100.; y < 160; y += .5 {
		if c := picked(img, x(.1), y); int(c.R) > int(c.G)+40 {
			dashes++
		}
	}
	if dashes < 30 || dashes > 60 {
		t.Errorf("%d of 120 pixels of the stem are red: it is dashed two to three", dashes)
	}
}
