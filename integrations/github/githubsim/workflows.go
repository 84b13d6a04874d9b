package githubsim

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Workflow is a file below .github/workflows and what its runs do.
type Workflow struct {
	File    string // "rollback.yml"
	Name    string // the file's path when empty, as GitHub names it
	State   string // active when empty; disabled_manually, disabled_inactivity
	RunName string // template: "Rollback to ${{ inputs.version }} [id: ${{ inputs.backout_id }}]"
	Inputs  []Input
	Jobs    []Job // one job "run" when empty
	// NoDispatch leaves the workflow_dispatch trigger out.
	NoDispatch bool
	// Branch puts the file on this branch only. Otherwise it has been on every
	// commit from the start, so that old tags have it, too.
	Branch string
	// YAML replaces the text of the file. What the server does follows the fields.
	YAML string

	// Auto lives the life of each dispatched run. Without it and Script the run
	// stays queued until somebody moves it.
	Auto *AutoRun
	// Script lives it instead, in a goroutine of its own, for each attempt.
	Script func(*Run)
	// Stubborn runs do not take a cancellation: only force-cancel ends them.
	Stubborn bool
}

// Input is an input of a workflow.
type Input struct {
	Name        string
	Description string
	Required    bool
	Type        string // string when empty; boolean, choice, number, environment
	Options     []string
	Default     string
}

// Job is a job of a workflow.
type Job struct {
	Name        string
	Steps       []string
	Environment string
}

// flow is a workflow that the server knows: one per path, for ever.
type flow struct {
	id    int64
	path  string
	name  string
	state string
	made  time.Time
	runs  int // run_number of the last run
}

// Workflow adds a workflow or replaces the one of the same file, and returns its id.
func (r *Repo) Workflow(w Workflow) int64 {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	if w.File == "" || strings.Contains(w.File, "/") {
		misuse("a workflow's file is a name such as rollback.yml, not %q", w.File)
	}
	path := ".github/workflows/" + w.File
	if w.Name == "" {
		w.Name = path
	}
	if w.State == "" {
		w.State = "active"
	}
	if len(w.Jobs) == 0 {
		w.Jobs = []Job{{Name: "run", Steps: []string{"Run"}}}
	}
	text := w.YAML
	if text == "" {
		text = w.yaml()
	}
	r.definitions[path+"\x00"+blobSHA(text)] = w
	if w.Branch != "" {
		r.commit(Commit{Message: "Add " + path, Branch: w.Branch, Files: []File{{Name: path, Content: text}}})
	} else {
		for _, c := range r.order {
			c.tree[path] = text
		}
	}
	f := r.flow(path)
	if f == nil {
		// A workflow that only another branch has is unknown: see adopt.
		f = &flow{id: r.s.w.id(), path: path, made: r.s.now(), state: w.State, name: w.Name}
		if _, there := r.must(r.trunk).tree[path]; there {
			r.flows = append(r.flows, f)
		}
		return f.id
	}
	if w.Branch == "" || w.Branch == r.trunk {
		f.name, f.state = w.Name, w.State
	}
	return f.id
}

// adopt makes workflows known that a commit brought to the default branch.
func (r *Repo) adopt(c *commit) {
	if r.refs["refs/heads/"+r.trunk] != c.sha {
		return
	}
	for path, text := range c.tree {
		w, known := r.definitions[path+"\x00"+blobSHA(text)]
		if known && r.flow(path) == nil {
			r.flows = append(r.flows, &flow{id: r.s.w.id(), path: path, made: r.s.now(), state: w.State, name: w.Name})
		}
	}
}

func (r *Repo) flow(path string) *flow {
	for _, f := range r.flows {
		if f.path == path {
			return f
		}
	}
	return nil
}

// definition is what the file on a commit says; false when it is not there or not
// of our making.
func (r *Repo) definition(c *commit, path string) (Workflow, bool) {
	text, there := c.tree[path]
	if !there {
		return Workflow{}, false
	}
	w, known := r.definitions[path+"\x00"+blobSHA(text)]
	return w, known
}

func (r *Repo) flowShape(f *flow) object {
	u := fmt.Sprintf("%s/actions/workflows/%d", r.url(), f.id)
	file := strings.TrimPrefix(f.path, ".github/workflows/")
	return object{
		"id": f.id, "node_id": nodeID("W", f.id), "name": f.name, "path": f.path, "state": f.state,
		"created_at": stamp(f.made), "updated_at": stamp(f.made), "url": u,
		"html_url":  r.page() + "/blob/" + r.trunk + "/" + f.path,
		"badge_url": r.page() + "/actions/workflows/" + file + "/badge.svg",
	}
}

// workflow finds the one of the path, by id or by file name; it must still be on
// the default branch.
func (q *request) workflow() *flow {
	name := q.PathValue("workflow")
	for _, f := range q.repo.flows {
		_, there := q.repo.must(q.repo.trunk).tree[f.path]
		if there && (f.id == q.number("workflow") || f.path == ".github/workflows/"+name) {
			return f
		}
	}
	return nil
}

func (s *Server) listWorkflows(q *request) reply {
	return counted(s, q, "workflows", q.repo.flows, q.repo.flowShape)
}

func (s *Server) getWorkflow(q *request) reply {
	f := q.workflow()
	if f == nil {
		return notFound()
	}
	return ok(q.repo.flowShape(f))
}

func (s *Server) enableWorkflow(q *request) reply  { return s.setFlow(q, "active") }
func (s *Server) disableWorkflow(q *request) reply { return s.setFlow(q, "disabled_manually") }

func (s *Server) setFlow(q *request, state string) reply {
	f := q.workflow()
	if f == nil {
		return notFound()
	}
	f.state = state
	return reply{status: http.StatusNoContent}
}

// yaml writes the file that a person would have written.
func (w Workflow) yaml() string {
	var b strings.Builder
	line := func(indent int, format string, args ...any) {
		b.WriteString(strings.Repeat("  ", indent))
		fmt.Fprintf(&b, format+"\n", args...)
	}
	if !strings.HasPrefix(w.Name, ".github/") {
		line(0, "name: %q", w.Name)
	}
	if w.RunName != "" {
		line(0, "run-name: %q", w.RunName)
	}
	line(0, "on:")
	if w.NoDispatch {
		line(1, "push: {}")
	} else {
		line(1, "workflow_dispatch:")
		if len(w.Inputs) > 0 {
			line(2, "inputs:")
		}
		for _, in := range w.Inputs {
			in.yaml(line)
		}
	}
	line(0, "jobs:")
	for i, j := range w.Jobs {
		line(1, "job-%d:", i+1)
		line(2, "name: %q", j.Name)
		line(2, "runs-on: ubuntu-latest")
		if j.Environment != "" {
			line(2, "environment: %q", j.Environment)
		}
		line(2, "steps:")
		for _, step := range j.Steps {
			line(3, "- name: %q", step)
			line(4, "run: \"true\"")
		}
	}
	return b.String()
}

func (in Input) yaml(line func(int, string, ...any)) {
	line(3, "%s:", in.Name)
	if in.Description != "" {
		line(4, "description: %q", in.Description)
	}
	line(4, "required: %t", in.Required)
	if in.Type != "" {
		line(4, "type: %s", in.Type)
	}
	if len(in.Options) > 0 {
		line(4, "options:")
	}
	for _, o := range in.Options {
		line(5, "- %q", o)
	}
	switch {
	case in.Default != "" && (in.Type == "boolean" || in.Type == "number"):
		line(4, "default: %s", in.Default)
	case in.Default != "":
		line(4, "default: %q", in.Default)
	}
}
