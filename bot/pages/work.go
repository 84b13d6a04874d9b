package pages

import (
	"backout/templates"
	"backout/timeline"
)

// Suspect is a deploy that may have caused the incident, as its record sees it.
type Suspect struct {
	// Deploy is D4.
	Deploy   string            `json:"deploy"`
	Number   int               `json:"number"`
	Version  string            `json:"version"`
	Service  string            `json:"service"`
	Standing timeline.Standing `json:"standing"`
	// By is who said so last.
	By string `json:"by"`
	// Reasons is one line of words.
	Reasons string `json:"reasons"`
	// Facts is null while it is not known what the deploy changed; Trouble then says
	// why, or is empty while nobody has asked yet.
	Facts   *Change `json:"facts"`
	Trouble string  `json:"trouble"`
}

// Change is what a deploy brought.
type Change struct {
	Link    string `json:"link"`
	Commits int    `json:"commits"`
	// Files counts those that are listed; GitHub stops at 300 and MoreFiles says so.
	Files     int    `json:"files"`
	MoreFiles bool   `json:"more_files,omitempty"`
	Pulls     []Pull `json:"pulls"`
}

// Pull is a merged pull request.
type Pull struct {
	Number int    `json:"number"`
	Title  string `json:"title"`
	Link   string `json:"link"`
}

// Rollback is a rollback of the incident as it stands.
type Rollback struct {
	// ID is R1.
	ID          string                 `json:"id"`
	Service     string                 `json:"service"`
	Environment string                 `json:"environment"`
	From        *Target                `json:"from"`
	To          *Target                `json:"to"`
	State       timeline.RollbackState `json:"state"`
	// Run is null before there is one.
	Run         *Run     `json:"run"`
	RequestedBy string   `json:"requested_by"`
	ConfirmedBy string   `json:"confirmed_by"`
	ApprovedBy  []string `json:"approved_by"`
	// Reason says why it failed, was cancelled, or is unclear.
	Reason string `json:"reason"`
}

// Target is a deploy that a rollback leads from or to.
type Target struct {
	// Deploy is D4.
	Deploy  string `json:"deploy"`
	Number  int    `json:"number"`
	Version string `json:"version"`
}

// Run is a workflow run, in GitHub's words.
type Run struct {
	ID         int64  `json:"id"`
	Link       string `json:"link"`
	Attempt    int    `json:"attempt"`
	Status     string `json:"status"`
	Conclusion string `json:"conclusion"`
}

func suspectsOf(in *timeline.Incident) []Suspect {
	out := []Suspect{}
	for _, d := range in.Suspects() {
		out = append(out, Suspect{
			Deploy: d.Deploy.ID(), Number: d.Deploy.Number, Version: d.Deploy.Version, Service: d.Deploy.Service,
			Standing: d.Standing, By: d.By, Reasons: templates.Reasons(d.Reasons), Facts: changeShape(d.Facts), Trouble: d.Trouble,
		})
	}
	return out
}

func changeShape(f *timeline.ChangeFacts) *Change {
	if f == nil {
		return nil
	}
	out := &Change{Link: f.Link, Commits: max(f.TotalCommits, len(f.Commits)), Files: len(f.Files), MoreFiles: f.MoreFiles, Pulls: []Pull{}}
	for _, p := range f.Pulls {
		out.Pulls = append(out.Pulls, Pull{Number: p.Number, Title: p.Title, Link: p.Link})
	}
	return out
}

func rollbacksOf(in *timeline.Incident) []Rollback {
	out := []Rollback{}
	for _, r := range in.Rollbacks {
		shape := Rollback{
			ID: timeline.RollbackID(r.Number), Service: r.Plan.Service, Environment: r.Plan.Environment,
			From: targetOf(r.Plan.From), To: targetOf(r.Plan.To), State: r.State,
			RequestedBy: r.Requester, ConfirmedBy: r.ConfirmedBy, ApprovedBy: []string{}, Reason: r.Reason,
		}
		for _, a := range r.Approvals {
			shape.ApprovedBy = append(shape.ApprovedBy, a.Who)
		}
		if r.Run.ID != 0 {
			shape.Run = &Run{ID: r.Run.ID, Link: r.Run.Link, Attempt: r.Run.Attempt, Status: r.Run.Status, Conclusion: r.Run.Conclusion}
		}
		out = append(out, shape)
	}
	return out
}

func targetOf(d timeline.Deploy) *Target {
	if d.Number == 0 {
		return nil
	}
	return &Target{Deploy: d.ID(), Number: d.Number, Version: d.Version}
}
