package chart

import (
	"strings"
	"unicode"

	"backout/templates"
)

// Sizes of text in px. Text is decided by them, so whoever draws uses the same.
const (
	sizeLabel = 12
	sizeText  = 11
	sizeTitle = 16
)

// monoWidth is the px that a character takes in the monospaced font at 11 px.
const monoWidth = 6.65

// ellipsis stands for what was cut off.
const ellipsis = "…"

// width is how many px a text takes at most. It is a rule and not a measurement,
// because pages are shown in fonts that the server does not know.
func width(s string, size float64) float64 {
	em := 0.0
	for _, r := range s {
		em += emOf(r)
	}
	return em * size * 1.06
}

// emOf is the width of a character as a share of the size. Scripts on which the rule
// was not measured count as wide.
func emOf(r rune) float64 {
	switch {
	case r == '\u00a0' || strings.ContainsRune("iljI.,:;'|! ", r):
		return .30
	case strings.ContainsRune("frt()-/", r):
		return .38
	case strings.ContainsRune("mwMW%", r):
		return .88
	case r >= 0x1100:
		return 1
	case r > 0x24f:
		return .88
	case unicode.IsDigit(r):
		return .62
	case unicode.IsUpper(r):
		return .68
	}
	return .56
}

// mono is width in the monospaced font at 11 px.
func mono(s string) float64 { return float64(len([]rune(s))) * monoWidth }

// cutTo shortens a text with an ellipsis until it takes no more than room px. What
// would keep fewer than three characters is left out.
func cutTo(s string, room float64, measure func(string) float64) string {
	if measure(s) <= room {
		return s
	}
	runes := []rune(s)
	for n := min(len(runes), int(room)) - 1; n >= 3; n-- {
		if short := strings.TrimRight(string(runes[:n]), " ") + ellipsis; measure(short) <= room {
			return short
		}
	}
	return ""
}

func label(s string) float64 { return width(s, sizeLabel) }

func text(s string) float64 { return width(s, sizeText) }

// oneLine makes words from outside fit for a picture: on one line, without what acts
// instead of being seen, and no longer than limit characters.
func oneLine(s string, limit int) string {
	if len(s) > 16*limit { // no use in cleaning what is cut off
		s = strings.ToValidUTF8(s[:16*limit], "")
	}
	s = strings.Join(strings.Fields(templates.Harmless(s)), " ")
	if r := []rune(s); len(r) > limit {
		return strings.TrimRight(string(r[:limit-1]), " ") + ellipsis
	}
	return s
}
