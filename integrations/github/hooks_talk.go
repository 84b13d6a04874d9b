package github

import (
	"encoding/json"
	"strings"
	"time"
)

// readIssue reads issues. Which of them are follow-ups the record knows; whoever
// may open issues could claim to be one.
func (p places) readIssue(in payload) (Report, error) {
	i := in.Issue
	if i == nil || i.Number <= 0 {
		return Report{}, errIncomplete
	}
	gone := false
	switch in.Action {
	case "closed":
		i.State = "closed"
	case "reopened":
		i.State = "open"
	case "deleted", "transferred":
		gone = true
	default:
		return Report{}, nil
	}
	s := issueState(p.spelt(name(in.Repository.FullName)), *i)
	if gone {
		// When that happened is not in it: the times are those of the issue.
		s.Gone, s.NewURL, s.At = true, movedTo(in.Changes), time.Time{}
	}
	s.By = name(in.Sender.Login)
	return Report{Issues: []IssueState{s}}, nil
}

// movedTo is the page of the issue that takes the place of one that was moved.
func movedTo(changes json.RawMessage) string {
	var to struct {
		Issue issue `json:"new_issue"`
	}
	if json.Unmarshal(changes, &to) != nil {
		return ""
	}
	return link(to.Issue.Page)
}

// readPull reads pull_request: that a proposal was merged or closed by people.
func (p places) readPull(in payload) (Report, error) {
	r := in.Pull
	if r == nil || r.Number <= 0 {
		return Report{}, errIncomplete
	}
	if in.Action != "closed" && in.Action != "reopened" || !r.of(in.Repository.FullName) || !strings.HasPrefix(r.Head.Ref, OwnBranches) {
		return Report{}, nil
	}
	s := PullState{
		Repo: p.spelt(name(in.Repository.FullName)), Number: r.Number, Branch: name(r.Head.Ref), URL: link(r.Page),
		Closed: in.Action == "closed", By: name(in.Sender.Login), At: r.Updated.Time,
	}
	if s.Closed {
		s.Merged = r.state() == ProposalMerged
		if !r.Closed.IsZero() {
			s.At = r.Closed.Time
		}
	}
	return Report{Pulls: []PullState{s}}, nil
}
