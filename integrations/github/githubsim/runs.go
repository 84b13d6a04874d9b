package githubsim

import (
	"maps"
	"slices"
	"time"
)

// run is a workflow run with all its attempts.
type run struct {
	repo   *Repo
	flow   *flow
	w      Workflow // as it was on the ref
	id     int64
	number int
	event  string
	branch string
	sha    string
	inputs map[string]string
	title  string
	actor  string // who started it first

	attempt     int
	by          string // who started this attempt
	status      string
	conclusion  string
	created     time.Time
	started     time.Time
	updated     time.Time
	environment string    // it waits for
	reviewers   []string  // who may let it go on
	jobs        []*job    // of all attempts
	past        []run     // earlier attempts, as they ended
	visible     time.Time // real time at which lists show it
	cancelling  bool
}

type job struct {
	id                          int64
	attempt                     int
	name                        string
	plan                        []string
	environment                 string
	status, conclusion          string
	created, started, completed time.Time
	steps                       []*step
}

type step struct {
	name, status, conclusion string
	started, completed       time.Time
}

// runStart is what a run begins with.
type runStart struct {
	event, branch, sha, by string
	inputs                 map[string]string
}

// newRun queues a run, tells about it and lets it live.
func (r *Repo) newRun(f *flow, w Workflow, st runStart) *run {
	f.runs++
	n := &run{
		repo: r, flow: f, w: w, id: r.s.w.id(), number: f.runs, event: st.event, branch: st.branch, sha: st.sha,
		inputs: st.inputs, actor: st.by, created: r.s.now(), visible: time.Now().Add(r.s.opt.ListLag),
	}
	n.title = n.newTitle()
	r.runs = append(r.runs, n)
	r.s.w.runs[n.id] = n
	n.begin(st.by, w.Jobs)
	return n
}

// begin starts an attempt with these jobs.
func (n *run) begin(by string, jobs []Job) {
	s := n.repo.s
	n.attempt++
	n.by, n.status, n.conclusion, n.cancelling = by, "queued", "", false
	n.started, n.updated, n.environment, n.reviewers = s.now(), s.now(), "", nil
	s.emitRun(n, "requested")
	for _, j := range jobs {
		n.jobs = append(n.jobs, &job{
			id: s.w.id(), attempt: n.attempt, name: j.Name, plan: j.Steps, environment: j.Environment,
			status: "queued", created: s.now(), started: s.now(),
		})
		s.emitJob(n, n.jobs[len(n.jobs)-1], "queued")
	}
	h := &Run{s: s, n: n, attempt: n.attempt}
	switch {
	case n.event != "workflow_dispatch":
	case n.w.Script != nil:
		s.spawn(func() { n.w.Script(h) })
	case n.w.Auto != nil:
		s.spawn(func() { n.w.Auto.play(h) })
	}
}

// latest are the jobs of the current attempt.
func (n *run) latest() []*job { return n.jobsOf(n.attempt) }

func (n *run) jobsOf(attempt int) []*job {
	return slices.DeleteFunc(slices.Clone(n.jobs), func(j *job) bool { return j.attempt != attempt })
}

func (n *run) over() bool { return n.status == "completed" }

// move changes the status and tells about it when that is an event of its own.
func (n *run) move(status string) {
	if n.status == status || n.over() {
		return
	}
	n.status, n.updated = status, n.repo.s.now()
	if status == "in_progress" {
		n.repo.s.emitRun(n, "in_progress")
	}
}

// start begins a job with the steps that the runner adds.
func (n *run) start(j *job) {
	if j.status == "in_progress" || j.status == "completed" {
		return
	}
	n.move("in_progress")
	now := n.repo.s.now()
	j.status, j.started = "in_progress", now
	j.steps = []*step{{name: "Set up job", status: "completed", conclusion: "success", started: now, completed: now}}
	for _, name := range j.plan {
		j.steps = append(j.steps, &step{name: name, status: "queued"})
	}
	j.steps = append(j.steps, &step{name: "Complete job", status: "queued"})
	n.repo.s.emitJob(n, j, "in_progress")
}

// finish ends a job: what ran ends as the job does, what did not run is skipped.
func (n *run) finish(j *job, conclusion string) {
	if j.status == "completed" {
		return
	}
	now := n.repo.s.now()
	blame := conclusion
	for i, st := range j.steps {
		if st.status == "completed" {
			continue
		}
		if st.started.IsZero() {
			st.started = now
		}
		st.status, st.conclusion, st.completed = "completed", blame, now
		switch {
		case i == len(j.steps)-1:
			st.conclusion = "success" // the runner's own last step
		case conclusion != "success":
			blame = "skipped"
		}
	}
	j.status, j.conclusion, j.completed = "completed", conclusion, now
	n.updated = now
	n.repo.s.emitJob(n, j, "completed")
}

// complete ends the run and all of its jobs.
func (n *run) complete(conclusion string) {
	if n.over() {
		return
	}
	blame := conclusion
	for _, j := range n.latest() {
		switch {
		case j.status == "completed":
		case conclusion == "success" || conclusion == "cancelled" || conclusion == "skipped":
			n.finish(j, conclusion)
		default:
			// One job is to blame, and the ones behind it never ran.
			n.finish(j, blame)
			blame = "skipped"
		}
	}
	if conclusion == "startup_failure" {
		n.jobs = slices.DeleteFunc(n.jobs, func(j *job) bool { return j.attempt == n.attempt })
	}
	n.environment = ""
	n.status, n.conclusion, n.updated = "completed", conclusion, n.repo.s.now()
	n.repo.s.emitRun(n, "completed")
}

// again starts the next attempt; with failedOnly, jobs that succeeded keep their result.
func (n *run) again(by string, failedOnly bool) {
	last := *n
	last.past, last.jobs = nil, slices.Clone(n.jobs)
	last.inputs = maps.Clone(n.inputs)
	n.past = append(n.past, last)
	var jobs []Job
	var kept []*job
	for _, j := range n.latest() {
		if failedOnly && j.conclusion == "success" {
			k := *j
			k.id, k.attempt = n.repo.s.w.id(), n.attempt+1
			kept = append(kept, &k)
			continue
		}
		jobs = append(jobs, Job{Name: j.name, Steps: j.plan, Environment: j.environment})
	}
	if len(jobs) == 0 {
		jobs = n.w.Jobs
	}
	n.jobs = append(n.jobs, kept...)
	n.begin(by, jobs)
}
