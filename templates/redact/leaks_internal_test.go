package redact

import (
	"strings"
	"testing"

	"github.com/zricethezav/gitleaks/v8/logging"
)

// TestLeaksPanic holds that a panic of gitleaks costs its own findings alone. A
// detector that is not there panics at once.
func TestLeaksPanic(t *testing.T) {
	known := []hit{{1, 2, "password", rankNamed}}
	if got := scanLeaks(known, nil, page{"text", "text"}); len(got) != 1 {
		t.Errorf("after a panic there are %v, want what was known", got)
	}
}

// TestLeaksAreQuiet holds that gitleaks cannot log what it finds, and that it has the
// rules that we take from it, named in words.
func TestLeaksAreQuiet(t *testing.T) {
	built, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	if e := logging.Error(); e != nil {
		t.Error("gitleaks may log")
	}
	if n := len(built.leaks.Config.Rules); n < 180 {
		t.Errorf("gitleaks has %d rules, want 180 and more", n)
	}
	for id := range built.leaks.Config.Rules {
		if kind := leakKind(id); strings.ContainsAny(kind, "-_") || strings.TrimSpace(kind) == "" || strings.Contains(kind, "  ") || kind[0] >= 'a' && !strings.HasPrefix(kind, "npm") && !strings.HasPrefix(kind, "login") {
			t.Errorf("the rule %s is called %q", id, kind)
		}
	}
	for _, id := range unused() {
		if _, ok := built.leaks.Config.Rules[id]; ok {
			t.Errorf("the rule %s is in use", id)
		}
	}
}
