package lessons

import (
	"strconv"
	"strings"
	"time"

	"backout/timeline"
)

// namedMost is how many checks, pull requests or commits a sentence names.
const namedMost = 5

// span says how long, as the rest of the postmortem does.
func span(d time.Duration) string { return timeline.Span(d, " ") }

// relate puts words and rows into evidence: a string is text, an int is a row.
func relate(parts ...any) []Part {
	var out []Part
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			out = append(out, Part{Text: p})
		case int:
			out = append(out, Part{Row: p})
		}
	}
	return out
}

// wording is evidence as it is written down.
type wording []Part

func (w wording) text(s string) wording { return append(w, Part{Text: s}) }

// row names a row in brackets after what it shows; a moment may have none.
func (w wording) row(n int) wording {
	if n <= 0 {
		return w
	}
	return append(w, Part{Text: " ("}, Part{Row: n}, Part{Text: ")"})
}

// link names a page, or only says its name when it is none.
func (w wording) link(name, url string) wording {
	if !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") {
		return w.text(name)
	}
	return append(w, Part{Link: Link{Name: name, URL: url}})
}

// deploy calls a deploy by its name and shows its row.
func (w wording) deploy(d timeline.NotedDeploy) wording {
	return w.text(d.Deploy.Label()).row(d.N)
}

// links puts things one after another: A, B and C.
func (w wording) links(of []Link) wording {
	shown := of[:min(len(of), namedMost)]
	for i, l := range shown {
		switch {
		case i > 0 && i == len(of)-1:
			w = w.text(" and ")
		case i > 0:
			w = w.text(", ")
		}
		w = w.link(l.Name, l.URL)
	}
	if more := len(of) - len(shown); more > 0 {
		w = w.text(" and " + strconv.Itoa(more) + " more")
	}
	return w
}

// some writes 1 check, 2 checks.
func some(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}
