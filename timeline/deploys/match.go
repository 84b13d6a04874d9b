package deploys

import (
	"path"
	"slices"
	"strings"
)

// Match reports whether a path matches any of the patterns. They are those that
// people know from .gitignore:
//
//   - migrations/** is everything below the folder migrations at the top,
//     **/migrations/** below any such folder, and so is migrations/.
//   - *.sql, without a slash, matches in any folder; /go.mod only at the top.
//   - * and ? stop at a slash, [a-z] is one of these characters, \ takes the
//     meaning from what follows, and ** as a whole part of a pattern is any number
//     of folders.
//   - A pattern that matches a folder matches everything in it.
//   - ! before a pattern takes back what patterns before it matched.
//
// A part of a pattern that is malformed, or that a path repeats word for word,
// matches that text only, so that [id] finds the folder [id].
func Match(patterns []string, path string) bool {
	parts := split(path)
	if len(parts) == 0 {
		return false
	}
	matched := false
	for _, p := range patterns {
		p, not := strings.CutPrefix(p, "!")
		// What would change nothing need not be looked at.
		if matched == not && match(compile(p), parts) {
			matched = !not
		}
	}
	return matched
}

func split(path string) []string {
	path = strings.TrimPrefix(strings.TrimPrefix(path, "./"), "/")
	if path == "" {
		return nil
	}
	return strings.Split(path, "/")
}

// anyDepth is the part of a pattern that stands for folders.
const anyDepth = "**"

// compile cuts a pattern into parts that are all compared from the top.
func compile(pattern string) []string {
	inside := strings.TrimSuffix(pattern, "/")
	floating := !strings.Contains(inside, "/")
	parts := split(inside)
	if len(parts) == 0 {
		return nil
	}
	if floating {
		parts = slices.Concat([]string{anyDepth}, parts)
	}
	if inside != pattern { // a folder, so that there must be something in it
		parts = append(parts, anyDepth)
	}
	return parts
}

// match compares part by part. After a mismatch it goes on from the last "**"
// only: an earlier one could not help, since the last can take as much. So the
// time is that of comparing every part of the one with every part of the other,
// however many stars somebody writes.
func match(pattern, parts []string) bool {
	if len(pattern) == 0 {
		return false
	}
	var (
		p, s       int
		star, from = -1, 0
	)
	for {
		switch {
		case p == len(pattern):
			return true // and what is left lies in the folder that matched
		case pattern[p] == anyDepth && p == len(pattern)-1:
			return s < len(parts)
		case pattern[p] == anyDepth:
			star, from = p, s
			p++
		case s == len(parts):
			return false
		case matchPart(pattern[p], parts[s]):
			p, s = p+1, s+1
		case star < 0:
			return false
		default:
			from++
			p, s = star+1, from
		}
	}
}

func matchPart(pattern, part string) bool {
	if pattern == part {
		return true
	}
	ok, err := path.Match(pattern, part)
	return err == nil && ok
}
