package github

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"backout/timeline"
)

// places knows which repositories, environments, workflows and branches concern
// which services. Names of repositories and environments compare without case,
// as they do on GitHub.
type places struct {
	services  []timeline.Service
	workflows map[string][]string
	pushes    map[string][]string
	releases  []string
}

func newPlaces(o Options) places {
	p := places{workflows: map[string][]string{}, pushes: map[string][]string{}}
	for _, s := range o.Catalogue.Services {
		if s.Repo != "" {
			s.Environment = o.Catalogue.Environment(s.Name)
			p.services = append(p.services, s)
		}
	}
	for repo, files := range o.Workflows {
		for _, f := range files {
			p.workflows[strings.ToLower(repo)] = append(p.workflows[strings.ToLower(repo)], path.Base(f))
		}
	}
	for repo, branches := range o.Pushes {
		p.pushes[strings.ToLower(repo)] = append(p.pushes[strings.ToLower(repo)], branches...)
	}
	for _, repo := range o.Releases {
		p.releases = append(p.releases, strings.ToLower(repo))
	}
	return p
}

// spot is a service in one of its environments.
type spot struct {
	service     timeline.Service
	environment string
}

// in lists the services of a repository, in the environment that people use.
func (p places) in(repo string) []spot {
	var out []spot
	for _, s := range p.services {
		if strings.EqualFold(s.Repo, repo) {
			out = append(out, spot{s, s.Environment})
		}
	}
	return out
}

// at lists the services that a deployment to the environment concerns: the named
// one, when the repository has it, else all that have the environment.
func (p places) at(repo, environment, named string) []spot {
	all := p.in(repo)
	isNamed := func(s spot) bool { return named != "" && strings.EqualFold(s.service.Name, named) }
	some := slices.ContainsFunc(all, isNamed)
	var out []spot
	for _, s := range all {
		if some && !isNamed(s) {
			continue
		}
		for _, own := range environments(s.service) {
			if strings.EqualFold(own, environment) {
				out = append(out, spot{s.service, own})
				break
			}
		}
	}
	return out
}

// spelt gives a repository's name as the configuration has it.
func (p places) spelt(repo string) string {
	if all := p.in(repo); len(all) > 0 {
		return all[0].service.Repo
	}
	return repo
}

// reports makes one report of a deploy for each spot. The id is the same however
// it was learnt; tail is the part after the repository.
func reports(spots []spot, tail string, r timeline.DeployReport) []timeline.DeployReport {
	var out []timeline.DeployReport
	for _, s := range spots {
		id := s.service.Repo + "/" + tail
		if len(spots) > 1 {
			id += "/" + s.service.Name
		}
		r.Service, r.Environment = s.service.Name, s.environment
		r.Source = timeline.DeploySource{Name: "github", ID: id, URL: r.URL}
		if r.Run.ID != 0 {
			r.Run.Repo = s.service.Repo
		}
		out = append(out, r)
	}
	return out
}

// deploysBy reports whether runs of the workflow file are deploys.
func (p places) deploysBy(repo, file string) bool {
	file, _, _ = strings.Cut(file, "@") // GitHub may add the ref.
	return file != "" && slices.Contains(p.workflows[strings.ToLower(repo)], path.Base(file))
}

func (p places) deploysOnPush(repo, branch string) bool {
	return slices.Contains(p.pushes[strings.ToLower(repo)], branch)
}

func (p places) deploysOnRelease(repo string) bool {
	return slices.Contains(p.releases, strings.ToLower(repo))
}

// watched lists each repository's environments once, those of deployments.
func (p places) watched() []spot {
	var out []spot
	for _, s := range p.services {
		for _, e := range environments(s) {
			if !slices.ContainsFunc(out, func(o spot) bool {
				return strings.EqualFold(o.service.Repo, s.Repo) && strings.EqualFold(o.environment, e)
			}) {
				out = append(out, spot{s, e})
			}
		}
	}
	return out
}

// watchedWorkflow is a workflow whose runs are deploys.
type watchedWorkflow struct{ repo, file string }

// runs lists the workflows whose runs are deploys of some service.
func (p places) runs() []watchedWorkflow {
	var out []watchedWorkflow
	for repo, files := range p.workflows {
		if len(p.in(repo)) == 0 {
			continue
		}
		for _, f := range files {
			out = append(out, watchedWorkflow{p.spelt(repo), f})
		}
	}
	slices.SortFunc(out, func(a, b watchedWorkflow) int {
		return cmp.Or(cmp.Compare(a.repo, b.repo), cmp.Compare(a.file, b.file))
	})
	return slices.Compact(out)
}

// environments are those in which a service's deploys are noted.
func environments(s timeline.Service) []string {
	if s.Staging == "" {
		return []string{s.Environment}
	}
	return []string{s.Environment, s.Staging}
}
