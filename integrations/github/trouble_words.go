package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	gh "github.com/google/go-github/v60/github"
)

// sentence words an error for people: what it means and what to do about it.
func (c *Client) sentence(j job, f fate, err error) string {
	switch f {
	case later:
		return limitSentence(err)
	case unsent:
		return c.unsentSentence(err)
	case unsure:
		return unsureSentence(j, err)
	}
	if signIn, ok := errors.AsType[*signInError](err); ok {
		return signInSentence(signIn)
	}
	return c.refusedSentence(j, err)
}

func limitSentence(err error) string {
	if l, ok := errors.AsType[*limitError](err); ok && l.hourly {
		return "the calls that GitHub allows in an hour are used up; it is tried again in " + l.wait.Round(time.Second).String()
	}
	return "GitHub asks for a pause; it is tried again"
}

func (c *Client) unsentSentence(err error) string {
	if errors.Is(err, context.Canceled) {
		return "Backout stopped before GitHub was asked"
	}
	if signIn, ok := errors.AsType[*signInError](err); ok && signIn.status != 0 {
		return fmt.Sprintf("GitHub did not give the App a token (status %d); it is tried again", signIn.status)
	}
	return "GitHub cannot be reached at " + c.host + "; check the network and GITHUB_API_URL"
}

func unsureSentence(j job, err error) string {
	next := "; it is tried again"
	if j.write {
		next = "; whether it was done is checked before it is repeated"
	}
	var bad *json.SyntaxError
	var shape *json.UnmarshalTypeError
	switch status := statusOf(err); {
	case status != 0:
		return fmt.Sprintf("GitHub did not answer properly (status %d)%s", status, next)
	case errors.Is(err, context.Canceled):
		return "Backout stopped before GitHub answered" + strings.TrimSuffix(next, "; it is tried again")
	case errors.Is(err, context.DeadlineExceeded), os.IsTimeout(err):
		return "GitHub did not answer in time" + next
	case errors.As(err, &bad), errors.As(err, &shape), errors.Is(err, errTooLarge):
		return "GitHub's answer could not be read" + next
	}
	return "the connection to GitHub broke off" + next
}

func signInSentence(e *signInError) string {
	switch e.status {
	case http.StatusUnauthorized:
		return "GitHub does not accept the App's key; check GITHUB_APP_ID, the key file and the clock" + details(e.said)
	case http.StatusNotFound:
		return "the GitHub App has no such installation; check GITHUB_APP_INSTALLATION_ID"
	}
	return "GitHub does not give the App a token; see whether its installation is suspended" + details(e.said)
}

// refusedSentence words a 3xx or 4xx. The repository and the permission stand in
// it, because whoever reads it has to change one of them.
func (c *Client) refusedSentence(j job, err error) string {
	said := saidOf(err)
	if _, second := errors.AsType[*gh.TwoFactorAuthError](err); second {
		return "GitHub wants a second factor for this; set a token in GITHUB_TOKEN"
	}
	switch status := statusOf(err); {
	case status >= 300 && status < 400:
		return j.repo + " has moved on GitHub; write its new name in backout.yaml"
	case status == http.StatusUnauthorized:
		return "GitHub does not accept " + c.who + "; it may have expired or been revoked: set a new one" + details(said)
	case knownSentence(j, status, said) != "":
		return knownSentence(j, status, said)
	case status == http.StatusNotFound && j.what == "":
		return fmt.Sprintf("GitHub shows no repository %s; check the name, and that %s has the permission %s", j.repo, c.who, j.needs)
	case status == http.StatusNotFound:
		return fmt.Sprintf("GitHub shows no %s of %s; check the name, and that %s has the permission %s", j.what, j.repo, c.who, j.needs)
	case status == http.StatusForbidden && lacksPermission(said):
		return fmt.Sprintf("%s may not %s of %s; give it the permission %s", c.who, j.does, j.repo, j.needs)
	}
	if said == "" {
		said = fmt.Sprintf("status %d", statusOf(err))
	}
	return fmt.Sprintf("GitHub does not let Backout %s of %s: %s", j.does, j.repo, said)
}

// lacksPermission recognises the words in which GitHub says so; other refusals of
// the same status (archived, address not allowed, single sign-on) say what to do.
func lacksPermission(said string) bool {
	said = strings.ToLower(said)
	return said == "" || strings.HasPrefix(said, "resource not accessible by") || strings.HasPrefix(said, "must have admin rights") || said == "forbidden"
}

func details(said string) string {
	if said == "" {
		return ""
	}
	return " (GitHub says: " + said + ")"
}
