package github

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"backout/timeline"
)

// OwnBranches is how the name of every branch begins that Backout makes, and by
// which webhooks tell a proposal from the pull requests of people.
const OwnBranches = "backout/"

const (
	// maxGitHubTitle and maxGitHubBody are GitHub's limits, in characters.
	maxGitHubTitle = 256
	maxGitHubBody  = 65536
	// maxTries is how often one call gives way to others that write the same branch.
	maxTries = 4
)

// Proposal is a document that stands as a pull request.
type Proposal struct {
	Repo string
	// Branch is the head, the same for ever, below OwnBranches: "backout/inc-7".
	Branch string
	// Files are written in one commit.
	Files []ProposalFile
	// Title and Body are those of a new pull request. They are not looked at again:
	// on one that stands they are people's to change. Nobody must be mentioned in
	// them by mistake; that is for the caller to see to.
	Title, Body string
	// Message is that of a commit; empty means the title.
	Message string
	// Draft opens the pull request as a draft, where the repository knows drafts.
	Draft bool
}

// ProposalFile is one file of a proposal.
type ProposalFile struct {
	Path    string
	Content []byte
	// From is the file from which Content was made, as ProposedFile gave it. When
	// GitHub has another one by now, somebody wrote in between: nothing is written,
	// and the trouble asks for the file to be read and made again. Empty but not nil
	// means that there was none; nil that it does not matter, as with a picture.
	From []byte
}

// The states of a proposal.
const (
	ProposalOpen   = "open"
	ProposalMerged = "merged"
	ProposalClosed = "closed"
)

// Proposed is how a proposal stands.
type Proposed struct {
	// URL is the page of the pull request, or that of the first file when it is on
	// the default branch without one of ours; then Number is 0.
	URL    string
	Number int
	State  string
	// MergedAt is when it was merged, if it was.
	MergedAt time.Time
	// Changed is set when a commit was made.
	Changed bool
}

// Propose makes the branch stand with the files and one pull request of it,
// whatever an earlier attempt left behind: it looks first, and writes what differs,
// in one commit on top of what the branch has. What others wrote stays in its
// history, and nothing is ever forced. Calling it again is how an unsure trouble
// is cleared up.
//
// A pull request that people merged is not touched any more. Files that differ
// from the default branch then go to the next branch, "backout/inc-7-2", which
// begins at the default branch. One that people closed is not opened against
// their will: the state is closed, and the trouble, a permanent one, says what to
// do.
func (c *Client) Propose(ctx context.Context, p Proposal) (Proposed, error) {
	p, err := p.checked()
	if err != nil {
		return Proposed{}, err
	}
	changed := false
	for range maxTries {
		out, err := c.propose(ctx, p)
		changed = changed || out.Changed
		out.Changed = changed
		if !outrun(err) {
			return out, err
		}
	}
	return Proposed{}, &timeline.Trouble{
		After:    shortWait,
		Sentence: "others write to the branch " + p.Branch + " of " + p.Repo + " at the same time; it is tried again",
	}
}

// propose is one try. An error that is outrun means that somebody wrote first.
func (c *Client) propose(ctx context.Context, p Proposal) (Proposed, error) {
	s, err := c.stand(ctx, p.Repo, p.Branch)
	if err != nil {
		return Proposed{}, err
	}
	if s.pull != nil && s.pull.state() == ProposalClosed {
		return s.proposed(s.pull), s.closedTrouble()
	}
	at, err := c.ground(ctx, s)
	if err != nil {
		return Proposed{}, err
	}
	differ, page, err := c.differing(ctx, s, at, p.Files)
	if err != nil {
		return Proposed{}, err
	}
	if len(differ) == 0 && s.head == "" {
		return s.onBase(page), nil
	}
	changed := false
	if len(differ) > 0 {
		if err := c.commitFiles(ctx, s, at, p.Message, differ); err != nil {
			return Proposed{}, err
		}
		changed = true
	}
	if s.pull == nil {
		s.pull, err = c.openPull(ctx, s, p)
	}
	if nothingBetween(err) {
		return s.onBase(page), nil
	}
	out := s.proposed(s.pull)
	out.Changed = changed
	return out, err
}

