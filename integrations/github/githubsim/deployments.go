package githubsim

import (
	"cmp"
	"slices"
	"time"
)

// greatestDescription is the limit of a status's description.
const greatestDescription = 140

// Deployment is something that is deployed somewhere.
type Deployment struct {
	Ref         string // branch, tag or hash; SHA when empty
	SHA         string // what Ref stands for when empty
	Environment string // production when empty
	Task        string // deploy when empty
	Payload     any    // object or string
	Description string
	Creator     string
	Transient   bool
	Run         *Run // that makes it, if any
	At          time.Time
}

type deployment struct {
	Deployment
	id         int64
	production bool
	statuses   []*deploymentStatus
}

// DeploymentStatus is a word on how a deployment goes.
type DeploymentStatus struct {
	State          string
	Description    string
	LogURL         string
	EnvironmentURL string
	Environment    string
	Creator        string
	KeepOlder      bool // auto_inactive: false
	At             time.Time
}

type deploymentStatus struct {
	DeploymentStatus
	id int64
}

// LogURL is an edit of DeployStatus.
func LogURL(u string) func(*DeploymentStatus) {
	return func(st *DeploymentStatus) { st.LogURL = u }
}

// Deploy creates a deployment and tells about it. Without a status it has not begun.
func (r *Repo) Deploy(d Deployment) int64 {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	if d.Ref == "" {
		d.Ref = d.SHA
	}
	if d.SHA == "" {
		d.SHA = r.must(d.Ref).sha
	}
	d.SHA = r.must(d.SHA).sha
	return r.deploy(d, d.Environment == "" || d.Environment == "production").id
}

func (r *Repo) deploy(d Deployment, production bool) *deployment {
	d.Environment, d.Task = cmp.Or(d.Environment, "production"), cmp.Or(d.Task, "deploy")
	d.Creator = cmp.Or(d.Creator, r.owner)
	if d.Payload == nil {
		d.Payload = object{}
	}
	if d.At.IsZero() {
		d.At = r.s.now()
	}
	n := &deployment{Deployment: d, id: r.s.w.id(), production: production}
	r.deployments = append(r.deployments, n)
	o := object{"deployment": r.deploymentShape(n)}
	n.origin(o)
	r.s.emit(r, "deployment", "created", d.Creator, o)
	return n
}

// origin adds the workflow that a deployment comes from, null when there is none.
func (d *deployment) origin(o object) {
	o["workflow"], o["workflow_run"] = nil, nil
	if d.Run != nil {
		n := d.Run.n
		o["workflow"], o["workflow_run"] = n.repo.flowShape(n.flow), n.repo.runShape(n)
	}
}

// DeployStatus adds a status to a deployment and tells about it, unless it is
// inactive: that makes no webhook.
func (r *Repo) DeployStatus(id int64, state string, edits ...func(*DeploymentStatus)) int64 {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	d := r.deployment(id)
	if d == nil {
		misuse("%s has no deployment %d", r.full(), id)
	}
	st := DeploymentStatus{State: state}
	for _, e := range edits {
		e(&st)
	}
	return r.deployStatus(d, st).id
}

func (r *Repo) deployStatus(d *deployment, st DeploymentStatus) *deploymentStatus {
	if !slices.Contains(append(deploymentStates(), "waiting"), st.State) {
		misuse("a deployment cannot be %q", st.State)
	}
	st.Environment, st.Creator = cmp.Or(st.Environment, d.Environment), cmp.Or(st.Creator, d.Creator)
	if st.At.IsZero() {
		st.At = r.s.now()
	}
	n := &deploymentStatus{st, r.s.w.id()}
	d.statuses = append(d.statuses, n)
	if st.State == "success" && !st.KeepOlder {
		r.supersede(d, st)
	}
	if st.State != "inactive" {
		o := object{"deployment_status": r.deploymentStatusShape(d, n), "deployment": r.deploymentShape(d), "check_run": nil}
		d.origin(o)
		r.s.emit(r, "deployment_status", "created", st.Creator, o)
	}
	return n
}

// supersede makes older deployments of the environment inactive, those that were live.
func (r *Repo) supersede(d *deployment, by DeploymentStatus) {
	for _, o := range r.deployments[:slices.Index(r.deployments, d)] {
		if o.Environment != d.Environment || o.Transient || o.state() != "success" {
			continue
		}
		o.statuses = append(o.statuses, &deploymentStatus{
			DeploymentStatus{State: "inactive", Environment: o.Environment, Creator: by.Creator, At: by.At}, r.s.w.id(),
		})
	}
}

// state is the latest one; "" is none yet.
func (d *deployment) state() string {
	if len(d.statuses) == 0 {
		return ""
	}
	return d.statuses[len(d.statuses)-1].State
}

func (d *deployment) updated() time.Time {
	if len(d.statuses) == 0 {
		return d.At
	}
	return d.statuses[len(d.statuses)-1].At
}

func (r *Repo) deployment(id int64) *deployment {
	for _, d := range r.deployments {
		if d.id == id {
			return d
		}
	}
	return nil
}

// deploymentStates are those that the API takes. Actions also says waiting.
func deploymentStates() []string {
	return []string{"error", "failure", "inactive", "in_progress", "queued", "pending", "success"}
}

func (r *Repo) deploymentShape(d *deployment) object {
	u := r.url() + "/deployments/" + itoa64(d.id)
	o := object{
		"id": d.id, "node_id": nodeID("DE", d.id), "sha": d.SHA, "ref": d.Ref, "task": d.Task, "payload": d.Payload,
		"environment": d.Environment, "original_environment": d.Environment, "description": orNull(d.Description), "creator": r.s.user(d.Creator),
		"transient_environment": d.Transient, "production_environment": d.production, "created_at": stamp(d.At), "updated_at": stamp(d.updated()),
		"url": u, "statuses_url": u + "/statuses", "repository_url": r.url(), "performed_via_github_app": nil,
	}
	if d.Run != nil {
		o["performed_via_github_app"] = object{"id": 15368, "slug": "github-actions", "name": "GitHub Actions", "owner": r.s.user("github")}
	}
	return o
}

func (r *Repo) deploymentStatusShape(d *deployment, st *deploymentStatus) object {
	u := r.url() + "/deployments/" + itoa64(d.id)
	return object{
		"id": st.id, "node_id": nodeID("DES", st.id), "state": st.State, "creator": r.s.user(st.Creator), "description": st.Description,
		"environment": st.Environment, "target_url": st.LogURL, "log_url": st.LogURL, "environment_url": st.EnvironmentURL,
		"created_at": stamp(st.At), "updated_at": stamp(st.At), "performed_via_github_app": nil,
		"url": u + "/statuses/" + itoa64(st.id), "deployment_url": u, "repository_url": r.url(),
	}
}
