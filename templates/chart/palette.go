package chart

import "image/color"

// hue is one of the colours that mean something: for text, for marks, and for the
// inside and the edge of what stands behind text.
type hue struct{ ink, fill, tint, line color.Color }

// palette is the light one. A picture has no other: it is looked at on paper too.
type palette struct {
	surface, sunken, ink, ink2, ink3, edge, line, line2 color.Color

	red, orange, amber, green, teal, blue, violet, grey hue
}

func light() palette {
	return palette{
		surface: rgb(0xffffff), sunken: rgb(0xeff1f3), ink: rgb(0x16181b), ink2: rgb(0x454b54), ink3: rgb(0x626973),
		edge: rgb(0x7c848e), line: rgb(0xe2e5e9), line2: rgb(0xcbd0d6),
		red:    hue{rgb(0xad1f16), rgb(0xd3322a), rgb(0xfdeeec), rgb(0xf3c4bf)},
		orange: hue{rgb(0x9a3d09), rgb(0xcf5a0d), rgb(0xfdf1e7), rgb(0xf2cdb0)},
		amber:  hue{rgb(0x775200), rgb(0xb17a00), rgb(0xfbf4df), rgb(0xe8d39a)},
		green:  hue{rgb(0x15663a), rgb(0x1d8147), rgb(0xe9f6ee), rgb(0xb5dec5)},
		teal:   hue{rgb(0x0a616d), rgb(0x0c7f8d), rgb(0xe5f4f6), rgb(0xaedbe1)},
		blue:   hue{rgb(0x1a52ad), rgb(0x2f70dd), rgb(0xeaf1fd), rgb(0xbcd3f7)},
		violet: hue{rgb(0x5e31ab), rgb(0x7a4cd6), rgb(0xf2edfc), rgb(0xd3c2f3)},
		grey:   hue{rgb(0x4d545d), rgb(0x78808a), rgb(0xeef0f2), rgb(0xd3d8dd)},
	}
}

func rgb(hex uint32) color.RGBA {
	return color.RGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 0xff}
}

// faint lets some of what is below through; share is from 0 to 1.
func faint(c color.Color, share float64) color.Color {
	r, g, b, _ := c.RGBA()
	return color.NRGBA{R: uint8(r >> 8), G: uint8(g >> 8), B: uint8(b >> 8), A: uint8(share * 0xff)}
}

// moment gives the colours of a moment: of its words, and of its glyph and stem.
func (p palette) moment(l Look) (ink, fill color.Color) {
	switch l {
	case LookBegan:
		return p.red.ink, p.red.fill
	case LookDetected:
		return p.orange.ink, p.orange.fill
	case LookMitigated:
		return p.teal.ink, p.teal.fill
	case LookResolved:
		return p.green.ink, p.green.fill
	case LookCancelled, LookMerged:
		return p.grey.ink, p.grey.fill
	case LookNow:
		return p.ink2, p.ink3
	}
	return p.ink, p.ink
}

// bar gives the inside of a bar and its edge, or nil where it has none.
func (p palette) bar(l Look) (fill, edge color.Color) {
	switch l {
	case LookDetect:
		return p.red.tint, p.red.line
	case LookDeclare:
		return p.orange.tint, p.orange.line
	case LookMitigate:
		return p.amber.tint, p.amber.line
	case LookWatch:
		return p.teal.tint, p.teal.line
	case LookSpent:
		return p.grey.tint, p.grey.line
	case LookHot:
		return p.orange.fill, nil
	case LookAlert:
		return p.orange.line, p.orange.fill
	case LookBlamed:
		return p.red.tint, p.red.line
	case LookUnknown:
		return p.surface, p.line2
	case LookRunning:
		return p.blue.line, p.blue.fill
	case LookWaiting:
		return p.violet.line, p.violet.fill
	case LookRolling:
		return p.violet.fill, nil
	case LookFailing:
		return p.red.fill, nil
	case LookMessages:
		return p.edge, nil
	}
	return p.grey.tint, p.line2
}

// label gives how words look.
func (p palette) label(l Look) style {
	switch l {
	case LookDetect:
		return style{face: medium, size: sizeText, paint: p.red.ink}
	case LookDeclare:
		return style{face: medium, size: sizeText, paint: p.orange.ink}
	case LookMitigate:
		return style{face: medium, size: sizeText, paint: p.amber.ink}
	case LookWatch:
		return style{face: medium, size: sizeText, paint: p.teal.ink}
	case LookSpent:
		return style{face: medium, size: sizeText, paint: p.grey.ink}
	case LookLive:
		return style{face: monospaced, size: sizeText, paint: p.ink2}
	case LookBlamed:
		return style{face: monospaced, size: sizeText, paint: p.red.ink}
	case LookDay:
		return style{face: medium, size: sizeText, paint: p.ink}
	case LookQuiet, LookNone, LookUnknown:
		return style{face: regular, size: sizeText, paint: p.ink3, slant: true}
	case LookTarget:
		return style{face: medium, size: sizeText, paint: p.ink2}
	case LookNote, LookTick, LookGrid, LookMet, LookMissed:
		return style{face: regular, size: sizeText, paint: p.ink3}
	}
	ink, _ := p.moment(l)
	return style{face: medium, size: sizeLabel, paint: ink}
}

// haloed reports whether words stand outside bars, and so need a ground of their own.
func haloed(l Look) bool {
	switch l {
	case LookDetect, LookDeclare, LookMitigate, LookWatch, LookSpent, LookLive, LookBlamed, LookUnknown, LookTick, LookDay, LookQuiet:
		return false
	}
	return true
}
