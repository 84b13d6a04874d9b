package timeline

// The bodies below are about deploys, rollbacks and freezes. Those of incident 0
// belong to no incident: they are the record of deploys.

// Ledger is the number under which deploys are recorded, incident or not.
const Ledger = 0

// DeploySeen is a report about the deploy with the number.
type DeploySeen struct {
	Number int          `json:"number"`
	Report DeployReport `json:"report"`
	// Rollback is the rollback that the deploy belongs to, if any.
	Rollback RollbackRef `json:"rollback,omitzero"`
}

// DeployMarked says what an incident thinks of a deploy; empty takes it back.
type DeployMarked struct {
	Number   int      `json:"number"`
	Incident int      `json:"incident"`
	Standing Standing `json:"standing,omitempty"`
}

// DeployUndone says that a rollback took the deploy back.
type DeployUndone struct {
	Number int         `json:"number"`
	By     RollbackRef `json:"by"`
}

// DeployNoted is a deploy in an incident's timeline.
type DeployNoted struct {
	Deploy Deploy `json:"deploy"`
	During bool   `json:"during,omitempty"`
}

// DeployChanged says how a noted deploy stands now.
type DeployChanged struct {
	Deploy Deploy `json:"deploy"`
}

// SuspectSet says what somebody, or the ranking, thinks of a noted deploy.
type SuspectSet struct {
	Deploy   int      `json:"deploy"`
	Standing Standing `json:"standing"`
	Reasons  []Reason `json:"reasons,omitempty"`
}

// SuspectsRanked is the ranking as it stands, most likely first. Suspects that it
// does not list are none any more, unless a person said something of them.
type SuspectsRanked struct {
	Ranked []RankedDeploy `json:"ranked"`
}

// RankedDeploy is a place in the ranking.
type RankedDeploy struct {
	Deploy  int      `json:"deploy"`
	Reasons []Reason `json:"reasons,omitempty"`
}

// ChangeFound says what the change of a noted deploy was, or why that is not
// known yet.
type ChangeFound struct {
	Deploy  int          `json:"deploy"`
	Facts   *ChangeFacts `json:"facts,omitempty"`
	Trouble string       `json:"trouble,omitempty"`
}

// RollbackStep is a phase of a rollback. Fields that the phase does not concern
// are empty.
type RollbackStep struct {
	Number int           `json:"number"`
	State  RollbackState `json:"state"`
	// Plan comes with the proposal.
	Plan *RollbackPlan `json:"plan,omitempty"`
	// Confirmation and ID come with each confirmation, Guards with what they said
	// then.
	Confirmation int     `json:"confirmation,omitempty"`
	ID           string  `json:"id,omitempty"`
	Guards       []Guard `json:"guards,omitempty"`
	// Approved marks the step as somebody's approval.
	Approved       bool     `json:"approved,omitempty"`
	Overridden     []string `json:"overridden,omitempty"`
	OverrideReason string   `json:"override_reason,omitempty"`
	// Run is the workflow run as it stood then.
	Run    *WorkflowRun `json:"run,omitempty"`
	Reason string       `json:"reason,omitempty"`
}

// RollbackNoted adds to a rollback without changing its state.
type RollbackNoted struct {
	Number  int              `json:"number"`
	Preview *RollbackPreview `json:"preview,omitempty"`
	Run     *WorkflowRun     `json:"run,omitempty"`
	// CancelAsked: somebody wants the run cancelled.
	CancelAsked bool `json:"cancel_asked,omitempty"`
}

// FreezeSet freezes services, or ends that.
type FreezeSet struct {
	Services []string `json:"services"`
	Frozen   bool     `json:"frozen"`
}

// Kind names the kind of the body.
func (DeploySeen) Kind() Kind { return KindDeploySeen }

// Kind names the kind of the body.
func (DeployMarked) Kind() Kind { return KindDeployMarked }

// Kind names the kind of the body.
func (DeployUndone) Kind() Kind { return KindDeployUndone }

// Kind names the kind of the body.
func (DeployNoted) Kind() Kind { return KindDeploy }

// Kind names the kind of the body.
func (DeployChanged) Kind() Kind { return KindDeployChanged }

// Kind names the kind of the body.
func (SuspectSet) Kind() Kind { return KindSuspect }

// Kind names the kind of the body.
func (SuspectsRanked) Kind() Kind { return KindSuspectsRanked }

// Kind names the kind of the body.
func (ChangeFound) Kind() Kind { return KindChangeFound }

// Kind names the kind of the body.
func (RollbackStep) Kind() Kind { return KindRollback }

// Kind names the kind of the body.
func (RollbackNoted) Kind() Kind { return KindRollbackNoted }

// Kind names the kind of the body.
func (FreezeSet) Kind() Kind { return KindFreeze }
