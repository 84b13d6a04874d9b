package githubsim

import (
	"maps"
	"slices"
	"time"
)

// Run is a handle on a run: the runner's side of it. What a finished run or an
// attempt that is over is told to do does not happen, so that a script may go on
// while somebody cancels.
type Run struct {
	s       *Server
	n       *run
	attempt int // 0 is the current one
}

// Run is the run with this id.
func (s *Server) Run(id int64) *Run {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.w.runs[id]
	if n == nil {
		misuse("there is no run %d", id)
	}
	return &Run{s: s, n: n}
}

// Runs are the runs of a repository, newest first, whether lists show them or not.
func (s *Server) Runs(repo string) []*Run {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*Run
	for _, n := range slices.Backward(s.known(repo).runs) {
		out = append(out, &Run{s: s, n: n})
	}
	return out
}

// Trigger makes a run without a dispatch: of a push, a schedule. It is queued and
// lives as it is told to.
func (r *Repo) Trigger(file, event, ref, by string) *Run {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	f := r.flow(".github/workflows/" + file)
	if f == nil {
		misuse("%s has no workflow %q", r.full(), file)
	}
	c := r.must(ref)
	w, there := r.definition(c, f.path)
	if !there {
		misuse("%q is not on %s", file, ref)
	}
	return &Run{s: r.s, n: r.newRun(f, w, runStart{event: event, branch: ref, sha: c.sha, by: by})}
}

// alive runs f under the lock unless the attempt is over.
func (h *Run) alive(f func()) {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	if !h.n.over() && (h.attempt == 0 || h.attempt == h.n.attempt) {
		f()
	}
}

// read is a value under the lock.
func read[T any](h *Run, f func(*run) T) T {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	return f(h.n)
}

// ID is the run's id.
func (h *Run) ID() int64 { return h.n.id }

// Title is display_title.
func (h *Run) Title() string { return h.n.title }

// URL is the run's page.
func (h *Run) URL() string { return h.n.page() }

// Inputs are those of the dispatch, with defaults.
func (h *Run) Inputs() map[string]string { return maps.Clone(h.n.inputs) }

// Status is the run's status.
func (h *Run) Status() string { return read(h, func(n *run) string { return n.status }) }

// Conclusion is "" until the run is completed.
func (h *Run) Conclusion() string { return read(h, func(n *run) string { return n.conclusion }) }

// Attempt counts re-runs from 1.
func (h *Run) Attempt() int { return read(h, func(n *run) int { return n.attempt }) }

// Over says whether this attempt has ended.
func (h *Run) Over() bool {
	return read(h, func(n *run) bool { return n.over() || h.attempt != 0 && h.attempt != n.attempt })
}

// Pause waits real time and says whether the attempt still runs.
func (h *Run) Pause(d time.Duration) bool { return h.s.pause(d) && !h.Over() }

// Queue puts the run back into the queue of a runner.
func (h *Run) Queue() { h.alive(func() { h.n.move("queued") }) }

// Pend holds the run behind another of its concurrency group.
func (h *Run) Pend() { h.alive(func() { h.n.move("pending") }) }

// Wait holds the run until one of the reviewers approves its deployment to the
// environment.
func (h *Run) Wait(environment string, reviewers ...string) {
	h.alive(func() {
		h.n.environment, h.n.reviewers = environment, reviewers
		h.n.move("waiting")
		for _, j := range h.n.latest() {
			if j.status == "queued" {
				j.status = "waiting"
				h.s.emitJob(h.n, j, "waiting")
			}
		}
		h.s.emitDeploymentReview(h.n, "requested", environment, h.n.by)
	})
}

// Approve lets a waiting run go on: its jobs are queued again. It is done by the
// first reviewer, or by the owner when there is none.
func (h *Run) Approve() {
	h.alive(func() { h.n.approve(append(slices.Clone(h.n.reviewers), h.n.repo.owner)[0]) })
}

func (n *run) approve(by string) {
	if n.status != "waiting" {
		return
	}
	n.repo.s.emitDeploymentReview(n, "approved", n.environment, by)
	n.environment, n.reviewers = "", nil
	n.move("queued")
	for _, j := range n.latest() {
		if j.status == "waiting" {
			j.status = "queued"
		}
	}
}

// job finds one of the current attempt; "" is the first that is not over.
func (h *Run) job(name string) *job {
	for _, j := range h.n.latest() {
		if j.name == name || name == "" && j.status != "completed" {
			return j
		}
	}
	misuse("run %d has no job %q", h.n.id, name)
	return nil
}

// StartJob starts a job, and with it the run.
func (h *Run) StartJob(name string) { h.alive(func() { h.n.start(h.job(name)) }) }

// Step begins or ends a step: without a conclusion it is in progress.
func (h *Run) Step(jobName, stepName, conclusion string) {
	h.alive(func() {
		j := h.job(jobName)
		h.n.start(j)
		i := slices.IndexFunc(j.steps, func(st *step) bool { return st.name == stepName })
		if i < 0 {
			misuse("job %q has no step %q", jobName, stepName)
		}
		st, now := j.steps[i], h.s.now()
		if st.started.IsZero() {
			st.started = now
		}
		st.status = "in_progress"
		if conclusion != "" {
			st.status, st.conclusion, st.completed = "completed", conclusion, now
		}
		h.n.updated = now
	})
}

// FinishJob ends a job; the first of its steps that was not over gets the conclusion.
func (h *Run) FinishJob(name, conclusion string) {
	h.alive(func() {
		j := h.job(name)
		h.n.start(j)
		h.n.finish(j, conclusion)
	})
}

// Complete ends the run with a conclusion, and with it all jobs that are not over.
func (h *Run) Complete(conclusion string) {
	h.alive(func() {
		if conclusion == "success" || conclusion == "failure" {
			h.n.move("in_progress")
		}
		h.n.complete(conclusion)
	})
}
