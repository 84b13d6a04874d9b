package github

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"backout/timeline"
)

// Verify reports whether a webhook's X-Hub-Signature-256 is that of the body, as
// it arrived. Nothing is valid without a secret, and the older signature is not
// looked at.
func Verify(secret string, body []byte, signature string) bool {
	digits, ok := strings.CutPrefix(signature, "sha256=")
	if !ok || secret == "" {
		return false
	}
	given, err := hex.DecodeString(digits)
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return hmac.Equal(given, mac.Sum(nil))
}

// Hooks reads what webhooks say. It needs no token and is safe for concurrent use.
type Hooks struct{ places places }

// NewHooks makes a reader of webhooks from the catalogue and the three lists of
// what counts as a deploy; nothing else in o is used.
func NewHooks(o Options) *Hooks { return &Hooks{places: newPlaces(o)} }

// Report is what a webhook says.
type Report struct {
	Deploys []timeline.DeployReport
	Runs    []Run
	// Issues were closed, opened again, deleted or moved, whoever opened them.
	Issues []IssueState
	// Pulls are pull requests of branches of ours that were merged, closed or opened
	// again.
	Pulls []PullState
	// Ping is GitHub's question whether anybody is there.
	Ping bool
	// Ignored is set when it says nothing that concerns us.
	Ignored bool
}

// Run is news of a workflow run, whichever workflow it is of.
type Run struct {
	// Repo is spelt as in the configuration, if it is there.
	Repo string
	// Title is what the run's run-name made.
	Title string
	Run   timeline.WorkflowRun
}

// payload is the body of any event.
type payload struct {
	Action     string `json:"action"`
	Repository struct {
		FullName string `json:"full_name"`
		PushedAt moment `json:"pushed_at"`
	} `json:"repository"`
	Sender account `json:"sender"`

	Deployment *deployment       `json:"deployment"`
	Status     *deploymentStatus `json:"deployment_status"`
	Workflow   *struct {
		Path string `json:"path"`
	} `json:"workflow"`
	WorkflowRun *workflowRun `json:"workflow_run"`
	Release     *release     `json:"release"`
	Issue       *issue       `json:"issue"`
	Pull        *pullRequest `json:"pull_request"`
	// Changes differ from event to event.
	Changes json.RawMessage `json:"changes"`
	push
}

// push holds the fields of a push, which stand at the top.
type push struct {
	Ref        string `json:"ref"`
	After      string `json:"after"`
	Deleted    bool   `json:"deleted"`
	Compare    string `json:"compare"`
	HeadCommit *struct {
		Timestamp moment `json:"timestamp"`
	} `json:"head_commit"`
}

var errIncomplete = errors.New("something that GitHub always sends is missing")

// Parse reads the body of an event, whose signature has been verified. Events that
// are not known are ignored without an error.
func (h *Hooks) Parse(event string, body []byte) (Report, error) {
	var read func(places, payload) (Report, error)
	switch event {
	case "ping":
		return Report{Ping: true}, nil
	case "deployment", "deployment_status":
		read = places.readDeployment
	case "workflow_run":
		read = places.readRun
	case "release":
		read = places.readRelease
	case "push":
		read = places.readPush
	case "issues":
		read = places.readIssue
	case "pull_request":
		read = places.readPull
	default:
		return Report{Ignored: true}, nil
	}
	var p payload
	err := json.Unmarshal(body, &p)
	if err == nil && name(p.Repository.FullName) == "" {
		err = errIncomplete
	}
	var out Report
	if err == nil {
		out, err = read(h.places, p)
	}
	if err != nil {
		return Report{}, fmt.Errorf("a %s event that cannot be read: %w", event, err)
	}
	out.Ignored = len(out.Deploys) == 0 && len(out.Runs) == 0 && len(out.Issues) == 0 && len(out.Pulls) == 0
	return out, nil
}
