package github

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
)

// errNothingBetween: the branch has nothing that the default branch has not.
var errNothingBetween = errors.New("nothing to propose")

// errOutrun: somebody else wrote first, so what was read does not hold any more.
var errOutrun = errors.New("somebody else wrote first")

func outrun(err error) bool { return errors.Is(err, errOutrun) }

func nothingBetween(err error) bool { return errors.Is(err, errNothingBetween) }

// commitFiles writes files as one commit on top of at and moves the branch there.
// Until the branch moves nobody sees anything of it, so that no half of it ever
// stands, and a try that ends in between leaves nothing to clean up.
func (c *Client) commitFiles(ctx context.Context, s standing, at, message string, files []ProposalFile) error {
	j := s.job("write_commit", "write files", "branch "+s.branch, contentsNeed)
	type object struct {
		SHA string `json:"sha"`
	}
	type leaf struct {
		Path string `json:"path"`
		Mode string `json:"mode"`
		Type string `json:"type"`
		SHA  string `json:"sha"`
	}
	var parent struct {
		Tree object `json:"tree"`
	}
	if err := c.poll(ctx, j, s.path("/git/commits/%s", at), &parent); err != nil {
		return err
	}
	tree := struct {
		Base string `json:"base_tree"`
		Tree []leaf `json:"tree"`
	}{Base: parent.Tree.SHA}
	for _, f := range files {
		blob := struct {
			Content  string `json:"content"`
			Encoding string `json:"encoding"`
		}{base64.StdEncoding.EncodeToString(f.Content), "base64"}
		var made object
		if err := c.send(ctx, j, http.MethodPost, s.path("/git/blobs"), blob, &made); err != nil {
			return err
		}
		tree.Tree = append(tree.Tree, leaf{Path: f.Path, Mode: "100644", Type: "blob", SHA: made.SHA})
	}
	var made object
	if err := c.send(ctx, j, http.MethodPost, s.path("/git/trees"), tree, &made); err != nil {
		return err
	}
	commit := struct {
		Message string   `json:"message"`
		Tree    string   `json:"tree"`
		Parents []string `json:"parents"`
	}{message, made.SHA, []string{at}}
	if err := c.send(ctx, j, http.MethodPost, s.path("/git/commits"), commit, &made); err != nil {
		return err
	}
	return c.moveBranch(ctx, s, made.SHA)
}

// moveBranch makes the branch, or moves it on to a commit that has its present one
// as parent. GitHub refuses when the branch has another one by now.
func (c *Client) moveBranch(ctx context.Context, s standing, commit string) error {
	j := s.job("write_ref", "write branches", "branch "+s.branch, contentsNeed)
	var err error
	if s.head == "" {
		err = c.send(ctx, j, http.MethodPost, s.path("/git/refs"), struct {
			Ref string `json:"ref"`
			SHA string `json:"sha"`
		}{"refs/heads/" + s.branch, commit}, nil)
	} else {
		err = c.send(ctx, j, http.MethodPatch, s.path("/git/refs/heads/%s", escaped(s.branch)), struct {
			SHA   string `json:"sha"`
			Force bool   `json:"force"`
		}{commit, false}, nil)
	}
	if movedMeanwhile(err) {
		return errors.Join(errOutrun, err)
	}
	return err
}

// movedMeanwhile recognises that the branch is not as it was read.
func movedMeanwhile(err error) bool {
	said := strings.ToLower(saidOf(err))
	switch statusOf(err) {
	case http.StatusConflict:
		return !saysEmpty(said) && !saysProtected(said)
	case http.StatusUnprocessableEntity:
		for _, words := range []string{"not a fast forward", "reference already exists", "reference does not exist"} {
			if strings.Contains(said, words) {
				return true
			}
		}
	}
	return false
}

// newPull is what is sent for a new pull request.
type newPull struct {
	Title string `json:"title"`
	Body  string `json:"body"`
	Head  string `json:"head"`
	Base  string `json:"base"`
	Draft bool   `json:"draft,omitempty"`
}

// openPull opens the pull request of the branch.
func (c *Client) openPull(ctx context.Context, s standing, p Proposal) (*pullRequest, error) {
	j := s.job("open_pull", "open pull requests", "branch "+s.branch, pullsWrite)
	j.write = true
	ask := newPull{Title: p.Title, Body: p.Body, Head: s.branch, Base: s.base, Draft: p.Draft}
	made, err := c.postPull(ctx, j, s, ask)
	if ask.Draft && refusesDrafts(err) {
		// The server refused the call as a whole: nothing was opened.
		ask.Draft = false
		made, err = c.postPull(ctx, j, s, ask)
	}
	if statusOf(err) == http.StatusUnprocessableEntity {
		switch said := saidOf(err); {
		case strings.Contains(said, "A pull request already exists"):
			return nil, errors.Join(errOutrun, err)
		case strings.Contains(said, "No commits between"):
			return nil, errors.Join(errNothingBetween, err)
		}
	}
	return made, err
}

func (c *Client) postPull(ctx context.Context, j job, s standing, ask newPull) (*pullRequest, error) {
	var made pullRequest
	if err := c.send(ctx, j, http.MethodPost, s.path("/pulls"), ask, &made); err != nil {
		return nil, err
	}
	if made.Number == 0 {
		return nil, unsureAnswer("pull request")
	}
	return &made, nil
}

func refusesDrafts(err error) bool {
	return statusOf(err) == http.StatusUnprocessableEntity && strings.Contains(strings.ToLower(saidOf(err)), "draft pull requests are not supported")
}

// send makes a call that writes, and reads its answer into what is not nil.
func (c *Client) send(ctx context.Context, j job, method, path string, body, into any) error {
	return c.call(ctx, j, func(ctx context.Context) error {
		req, err := c.api.NewRequest(method, path, body)
		if err != nil {
			return err
		}
		_, err = c.api.Do(ctx, req, into)
		return err
	})
}
