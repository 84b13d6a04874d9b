package githubsim

import (
	"cmp"
	"slices"
	"time"
)

// AutoRun is the life of a run that nobody has to drive. The zero value succeeds
// at once.
type AutoRun struct {
	// Queued is the time in the queue, Step the time of each step, both real.
	Queued, Step time.Duration
	// Conclusion is success when empty.
	Conclusion string
	// FailStep is the step at which another conclusion is reached, the last of the
	// last job when empty.
	FailStep string
	// Wait holds the run for approval of its environment first, by Reviewers.
	Wait      bool
	Reviewers []string
	// Environment makes a deployment with statuses, as a job with environment: does.
	Environment string
	// VersionInput names the input that holds the version. Then the deployment is
	// of that tag or commit and its payload has "version", as of a workflow that
	// writes its own deployment; without it, it is of the run's own commit.
	VersionInput string
}

// play lives one attempt.
func (a AutoRun) play(h *Run) {
	if a.Wait && !a.await(h) {
		return
	}
	if !h.Pause(a.Queued) {
		return
	}
	deployment := a.deploy(h)
	end := cmp.Or(a.Conclusion, "success")
	if !a.work(h, end) {
		a.conclude(h, deployment, "error")
		return
	}
	state := "success"
	if end != "success" {
		state = "failure"
	}
	a.conclude(h, deployment, state)
	h.Complete(end)
}

// work goes through the steps up to the one that fails, and says whether it got there.
func (a AutoRun) work(h *Run, end string) bool {
	jobs := h.todo()
	for i, j := range jobs {
		h.StartJob(j.Name)
		for k, step := range j.Steps {
			h.Step(j.Name, step, "")
			if !h.Pause(a.Step) {
				return false
			}
			last := i == len(jobs)-1 && k == len(j.Steps)-1
			if end != "success" && (a.FailStep == step || a.FailStep == "" && last) {
				return true
			}
			h.Step(j.Name, step, "success")
		}
		h.FinishJob(j.Name, "success")
	}
	return !h.Over()
}

// todo are the jobs of this attempt that have not run.
func (h *Run) todo() []Job {
	return read(h, func(n *run) []Job {
		var out []Job
		for _, j := range n.latest() {
			if j.status != "completed" {
				out = append(out, Job{Name: j.name, Steps: slices.Clone(j.plan), Environment: j.environment})
			}
		}
		return out
	})
}

// await waits for the approval and says whether the run goes on.
func (a AutoRun) await(h *Run) bool {
	h.Wait(cmp.Or(a.Environment, "production"), a.Reviewers...)
	for h.Status() == "waiting" {
		if !h.Pause(5 * time.Millisecond) {
			return false
		}
	}
	return !h.Over()
}

// deploy makes the deployment of the run; 0 is none.
func (a AutoRun) deploy(h *Run) int64 {
	if a.Environment == "" {
		return 0
	}
	d := Deployment{SHA: h.n.sha, Ref: h.n.branch, Environment: a.Environment, Creator: "github-actions[bot]", Run: h}
	if version := h.n.inputs[a.VersionInput]; version != "" {
		d.Ref, d.SHA, d.Payload = version, "", object{"version": version}
	}
	repo := h.n.repo
	if d.SHA == "" && repo.Known(d.Ref) == "" {
		// A version that is no reference: the workflow would name its own commit.
		d.Ref, d.SHA = h.n.branch, h.n.sha
	}
	id := repo.Deploy(d)
	repo.DeployStatus(id, "in_progress", LogURL(h.n.page()))
	return id
}

func (a AutoRun) conclude(h *Run, deployment int64, state string) {
	if deployment != 0 {
		h.n.repo.DeployStatus(deployment, state, LogURL(h.n.page()))
	}
}
