package timeline

import "time"

// ChangeFacts are what GitHub knows of a change: what lies between two versions.
// They are kept with the incident, with their links, because lessons need them
// and because they must not change when somebody rewrites a branch. Texts are
// plain and hostile.
type ChangeFacts struct {
	Repo string `json:"repo"`
	// Base and Head are what was compared; Base may be empty when there is no
	// earlier version to compare with.
	Base string `json:"base,omitempty"`
	Head string `json:"head"`
	// Link is the page that shows the comparison.
	Link string `json:"link,omitempty"`
	// At is when it was asked.
	At           time.Time      `json:"at"`
	TotalCommits int            `json:"total_commits,omitempty"`
	Commits      []ChangeCommit `json:"commits,omitempty"`
	Files        []ChangeFile   `json:"files,omitempty"`
	// MoreFiles is set when GitHub does not list all of them: it stops at 300.
	MoreFiles bool          `json:"more_files,omitempty"`
	Pulls     []ChangePull  `json:"pulls,omitempty"`
	Checks    []ChangeCheck `json:"checks,omitempty"`
	// Staging are the deploys of the same commit to the environment before.
	Staging []StagingDeploy `json:"staging,omitempty"`
	// Missing says, a sentence each, what could not be read.
	Missing []string `json:"missing,omitempty"`
}

// Size sums what was added and removed in the files that are listed.
func (f *ChangeFacts) Size() (added, removed int) {
	for _, x := range f.Files {
		added, removed = added+x.Added, removed+x.Removed
	}
	return added, removed
}

// ChangeCommit is one commit; Message is its first line.
type ChangeCommit struct {
	SHA     string    `json:"sha"`
	Message string    `json:"message,omitempty"`
	Author  string    `json:"author,omitempty"`
	At      time.Time `json:"at,omitzero"`
	Link    string    `json:"link,omitempty"`
	// Pull is the pull request that brought it, or 0: it was pushed directly, or it
	// is not known.
	Pull int `json:"pull,omitempty"`
}

// ChangeFile is one file of the change.
type ChangeFile struct {
	Path    string `json:"path"`
	Status  string `json:"status,omitempty"`
	Added   int    `json:"added,omitempty"`
	Removed int    `json:"removed,omitempty"`
}

// ChangePull is a merged pull request of the change.
type ChangePull struct {
	Number   int            `json:"number"`
	Title    string         `json:"title,omitempty"`
	Author   string         `json:"author,omitempty"`
	MergedBy string         `json:"merged_by,omitempty"`
	MergedAt time.Time      `json:"merged_at,omitzero"`
	Head     string         `json:"head,omitempty"`
	Link     string         `json:"link,omitempty"`
	Labels   []string       `json:"labels,omitempty"`
	Files    []string       `json:"files,omitempty"`
	Reviews  []ChangeReview `json:"reviews,omitempty"`
}

// ChangeReview is the last word of one reviewer.
type ChangeReview struct {
	User   string    `json:"user"`
	State  string    `json:"state"`
	Commit string    `json:"commit,omitempty"`
	At     time.Time `json:"at,omitzero"`
	Link   string    `json:"link,omitempty"`
}

// ChangeCheck is a check run, or a status of the older kind, on the head commit.
type ChangeCheck struct {
	Name string `json:"name"`
	// Result is GitHub's conclusion, or the state while there is none.
	Result string    `json:"result"`
	At     time.Time `json:"at,omitzero"`
	Link   string    `json:"link,omitempty"`
}

// StagingDeploy is a deploy of the same commit to the environment before.
type StagingDeploy struct {
	Environment string    `json:"environment"`
	State       string    `json:"state"`
	At          time.Time `json:"at,omitzero"`
	Link        string    `json:"link,omitempty"`
}
