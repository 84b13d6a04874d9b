package github

import (
	"strings"

	"backout/integrations/foreign"
)

// Bounds of texts from outside, in characters.
const (
	maxTitle = 300
	maxPath  = 400
	maxName  = 200
)

func text(s string, limit int) string { return foreign.Text(s, limit) }

func link(s string) string { return foreign.Link(s) }

// name is text as short as a name.
func name(s string) string { return text(s, maxName) }

// firstLine is the subject of a commit message.
func firstLine(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		s = s[:i]
	}
	return text(s, maxTitle)
}

// hash keeps what can be a commit's hash: hexadecimal digits.
func hash(s string) string {
	if len(s) < 7 || len(s) > 64 || strings.Trim(s, "0123456789abcdefABCDEF") != "" {
		return ""
	}
	return strings.ToLower(s)
}

// full reports whether s is a commit's whole hash.
func full(s string) bool { return hash(s) != "" && (len(s) == 40 || len(s) == 64) }
