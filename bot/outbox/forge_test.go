package outbox_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"backout/bot/outbox"
	"backout/timeline"
	"backout/timeline/rollback"
)

// mood is how GitHub behaves when a workflow is started.
type mood struct {
	name string
	// accepts: the run begins. answers: what the caller hears of it.
	accepts bool
	answer  func(timeline.WorkflowRun) (timeline.WorkflowRun, error)
	// times is how often it behaves so; after that it behaves well. 0 is always.
	times int
	// lag is how long a run stays out of the lists.
	lag time.Duration
	// conclusion is how runs end; empty is success.
	conclusion string
	// takes is how long a run is at work, 40 s when zero.
	takes time.Duration
}

func moods() []mood {
	ok := func(r timeline.WorkflowRun) (timeline.WorkflowRun, error) { return r, nil }
	says := func(t timeline.Trouble) func(timeline.WorkflowRun) (timeline.WorkflowRun, error) {
		return func(timeline.WorkflowRun) (timeline.WorkflowRun, error) { return timeline.WorkflowRun{}, &t }
	}
	return []mood{
		{name: "says which run", accepts: true, answer: ok},
		{name: "accepts and says nothing", accepts: true, answer: func(timeline.WorkflowRun) (timeline.WorkflowRun, error) { return timeline.WorkflowRun{}, nil }, lag: 7 * time.Second},
		{name: "accepts and answers 502", accepts: true, answer: says(timeline.Trouble{Unsure: true, Sentence: "GitHub answered 502"}), lag: 40 * time.Second},
		{name: "accepts, times out, lists it after minutes", accepts: true, answer: says(timeline.Trouble{Unsure: true, Sentence: "GitHub did not answer in time"}), lag: 4 * time.Minute},
		{name: "answers 502 and did nothing", answer: says(timeline.Trouble{Unsure: true, Sentence: "GitHub answered 502"})},
		{name: "asks to wait twice", answer: says(timeline.Trouble{After: 30 * time.Second, Sentence: "GitHub asks to wait"}), times: 2},
		{name: "refuses", answer: says(timeline.Trouble{Permanent: true, Sentence: "the GitHub token may not start workflows"})},
		{name: "runs, and the job fails", accepts: true, answer: ok, conclusion: "failure"},
	}
}

// hub is a GitHub reduced to what the outbox asks of it. It outlives the bot.
type hub struct {
	mood mood
	dies *death

	mu       sync.Mutex
	started  int
	accepted map[string]int // dispatches by correlation id
	runs     []*hubRun
}

type hubRun struct {
	id    int64
	title string
	at    time.Time
	again time.Time // when it was run again, or zero
}

// runTakes is how long a run is usually at work; it queues for the first quarter.
const runTakes = 40 * time.Second

func (h *hub) Change(_ context.Context, q outbox.ChangeQuery) (*timeline.ChangeFacts, error) {
	if err := h.dies.point("change"); err != nil {
		return nil, err
	}
	return &timeline.ChangeFacts{Repo: q.Repo, Base: q.Base, Head: q.Head, TotalCommits: 1}, h.dies.point("change done")
}

func (h *hub) Inspect(context.Context, string, string, string) (rollback.Workflow, error) {
	if err := h.dies.point("inspect"); err != nil {
		return rollback.Workflow{}, err
	}
	return rollback.Workflow{
		Found: true, Active: true, Dispatchable: true, DeclaresID: true, PrintsID: true, Inputs: []string{"backout_id", "version"},
	}, h.dies.point("inspect done")
}

func (h *hub) Dispatch(_ context.Context, d outbox.Dispatch) (timeline.WorkflowRun, error) {
	if err := h.dies.point("dispatch"); err != nil {
		return timeline.WorkflowRun{}, err
	}
	h.mu.Lock()
	h.started++
	well := h.mood.times > 0 && h.started > h.mood.times
	var run timeline.WorkflowRun
	if h.mood.accepts || well {
		h.accepted[d.Inputs[rollback.IDInput]]++
		r := &hubRun{id: int64(len(h.runs) + 1), title: "Rollback [id: " + d.Inputs[rollback.IDInput] + "]", at: time.Now()}
		h.runs = append(h.runs, r)
		run = h.show(r)
	}
	h.mu.Unlock()
	if err := h.dies.point("dispatch done"); err != nil {
		return timeline.WorkflowRun{}, err
	}
	if well {
		return run, nil
	}
	return h.mood.answer(run)
}

// show says how a run stands now.
func (h *hub) show(r *hubRun) timeline.WorkflowRun {
	out := timeline.WorkflowRun{ID: r.id, Link: fmt.Sprintf("https://github.example/runs/%d", r.id), Attempt: 1, Status: "queued", Created: r.at, Updated: time.Now()}
	since := time.Since(r.at)
	if !r.again.IsZero() {
		out.Attempt, since = 2, time.Since(r.again)
	}
	takes := cmp.Or(h.mood.takes, runTakes)
	switch {
	case since >= takes:
		out.Status, out.Conclusion = "completed", "success"
		if h.mood.conclusion != "" && out.Attempt == 1 {
			out.Conclusion = h.mood.conclusion
			out.Jobs = []timeline.RunJob{{Name: "roll back", Conclusion: "failure", Step: "restart"}}
		}
	case since >= takes/4:
		out.Status = "in_progress"
	}
	return out
}

func (h *hub) FindRun(_ context.Context, _, _, id string, _ time.Time) (timeline.WorkflowRun, bool, error) {
	if err := h.dies.point("find"); err != nil {
		return timeline.WorkflowRun{}, false, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.runs {
		if r.title == "Rollback [id: "+id+"]" && time.Since(r.at) >= h.mood.lag {
			return h.show(r), true, nil
		}
	}
	return timeline.WorkflowRun{}, false, nil
}

func (h *hub) Run(_ context.Context, _ string, id int64) (timeline.WorkflowRun, error) {
	if err := h.dies.point("look"); err != nil {
		return timeline.WorkflowRun{}, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.show(h.runs[id-1]), nil
}

func (h *hub) Cancel(context.Context, string, int64) error { return errors.New("nobody cancels here") }

func (h *hub) Rerun(_ context.Context, _ string, id int64) error {
	if err := h.dies.point("rerun"); err != nil {
		return err
	}
	h.mu.Lock()
	h.runs[id-1].again = time.Now()
	h.mu.Unlock()
	return h.dies.point("rerun done")
}

// total is how many dispatches GitHub accepted.
func (h *hub) total() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := 0
	for _, times := range h.accepted {
		n += times
	}
	return n
}

// death kills the process at the n-th point: from then on nothing that it does
// reaches the store or the outside.
type death struct {
	mu     sync.Mutex
	at, n  int // at 0 never
	armed  bool
	dead   bool
	points []string
	died   chan struct{}
}

var errDead = &timeline.Trouble{Unsure: true, Sentence: "the process is dead"}

func (d *death) point(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return errDead
	}
	if !d.armed {
		return nil
	}
	d.n++
	d.points = append(d.points, name)
	if d.n == d.at {
		d.dead = true
		close(d.died)
		return errDead
	}
	return nil
}

// mortalLog is a store whose commits are points at which the process can die:
// just before one, and just after it.
type mortalLog struct {
	timeline.Log
	dies *death
}

func (l mortalLog) Commit(ctx context.Context, b *timeline.Batch) error {
	if err := l.dies.point("commit"); err != nil {
		return err
	}
	if err := l.Log.Commit(ctx, b); err != nil {
		return err
	}
	return l.dies.point("committed")
}
