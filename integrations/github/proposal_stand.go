package github

import (
	"bytes"
	"context"
	"crypto/sha1" //nolint:gosec // Git's own hash, to compare with; nothing is protected by it.
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"backout/timeline"
)

const (
	contentsNeed = "Contents: write"
	pullsWrite   = "Pull requests: write"
	// maxRounds is how often a proposal can be merged and be made anew.
	maxRounds = 50
)

// standing is how a proposal stands on GitHub.
type standing struct {
	owner, repo string // by their present names
	asked       string // the repository as it was asked for
	base        string // the default branch
	branch      string // of this round
	head        string // the branch's commit, "" when there is no such branch
	// pull is this round's pull request, open or closed; nil when there is none.
	pull *pullRequest
	// merged is that of the round before.
	merged *pullRequest
}

func (s standing) job(name, does, what, needs string) job {
	return job{name: name, repo: s.asked, does: does, what: what, needs: needs}
}

// path is one below the repository.
func (s standing) path(format string, args ...any) string {
	return "repos/" + s.owner + "/" + s.repo + fmt.Sprintf(format, args...)
}

// stand reads where a proposal is: in its first round, or after so many merges in
// a later one.
func (c *Client) stand(ctx context.Context, repo, branch string) (standing, error) {
	owner, name, err := split(repo)
	if err != nil {
		return standing{}, err
	}
	s := standing{owner: owner, repo: name, asked: repo}
	var about struct {
		FullName string `json:"full_name"`
		Branch   string `json:"default_branch"`
	}
	if err := c.poll(ctx, s.job("repository", "read", "", contentsNeed), s.path(""), &about); err != nil {
		return s, err
	}
	// A repository that was renamed answers under its old name; the owner counts in
	// the filter below.
	if s.owner, s.repo, err = split(about.FullName); err != nil {
		return s, unclear(err, "GitHub's answer does not name the repository "+repo+"; it is tried again")
	}
	s.base = about.Branch
	for round := 1; round <= maxRounds; round++ {
		s.branch = branch
		if round > 1 {
			s.branch += "-" + strconv.Itoa(round)
		}
		p, err := c.pullOf(ctx, s)
		if err != nil {
			return s, err
		}
		if p != nil && p.state() == ProposalMerged {
			s.merged = p
			continue
		}
		s.pull = p
		s.head, err = c.refOf(ctx, s, s.branch)
		return s, err
	}
	return s, refuse("%d pull requests of %s in %s were merged; change the file there by hand", maxRounds, branch, repo)
}

// pullOf is the pull request of the round's branch that counts: the open one, else
// the newest. Forks may have a branch of that name, too, and are not ours.
func (c *Client) pullOf(ctx context.Context, s standing) (*pullRequest, error) {
	j := s.job("find_pull", "read pull requests", "pull requests", pullsWrite)
	q := url.Values{"head": {s.owner + ":" + s.branch}, "state": {"all"}, "per_page": {strconv.Itoa(pageSize)}}
	var list []pullRequest
	if err := c.poll(ctx, j, s.path("/pulls?%s", q.Encode()), &list); err != nil {
		return nil, err
	}
	var out *pullRequest
	for _, p := range list {
		if !p.of(s.owner+"/"+s.repo) || p.Head.Ref != s.branch {
			continue
		}
		open := p.state() == ProposalOpen
		if out == nil || open || out.state() != ProposalOpen && p.Number > out.Number {
			out = &p
		}
	}
	return out, nil
}

// refOf is the commit of a branch, "" when there is no such branch.
func (c *Client) refOf(ctx context.Context, s standing, branch string) (string, error) {
	var ref struct {
		Object struct {
			SHA string `json:"sha"`
		} `json:"object"`
	}
	j := s.job("ref", "read branches", "branch "+name(branch), contentsNeed)
	err := c.poll(ctx, j, s.path("/git/ref/heads/%s", escaped(branch)), &ref)
	switch {
	case statusOf(err) == http.StatusNotFound:
		return "", nil
	case err == nil && !full(ref.Object.SHA):
		err = unclear(nil, "GitHub's answer does not show the commit of "+branch+"; it is tried again")
	}
	return ref.Object.SHA, err
}

