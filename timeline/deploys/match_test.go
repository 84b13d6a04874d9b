package deploys_test

import (
	"strings"
	"testing"

	"backout/timeline/deploys"
)

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		patterns string // separated by spaces
		path     string
		want     bool
	}{
		{"migrations/**", "migrations/0042_drop.sql", true},
		{"migrations/**", "migrations/2026/11/0042.sql", true},
		{"migrations/**", "db/migrations/0042.sql", false}, // a slash inside: from the top
		{"migrations/**", "migrations", false},             // the file of that name is not in the folder
		{"migrations/**", "migrations_old/x", false},
		{"**/migrations/**", "migrations/x", true},
		{"**/migrations/**", "db/a/migrations/x", true},
		{"auth/**", "auth/session.go", true},
		{"auth/**", "oauth/session.go", false},
		{"**/*.sql", "x.sql", true},
		{"**/*.sql", "a/b/x.sql", true},
		{"*.sql", "a/b/x.sql", true},
		{"*.sql", "x.sql.txt", false},
		{"/*.sql", "x.sql", true},
		{"/*.sql", "a/x.sql", false},
		{"go.mod", "tools/go.mod", true},
		{"/go.mod", "tools/go.mod", false},
		// A folder that matches takes along all that is in it.
		{"migrations", "db/migrations/x.sql", true},
		{"migrations/", "db/migrations/a/x.sql", true},
		{"migrations/", "db/migrations", false},
		{"db/schema", "db/schema/a/b", true},
		{"db/*", "db/a/b", true},
		{"db/*.sql", "db/a/b.sql", false},
		{"a/**/z", "a/z", true},
		{"a/**/z", "a/b/c/z", true},
		{"a/**/z", "a/b/c/y", false},
		{"a/**/b/**/z", "a/x/b/b/y/z", true},
		{"a/**/b/*/z", "a/b/b/y/z", true}, // the first b is not the one
		{"**", "a/b", true},
		{"**/**", "a", true},
		{"a**z.go", "x/abcz.go", true}, // not a whole part: like one star
		{"a?c", "abc", true},
		{"a?c", "a/c", false},
		{"[a-c]x", "bx", true},
		{"[^a]x", "ax", false},
		{`\*.go`, "*.go", true},
		{`\*.go`, "a.go", false},
		{"app/[id]/**", "app/[id]/page.tsx", true},
		{"app/[", "app/[", true}, // malformed: only itself
		{"app/[", "app/x", false},
		{"*.md !README.md", "docs/a.md", true},
		{"*.md !README.md", "docs/README.md", false},
		{"!README.md *.md", "README.md", true}, // the last one counts
		{"Auth/**", "auth/x", false},           // paths know upper case from lower
		{"./auth/**", "auth/x", true},
		{"auth/**", "/auth/x", true},
		{"a/ b", "b", true},
		{"/ ! !/ //", "b", false},
		{"*", "", false},
		{"**", "/", false},
		{"", "a", false},
	} {
		if got := deploys.Match(strings.Fields(c.patterns), c.path); got != c.want {
			t.Errorf("%q and %q: got %v, want %v", c.patterns, c.path, got, c.want)
		}
	}
	if deploys.Match([]string{""}, "a") || deploys.Match(nil, "a") {
		t.Error("no pattern matches nothing")
	}
}

// TestMatchTakesNoTime: patterns that bring backtracking to its knees.
// Patterns that a search with steps back would not come to the end of.
func TestMatchComesToAnEnd(t *testing.T) {
	deep, wide := strings.Repeat("a/", 5000), strings.Repeat("a", 5000)
	for pattern, path := range map[string]string{
		strings.Repeat("**/a/", 500) + "b": deep + "c",
		strings.Repeat("**/", 2000) + "b":  deep + "c",
		strings.Repeat("*a", 500) + "b":    wide + "c",
		strings.Repeat("a*", 500) + "/b":   wide + "/c",
	} {
		if deploys.Match([]string{pattern}, path) {
			t.Errorf("%.20s… matches %.20s…", pattern, path)
		}
	}
}

// FuzzMatch: whatever is configured, there is an answer; a path matches itself
// and all that is below it, and taking back takes back.
func FuzzMatch(f *testing.F) {
	f.Add("migrations/**", "migrations/a/b.sql")
	f.Add("**/a/**/b/", "a/a/b/b")
	f.Add(`[\`, "[")
	f.Add("!!/**//", "//")
	f.Add("*[^/]?**", "ünï/\xff")
	f.Fuzz(func(t *testing.T, pattern, path string) {
		matches := deploys.Match([]string{pattern}, path)
		if matches && path != "." && !deploys.Match([]string{pattern}, path+"/below") {
			t.Fatalf("%q matches %q but nothing below it", pattern, path)
		}
		if deploys.Match([]string{pattern, "!" + pattern}, path) && !strings.HasPrefix(pattern, "!") {
			t.Fatalf("%q was taken back and still matches %q", pattern, path)
		}
		if strings.Trim(path, "./") != "" && !strings.ContainsAny(path, `*?[\!`) && !deploys.Match([]string{"/" + strings.TrimLeft(path, "/.")}, strings.TrimLeft(path, "/.")) {
			t.Fatalf("%q does not match itself", path)
		}
	})
}
