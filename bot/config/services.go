package config

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"
)

// sorted returns the keys of m in order, so that problems come in a fixed order.
func sorted[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

func (v *validator) checkServices() {
	seen := map[string]int{}
	for i, s := range v.c.Services {
		key := index("services", i)
		if !like(wordShape, s.Name) {
			v.fail(key+".name", "a service needs a name of one word, such as web-app; people type it")
		} else if first, ok := seen[strings.ToLower(s.Name)]; ok {
			v.fail(key+".name", "%q is already the name of %s; give each service its own", s.Name, index("services", first))
		} else {
			seen[strings.ToLower(s.Name)] = i
		}
		v.checkService(key, s)
		v.checkRollback(key, s)
		v.checkAlerts(key+".alerts", s.Alerts)
	}
}

func (v *validator) checkService(key string, s Service) {
	v.repo(key+".repo", s.Repo)
	switch s.Environment {
	case "":
		v.fail(key+".environment", "is empty; write the name of the environment people use, such as production")
	case s.Staging:
		v.fail(key+".staging", "is the same as environment; write the one that comes before it, or leave it out")
	}
	for i, dep := range s.DependsOn {
		at := index(key+".depends_on", i)
		// What is not a service here is taken for an external one, such as a
		// hosted database: deploys of it may still be reported.
		if !like(wordShape, dep) {
			v.fail(at, "%q is no name of a service; write one word such as auth-db", dep)
		} else if strings.EqualFold(dep, s.Name) {
			v.fail(at, "a service cannot depend on itself; remove %q", dep)
		}
	}
	v.ids(key+".owners", s.Owners)
	if s.PagerDuty != "" && !like(pagerShape, s.PagerDuty) {
		v.fail(key+".pagerduty", "%q is no PagerDuty service id; copy the one at the end of the service's address, such as PWEBAPP", s.PagerDuty)
	}
	v.globs(key+".irreversible", s.Irreversible)
	v.globs(key+".sensitive", s.Sensitive)
}

// globs wants path patterns as git writes paths: relative, with slashes.
func (v *validator) globs(key string, list []string) {
	for i, glob := range list {
		_, err := path.Match(glob, "")
		switch {
		case glob == "" || err != nil:
			v.fail(index(key, i), "%q is no path pattern; write one such as migrations/** or *.sql", glob)
			v.because(err)
		case strings.HasPrefix(glob, "/") || strings.HasPrefix(glob, "./"):
			v.fail(index(key, i), "paths begin at the root of the repository; write %q", strings.TrimLeft(glob, "./"))
		}
	}
}

func (v *validator) checkRollback(key string, s Service) {
	r, key := s.Rollback, key+".rollback"
	if !r.Configured() {
		if len(r.Inputs)+len(r.Allowed)+r.Approvals > 0 {
			v.fail(key, "names no workflow; write workflow: rollback.yml, or leave rollback out")
		}
		return
	}
	if s.Repo == "" {
		v.fail(key+".workflow", "needs to know where the workflow is; write repo: owner/name for the service")
	}
	if !isWorkflow(r.Workflow) {
		v.fail(key+".workflow", "%q is no workflow; write the file's name such as rollback.yml, without folders", r.Workflow)
	}
	if r.Ref == "" {
		v.fail(key+".ref", "is empty; write the branch whose workflow is to run, such as main")
	}
	for _, name := range sorted(r.Inputs) {
		at := key + ".inputs." + name
		if name == "backout_id" {
			v.fail(at, "is filled in by Backout; remove it here and keep it among the workflow's inputs")
		} else if err := checkTemplate(r.Inputs[name]); err != nil {
			v.fail(at, "%v; write one such as {{.To.Version}}", err)
			v.because(err)
		}
	}
	v.ids(key+".allowed", r.Allowed)
}

// isWorkflow accepts a file's name or the number of a workflow.
func isWorkflow(name string) bool { return like(`^([0-9]+|[^/\s]+\.ya?ml)$`, name) }

// repo wants owner/name or nothing.
func (v *validator) repo(key, name string) {
	if name != "" && !like(repoShape, name) {
		v.fail(key, "%q is no repository; write owner/name such as acme/web-app", name)
	}
}

func (v *validator) checkDeploys() {
	for _, repo := range sorted(v.c.Deploys.Workflows) {
		key := "deploys.workflows." + repo
		v.repo(key, repo)
		for i, name := range v.c.Deploys.Workflows[repo] {
			if !isWorkflow(name) {
				v.fail(index(key, i), "%q is no workflow; write the file's name such as deploy.yml, without folders", name)
			}
		}
	}
	for i, repo := range v.c.Deploys.Releases {
		key := index("deploys.releases", i)
		if repo == "" {
			v.fail(key, "is empty; write owner/name such as acme/web-app")
		}
		v.repo(key, repo)
	}
	for _, repo := range sorted(v.c.Deploys.Pushes) {
		key := "deploys.pushes." + repo
		v.repo(key, repo)
		for i, branch := range v.c.Deploys.Pushes[repo] {
			if !like(`^[^\s~^:?*\[\\]+$`, branch) || strings.HasPrefix(branch, "refs/") {
				v.fail(index(key, i), "%q is no branch; write its name such as main", branch)
			}
		}
	}
	for i, ch := range v.c.Deploys.Channels {
		key := index("deploys.channels", i)
		if !like(channelShape, ch.ID) {
			v.fail(key+".id", "%q is no channel id; write one such as C0DEPLOYS, found at the end of the channel's details", ch.ID)
		}
		re := v.pattern(key+".pattern", ch.Pattern)
		if re == nil {
			continue
		}
		for _, group := range []string{"service", "version"} {
			if !slices.Contains(re.SubexpNames(), group) {
				v.fail(key+".pattern", "does not say which part is the %s; put (?P<%s>…) around it", group, group)
			}
		}
	}
}

// checkPeople looks at who is who and who may do what.
func (v *validator) checkPeople() {
	for _, id := range sorted(v.c.People) {
		if !like(userShape, id) || !like(pagerShape, v.c.People[id]) {
			v.fail("people."+id, "writes no pair of ids; put the Slack id (U…) before the colon and the PagerDuty user id (P…) after it")
		}
	}
	v.ids("guards.override", v.c.Guards.Override)
	v.checkAccess()
	for i, text := range v.c.Redaction.Patterns {
		v.pattern(index("redaction.patterns", i), text)
	}
}