// ground is the commit on which the next one is made: the branch's, else that of
// the default branch.
func (c *Client) ground(ctx context.Context, s standing) (string, error) {
	if s.head != "" {
		return s.head, nil
	}
	sha, err := c.refOf(ctx, s, s.base)
	if err == nil && sha == "" {
		err = refuse("GitHub shows no branch %s of %s; check that %s has the permission %s", name(s.base), s.asked, c.who, contentsNeed)
	}
	return sha, err
}

// storedFile is a file on GitHub.
type storedFile struct {
	Type     string `json:"type"`
	SHA      string `json:"sha"`
	Encoding string `json:"encoding"`
	Content  string `json:"content"`
	Page     string `json:"html_url"`
}

// fileAt reads a file of a commit; nil when there is none.
func (c *Client) fileAt(ctx context.Context, s standing, commit, path string) (*storedFile, error) {
	j := s.job("contents", "read files", "file "+path, contentsNeed)
	var raw json.RawMessage
	// This form exists for large files, too, and then leaves the content out.
	err := c.pollAs(ctx, j, "application/vnd.github.object+json", s.path("/contents/%s?ref=%s", escaped(path), commit), &raw)
	if statusOf(err) == http.StatusNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var f storedFile
	// An older server lists a folder instead of describing it.
	if bytes.HasPrefix(raw, []byte("[")) {
		f.Type = "dir"
	} else if err := json.Unmarshal(raw, &f); err != nil {
		return nil, unclear(err, "GitHub's answer could not be read; it is tried again")
	}
	if f.Type != "file" {
		return nil, refuse("%s of %s is no file; write another path in backout.yaml", path, s.asked)
	}
	return &f, nil
}

// contentOf is the content of a file, which large ones do not bring along.
func (c *Client) contentOf(ctx context.Context, s standing, f storedFile) ([]byte, error) {
	if f.Encoding != "base64" {
		j := s.job("blob", "read files", "file", contentsNeed)
		if err := c.poll(ctx, j, s.path("/git/blobs/%s", url.PathEscape(f.SHA)), &f); err != nil {
			return nil, err
		}
	}
	content, err := base64.StdEncoding.DecodeString(f.Content)
	if err != nil {
		return nil, unclear(err, "GitHub's answer could not be read; it is tried again")
	}
	return content, nil
}

// differing are the files that are not on the commit as they should be. Page is
// that of the first of all.
func (c *Client) differing(ctx context.Context, s standing, commit string, files []ProposalFile) (out []ProposalFile, page string, err error) {
	for _, f := range files {
		there, err := c.fileAt(ctx, s, commit, f.Path)
		if err != nil {
			return nil, "", err
		}
		sha := ""
		if there != nil {
			sha = there.SHA
			if page == "" {
				page = there.Page
			}
		}
		if sha == blobHash(f.Content) {
			continue
		}
		if f.From != nil && sha != blobHash(f.From) && (sha != "" || len(f.From) > 0) {
			return nil, "", &timeline.Trouble{
				After:    endedWait,
				Sentence: f.Path + " of " + s.asked + " was changed on GitHub in the meantime; it is made again from the new text",
			}
		}
		out = append(out, f)
	}
	return out, page, nil
}

// blobHash is Git's hash of a file.
func blobHash(content []byte) string {
	h := sha1.New() //nolint:gosec // See the import.
	fmt.Fprintf(h, "blob %d\x00", len(content))
	h.Write(content)
	return hex.EncodeToString(h.Sum(nil))
}

// proposed words a pull request.
func (s standing) proposed(p *pullRequest) Proposed {
	if p == nil {
		return Proposed{}
	}
	return Proposed{URL: link(p.Page), Number: p.Number, State: p.state(), MergedAt: p.MergedAt.Time}
}

// onBase is a proposal of which nothing is left to propose: the default branch has
// it all.
func (s standing) onBase(page string) Proposed {
	if s.merged != nil {
		return s.proposed(s.merged)
	}
	return Proposed{URL: link(page), State: ProposalMerged}
}

func (s standing) closedTrouble() error {
	return refuse("pull request %d of %s was closed without being merged, so Backout leaves it as it is; open it again on GitHub to go on with it", s.pull.Number, s.asked)
}

// escaped is a branch or a path as a part of a URL.
func escaped(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return strings.Join(parts, "/")
}

// unclear is trouble with an answer that was no refusal and is of no use.
func unclear(cause error, sentence string) error {
	if cause == nil {
		cause = errIncomplete
	}
	return &timeline.Trouble{After: shortWait, Sentence: sentence, Cause: cause}
}
