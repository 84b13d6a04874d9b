package github

import (
	"fmt"
	"net/http"
	"strings"
)

// knownSentence words refusals that lie in how a repository is set up, whichever
// call meets them; "" for any other.
func knownSentence(j job, status int, said string) string {
	words := strings.ToLower(said)
	switch {
	case saysArchived(words):
		return fmt.Sprintf("%s is archived on GitHub, so Backout cannot %s there; take it out of the archive or name another repository%s", j.repo, j.does, details(said))
	case saysEmpty(words):
		return j.repo + " has no commit yet; add a README on GitHub, so that there is a branch to begin at"
	case status == http.StatusGone && saysIssuesOff(words):
		return "issues are switched off in " + j.repo + "; switch them on in its settings or name another repository"
	case status == http.StatusGone:
		return fmt.Sprintf("%s of %s was deleted on GitHub, so there is nothing left to change%s", j.what, j.repo, details(said))
	case saysProtected(words):
		return fmt.Sprintf("GitHub protects the %s of %s; let Backout write to the branches that begin with %s%s", j.what, j.repo, OwnBranches, details(said))
	}
	return ""
}

func saysArchived(words string) bool { return strings.Contains(words, "was archived") }

func saysEmpty(words string) bool {
	return strings.Contains(words, "repository is empty")
}

func saysIssuesOff(words string) bool {
	words = strings.ToLower(words)
	return strings.Contains(words, "issues") && strings.Contains(words, "disabled")
}

// saysProtected recognises rules about branches: they are refused as 403, 409 or
// 422, and a new branch that must not be sometimes without naming a rule.
func saysProtected(words string) bool {
	for _, s := range []string{"protected branch", "protected ref", "rule violations", "through a pull request", "reference update failed"} {
		if strings.Contains(words, s) {
			return true
		}
	}
	return false
}
