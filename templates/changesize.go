package templates

import (
	"strings"

	"backout/timeline"
)

// changeSize says how large a change is: "3 pull requests, 41 files, +1 904 −611".
func changeSize(f *timeline.ChangeFacts) string {
	var parts []string
	switch {
	case len(f.Pulls) > 0:
		parts = append(parts, many(len(f.Pulls), "pull request", "pull requests"))
	case max(f.TotalCommits, len(f.Commits)) > 0:
		parts = append(parts, many(max(f.TotalCommits, len(f.Commits)), "commit", "commits"))
	default:
		parts = append(parts, "no commits")
	}
	if n := len(f.Files); n > 0 {
		files := many(n, "file", "files")
		if f.MoreFiles {
			files = "more than " + files
		}
		parts = append(parts, files)
	}
	if added, removed := f.Size(); added+removed > 0 {
		size := "+" + amount(added) + " −" + amount(removed)
		if f.MoreFiles {
			size = "at least " + size
		}
		parts = append(parts, size)
	}
	return strings.Join(parts, ", ")
}

// whatChanged says what a deploy changed, or why that is not known.
func whatChanged(f *timeline.ChangeFacts, trouble string) Rich {
	switch {
	case f == nil && strings.TrimSpace(trouble) == "":
		return R(T("What it changed is not known yet."))
	case f == nil:
		return R(T("What it changed is not known yet. " + sentence(trouble)))
	}
	out := R(T("Its change: "), WebLink(f.Link, changeSize(f)), T("."))
	if f.Base == "" {
		out = append(out, T(" No version before it is known, so this is its last commit alone."))
	}
	if len(f.Missing) > 0 {
		out = append(out, T(" Not all of it could be read."))
	}
	return out
}
