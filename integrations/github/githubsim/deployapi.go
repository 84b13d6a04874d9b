package githubsim

import (
	"net/http"
	"slices"
	"unicode/utf8"
)

// listDeployments answers newest first.
func (s *Server) listDeployments(q *request) reply {
	same := func(name, value string) bool { return q.ask(name) == "" || q.ask(name) == value }
	var list []*deployment
	for _, d := range slices.Backward(q.repo.deployments) {
		if same("sha", d.SHA) && same("ref", d.Ref) && same("task", d.Task) && same("environment", d.Environment) {
			list = append(list, d)
		}
	}
	return listing(s, q, list, q.repo.deploymentShape)
}

func (s *Server) getDeployment(q *request) reply {
	d := q.repo.deployment(q.number("deployment"))
	if d == nil {
		return notFound()
	}
	return ok(q.repo.deploymentShape(d))
}

// deploymentAsk is the body of a new deployment; pointers have defaults other than zero.
type deploymentAsk struct {
	Ref, Task, Environment, Description string
	AutoMerge                           *bool     `json:"auto_merge"`
	Contexts                            *[]string `json:"required_contexts"`
	Payload                             any       `json:"payload"`
	Transient                           bool      `json:"transient_environment"`
	Production                          *bool     `json:"production_environment"`
}

func (s *Server) createDeployment(q *request) reply {
	var ask deploymentAsk
	if out, good := q.decode(&ask); !good {
		return out
	}
	r := q.repo
	if ask.Ref == "" {
		return invalid(flaw{Resource: "Deployment", Field: "ref", Code: "missing_field"})
	}
	c := r.resolve(ask.Ref)
	if c == nil {
		return unprocessable("No ref found for: %s", ask.Ref)
	}
	if utf8.RuneCountInString(ask.Description) > greatestDescription {
		return invalid(flaw{Resource: "Deployment", Field: "description", Code: "custom", Message: "description is too long (maximum is 140 characters)"})
	}
	if out, merged := s.autoMerge(q, ask, c); merged {
		return out
	}
	if failed := r.unmet(c, ask.Contexts); failed != nil {
		out := fail(http.StatusConflict, "Conflict: Commit status checks failed for %s.", ask.Ref)
		out.body.(object)["errors"] = failed
		return out
	}
	production := ask.Environment == "" || ask.Environment == "production"
	if ask.Production != nil {
		production = *ask.Production
	}
	d := r.deploy(Deployment{
		Ref: ask.Ref, SHA: c.sha, Environment: ask.Environment, Task: ask.Task, Payload: ask.Payload, Description: ask.Description,
		Creator: q.who.login, Transient: ask.Transient,
	}, production)
	return created(r.deploymentShape(d))
}

// autoMerge is what auto_merge, on by default, does to a branch behind the default
// one: the default branch is merged into it and nothing is deployed.
func (s *Server) autoMerge(q *request, ask deploymentAsk, c *commit) (reply, bool) {
	r := q.repo
	ref := "refs/heads/" + ask.Ref
	trunk := r.must(r.trunk)
	if ask.AutoMerge != nil && !*ask.AutoMerge || r.refs[ref] == "" || r.history(c.sha)[trunk.sha] {
		return reply{}, false
	}
	before := r.refs[ref]
	m := r.commit(Commit{Message: "Merge " + r.trunk + " into " + ask.Ref, Author: q.who.login, Branch: ask.Ref, Parents: []string{c.sha, trunk.sha}})
	for name, content := range trunk.tree {
		if _, there := m.tree[name]; !there {
			m.tree[name] = content
		}
	}
	r.pushed(ref, before, []*commit{m}, q.who.login)
	return reply{status: http.StatusAccepted, body: object{"message": "Auto-merged " + r.trunk + " into " + ask.Ref + " on deployment."}}, true
}

// unmet are the contexts that a deployment asks for and that have not succeeded:
// all that there are by default, none with an empty list.
func (r *Repo) unmet(c *commit, asked *[]string) []object {
	states := map[string]string{}
	latest, _ := r.latestStatuses(c)
	for _, st := range latest {
		states[st.Context] = st.State
	}
	for _, k := range r.checks {
		if k.sha != c.sha {
			continue
		}
		states[k.Name] = k.Conclusion
		if slices.Contains([]string{"neutral", "skipped"}, k.Conclusion) {
			states[k.Name] = "success"
		}
	}
	var wanted []string
	if asked != nil {
		wanted = *asked
	} else {
		for name := range states {
			wanted = append(wanted, name)
		}
		slices.Sort(wanted)
	}
	var out []object
	for _, name := range wanted {
		if states[name] != "success" {
			out = append(out, object{"contexts": []object{{"context": name, "state": orNull(states[name])}}, "resource": "Deployment", "field": "required_contexts", "code": "invalid"})
		}
	}
	return out
}

// listDeploymentStatuses answers newest first.
func (s *Server) listDeploymentStatuses(q *request) reply {
	d := q.repo.deployment(q.number("deployment"))
	if d == nil {
		return notFound()
	}
	list := slices.Clone(d.statuses)
	slices.Reverse(list)
	return listing(s, q, list, func(st *deploymentStatus) object { return q.repo.deploymentStatusShape(d, st) })
}

func (s *Server) getDeploymentStatus(q *request) reply {
	if d := q.repo.deployment(q.number("deployment")); d != nil {
		for _, st := range d.statuses {
			if st.id == q.number("status") {
				return ok(q.repo.deploymentStatusShape(d, st))
			}
		}
	}
	return notFound()
}

func (s *Server) createDeploymentStatus(q *request) reply {
	d := q.repo.deployment(q.number("deployment"))
	if d == nil {
		return notFound()
	}
	var ask struct {
		State, Description, Environment string
		TargetURL                       string `json:"target_url"`
		LogURL                          string `json:"log_url"`
		EnvironmentURL                  string `json:"environment_url"`
		AutoInactive                    *bool  `json:"auto_inactive"`
	}
	if out, good := q.decode(&ask); !good {
		return out
	}
	switch {
	case !slices.Contains(deploymentStates(), ask.State):
		return invalid(flaw{Resource: "DeploymentStatus", Field: "state", Code: "custom", Message: "state is not included in the list"})
	case utf8.RuneCountInString(ask.Description) > greatestDescription:
		return invalid(flaw{Resource: "DeploymentStatus", Field: "description", Code: "custom", Message: "description is too long (maximum is 140 characters)"})
	}
	if ask.LogURL == "" {
		ask.LogURL = ask.TargetURL
	}
	st := q.repo.deployStatus(d, DeploymentStatus{
		State: ask.State, Description: ask.Description, Environment: ask.Environment, LogURL: ask.LogURL, EnvironmentURL: ask.EnvironmentURL,
		Creator: q.who.login, KeepOlder: ask.AutoInactive != nil && !*ask.AutoInactive,
	})
	return created(q.repo.deploymentStatusShape(d, st))
}
