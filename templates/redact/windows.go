package redact

import (
	"strings"
	"unicode/utf8"
)

// A long text is read in windows of whole lines. A rule is tried only where one of its
// words stands, so small windows are quick; and whatever a rule does inside of one, the
// time for a text stays in proportion to its length.
const (
	windowSize = 1 << 10 // what a window is filled to
	windowMost = 4 << 10 // what a window without a line break or a blank may grow to
	lookBack   = 256     // a line of at most this length is read in two windows: its value may stand in the next
)

type window struct{ from, to int }

// windows cuts a text.
func windows(text string) []window {
	if len(text) <= windowSize {
		return []window{{0, len(text)}}
	}
	var out []window
	for from := 0; from < len(text); {
		to := windowEnd(text, from)
		out = append(out, window{from, to})
		from = max(from+1, again(text, from, to))
	}
	return out
}

// windowEnd is where the window that begins at from ends: behind the last line that
// fits, else behind the last word, else behind the word that is too long.
func windowEnd(text string, from int) int {
	if len(text)-from <= windowSize {
		return len(text)
	}
	full := text[from : from+windowSize]
	if n := strings.LastIndexByte(full, '\n'); n >= 0 {
		return from + n + 1
	}
	if n := strings.LastIndexAny(full, " \t"); n > windowSize/2 {
		return from + n + 1
	}
	rest := text[from+windowSize : min(len(text), from+windowMost)]
	if n := strings.IndexAny(rest, " \t\n"); n >= 0 {
		return from + windowSize + n + 1
	}
	to := from + windowSize + len(rest)
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	return to
}

// again is where the next window begins: at the last line of this one, or, in a line
// that goes on, some words back.
func again(text string, from, to int) int {
	if to == len(text) {
		return to
	}
	before := text[from : to-1]
	n := strings.LastIndexByte(before, '\n')
	if text[to-1] != '\n' {
		n = -1
		if back := max(0, len(before)-lookBack); back > 0 {
			if i := strings.IndexAny(before[back:], " \t"); i >= 0 {
				n = back + i
			}
		}
	}
	if start := from + n + 1; n >= 0 && to-start <= lookBack {
		return start
	}
	return to
}