// ProposedFile reads a file of a proposal as it stands: on the branch, or on the
// default branch while there is no branch or after its pull request was merged. It
// is what the next version is made from, so that people's words stay. Found is
// false when there is no such file.
func (c *Client) ProposedFile(ctx context.Context, repo, branch, path string) (content []byte, found bool, err error) {
	if err := checkBranch(branch); err != nil {
		return nil, false, err
	}
	if err := checkPath(path); err != nil {
		return nil, false, err
	}
	s, err := c.stand(ctx, repo, branch)
	if err != nil {
		return nil, false, err
	}
	at, err := c.ground(ctx, s)
	if err != nil {
		return nil, false, err
	}
	f, err := c.fileAt(ctx, s, at, path)
	if err != nil || f == nil {
		return nil, false, err
	}
	content, err = c.contentOf(ctx, s, *f)
	return content, err == nil, err
}

// ProposalState reads how a proposal stands, for what webhooks may have missed.
// Found is false when there is no pull request.
func (c *Client) ProposalState(ctx context.Context, repo, branch string) (out Proposed, found bool, err error) {
	if err := checkBranch(branch); err != nil {
		return Proposed{}, false, err
	}
	s, err := c.stand(ctx, repo, branch)
	if err != nil {
		return Proposed{}, false, err
	}
	p := s.pull
	if p == nil {
		p = s.merged
	}
	if p == nil {
		return Proposed{}, false, nil
	}
	return s.proposed(p), true, nil
}

// checked refuses what GitHub would refuse in words that help less.
func (p Proposal) checked() (Proposal, error) {
	if err := checkBranch(p.Branch); err != nil {
		return p, err
	}
	if len(p.Files) == 0 {
		return p, refuse("the proposal for %s has no files", p.Repo)
	}
	for _, f := range p.Files {
		if err := checkPath(f.Path); err != nil {
			return p, err
		}
	}
	p.Title, p.Body, p.Message = text(p.Title, maxGitHubTitle), sendable(p.Body), sendable(p.Message)
	if p.Title == "" {
		return p, refuse("the pull request for %s has no title; give it one", p.Repo)
	}
	if strings.TrimSpace(p.Message) == "" {
		p.Message = p.Title
	}
	return p, checkBody(p.Body, "pull request")
}

func checkBranch(branch string) error {
	name, own := strings.CutPrefix(branch, OwnBranches)
	if !own || !plainName(name) || strings.Contains(name, "..") || strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || strings.HasSuffix(name, ".lock") {
		return refuse("%q is no branch of Backout's; its name begins with %s and goes on with letters, digits and dashes", text(branch, 100), OwnBranches)
	}
	return nil
}

// checkPath refuses what is no path of a file, or may not be written without a
// permission of its own.
func checkPath(path string) error {
	bad := len(path) > maxPath || path != text(path, maxPath) || strings.ContainsAny(path, `\`)
	for part := range strings.SplitSeq(path, "/") {
		bad = bad || part == "" || part == "." || part == ".." || strings.EqualFold(part, ".git")
	}
	if bad || strings.HasPrefix(path, ".github/workflows/") {
		return refuse("%q is no path for a document; write one such as 2026/7-users.md in backout.yaml", text(path, 100))
	}
	return nil
}

func checkBody(body, of string) error {
	if n := utf8.RuneCountInString(body); n > maxGitHubBody {
		return refuse("the text of the %s has %d characters, and GitHub takes %d; shorten it", of, n, maxGitHubBody)
	}
	return nil
}

// sendable is text as GitHub takes it: valid, and without the one character that
// its store does not know.
func sendable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "")
}

func refuse(format string, args ...any) error {
	return &timeline.Trouble{Permanent: true, Sentence: fmt.Sprintf(format, args...)}
}
