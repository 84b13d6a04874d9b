package outbox

import (
	"context"
	"time"

	"backout/timeline"
	"backout/timeline/rollback"
)

// Forge is where code lives and workflows run. Errors are *timeline.Trouble, as
// for Slack.
type Forge struct {
	Changes   Changes
	Workflows Workflows
	Runs      Runs
	Papers    Papers
}

// Changes knows what lies between two versions.
type Changes interface {
	Change(ctx context.Context, q ChangeQuery) (*timeline.ChangeFacts, error)
}

// ChangeQuery asks for what lies between Base, which may be empty, and Head.
type ChangeQuery struct {
	Repo, Base, Head string
	// Staging is the environment whose deploys of Head are wanted, or empty.
	Staging string
}

// Workflows looks at workflows.
type Workflows interface {
	Inspect(ctx context.Context, repo, workflow, ref string) (rollback.Workflow, error)
}

// Runs starts workflows and watches their runs.
type Runs interface {
	// Dispatch starts a workflow. Trouble that is Unsure may have started it; any
	// other has not. A run without an id was accepted, and must be looked for.
	Dispatch(ctx context.Context, d Dispatch) (timeline.WorkflowRun, error)
	// FindRun looks for the run that carries id, created at or after since.
	FindRun(ctx context.Context, repo, workflow, id string, since time.Time) (timeline.WorkflowRun, bool, error)
	Run(ctx context.Context, repo string, id int64) (timeline.WorkflowRun, error)
	// Cancel and Rerun ask for what may be so already; that is success.
	Cancel(ctx context.Context, repo string, id int64) error
	Rerun(ctx context.Context, repo string, id int64) error
}

// Dispatch is one start of a workflow.
type Dispatch struct {
	Repo, Workflow, Ref string
	Inputs              map[string]string
}

// Ledger is the record of deploys.
type Ledger interface {
	DeploysOf(ctx context.Context, service, environment string) ([]timeline.Deploy, error)
	Catalogue() timeline.Catalogue
}

// noForge says what is missing where there is no forge.
const noForge = "GitHub is not connected; the platform team sets GITHUB_TOKEN or a GitHub App"
