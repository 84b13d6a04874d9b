package pagerduty

import (
	"time"

	"backout/integrations/foreign"
)

// Bounds of texts from outside, in characters.
const (
	maxTitle = 300
	maxText  = 3000
	maxName  = 200
	maxID    = 100
)

func text(s string, limit int) string { return foreign.Text(s, limit) }

func lines(s string, limit int) string { return foreign.Lines(s, limit) }

func link(s string) string { return foreign.Link(s) }

// name is text as short as a name.
func name(s string) string { return text(s, maxName) }

// ident keeps what can be an id and a part of a path, else it is "".
func ident(s string) string {
	if len(s) > maxID || s == "." || s == ".." {
		return ""
	}
	for _, r := range s {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-', r == '_', r == '.', r == ':':
		default:
			return ""
		}
	}
	return s
}

// moment reads a time; what is none is the zero time.
func moment(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}
