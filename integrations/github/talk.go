package github

import (
	"strings"
	"time"

	"backout/timeline"
)

// Pull requests and issues, as far as they are used; webhooks and the API have the
// same shapes.

type pullRequest struct {
	Number  int    `json:"number"`
	State   string `json:"state"`
	Page    string `json:"html_url"`
	Merged  bool   `json:"merged"`
	Updated moment `json:"updated_at"`
	Closed  moment `json:"closed_at"`
	// MergedAt is in lists, too, which lack Merged.
	MergedAt moment `json:"merged_at"`
	Head     struct {
		Ref  string     `json:"ref"`
		Repo repository `json:"repo"`
	} `json:"head"`
}

type repository struct {
	FullName string `json:"full_name"`
}

// state is one of a proposal's.
func (p pullRequest) state() string {
	switch {
	case p.Merged || !p.MergedAt.IsZero():
		return ProposalMerged
	case p.State == "closed":
		return ProposalClosed
	}
	return ProposalOpen
}

// of reports whether the head is a branch of this very repository, and not of a
// fork, whose branches anybody may name as they like.
func (p pullRequest) of(repo string) bool {
	return p.Head.Repo.FullName != "" && strings.EqualFold(p.Head.Repo.FullName, repo)
}

type issue struct {
	Number      int      `json:"number"`
	State       string   `json:"state"`
	Reason      string   `json:"state_reason"`
	Page        string   `json:"html_url"`
	Body        string   `json:"body"`
	User        account  `json:"user"`
	ClosedBy    account  `json:"closed_by"`
	Created     moment   `json:"created_at"`
	Updated     moment   `json:"updated_at"`
	Closed      moment   `json:"closed_at"`
	PullRequest *pullURL `json:"pull_request"` // set when it is none
}

type pullURL struct {
	Page string `json:"html_url"`
}

// IssueState is what became of an issue, whether a webhook tells of it or the
// reading afterwards.
type IssueState struct {
	// Repo is spelt as in the configuration if it is there, else as GitHub does:
	// compare it without case.
	Repo   string
	Number int
	URL    string
	Closed bool
	// Reason is GitHub's for closing: completed, not_planned or duplicate. Older
	// servers have none.
	Reason string
	// Gone is set when it was deleted or moved to another repository. NewURL is
	// where it went, if that is known.
	Gone   bool
	NewURL string
	// By is who did it, if GitHub says so; At when, zero if that is not known.
	By string
	At time.Time
}

// issueState words an issue as it stands.
func issueState(repo string, i issue) IssueState {
	out := IssueState{Repo: repo, Number: i.Number, URL: link(i.Page), Closed: i.State == "closed", At: i.Updated.Time}
	if out.Closed {
		out.Reason, out.By = name(i.Reason), name(i.ClosedBy.Login)
		if !i.Closed.IsZero() {
			out.At = i.Closed.Time
		}
	}
	return out
}

// PullState is what became of the pull request of a proposal.
type PullState struct {
	// Repo is as in IssueState.
	Repo   string
	Number int
	// Branch is its head: that of the proposal, or of a later round, with a number
	// after it. See RoundOf.
	Branch         string
	URL            string
	Closed, Merged bool
	By             string
	At             time.Time
}

// RoundOf reports whether head is the branch of a proposal in its first or any
// later round: "backout/inc-7" or "backout/inc-7-2".
func RoundOf(head, branch string) bool {
	rest, ok := strings.CutPrefix(head, branch)
	if !ok || rest == "" {
		return ok
	}
	n, ok := strings.CutPrefix(rest, "-")
	return ok && n != "" && n != "1" && n[0] != '0' && strings.Trim(n, "0123456789") == ""
}

// unsureAnswer is for a success that does not show what was made.
func unsureAnswer(what string) error {
	return &timeline.Trouble{Unsure: true, Sentence: "GitHub's answer does not show the " + what + "; whether it was opened is checked before it is repeated"}
}
