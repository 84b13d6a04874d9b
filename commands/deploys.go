package commands

import (
	"fmt"
	"slices"
	"strings"

	"backout/templates"
	"backout/timeline"
	"backout/timeline/deploys"
)

// deploys shows what was deployed: of the service named, else of those that
// concern the incident, else of all.
func (k *call) deploys() (Answer, error) {
	if n, ok := k.deps.Record.InChannel(k.req.Channel); ok {
		if err := k.open(n); err != nil && !isNotFound(err) {
			return Answer{}, err
		}
	}
	services, title, err := k.deployScope()
	if err != nil {
		return Answer{}, err
	}
	var rows []templates.DeployRow
	for _, c := range k.deps.Ledger.Catalogue().Concerned(services) {
		history, err := k.deps.Ledger.DeploysOf(k.ctx, c.Service, c.Environment)
		if err != nil {
			return Answer{}, err
		}
		for _, d := range history {
			rows = append(rows, k.deployRow(d, history))
		}
	}
	slices.SortStableFunc(rows, func(a, b templates.DeployRow) int { return b.Deploy.At().Compare(a.Deploy.At()) })
	m := templates.DeployList(k.words(), title, rows)
	return Answer{Message: &m}, nil
}

func (k *call) deployScope() (services []string, title string, err error) {
	if !k.empty() {
		service, err := k.oneService(k.first())
		return []string{service}, "Deploys of " + service, err
	}
	if k.in != nil && len(k.in.Services) > 0 {
		return k.in.Services, "Deploys that concern " + k.in.ID(), nil
	}
	for _, s := range k.deps.Ledger.Catalogue().Services {
		services = append(services, s.Name)
	}
	if len(services) == 0 {
		return nil, "", timeline.Refuse(timeline.Invalid, "No service is configured, so one must be named.", "Type for example: /incident deploys web-app")
	}
	return services, "Deploys", nil
}

// oneService reads a service's name; any word is one where none is configured.
func (k *call) oneService(name string) (string, error) {
	list, err := k.servicesOf([]string{name})
	if err != nil {
		return "", err
	}
	return list[0], nil
}

func (k *call) deployRow(d timeline.Deploy, history []timeline.Deploy) templates.DeployRow {
	row := templates.DeployRow{Deploy: d, Good: deploys.Good(d, history, k.now)}
	if k.in == nil {
		return row
	}
	if noted, ok := k.in.Noted(d.Number); ok {
		row.Standing, row.Reasons, row.Facts, row.Trouble = noted.Standing, noted.Reasons, noted.Facts, noted.Trouble
	}
	return row
}

// judge records what a person says of a deploy.
func (k *call) judge() (Answer, error) {
	n, ok := refNumber(k.first(), "D")
	if !ok || len(k.args.words) != 1 {
		return Answer{}, timeline.Refuse(timeline.Invalid, "The number of the deploy is missing.",
			fmt.Sprintf("`/incident deploys` shows the numbers; then type for example: /incident %s D4", k.row.word))
	}
	return k.judged(n, timeline.Standing(k.row.word))
}

func (k *call) judged(deploy int, s timeline.Standing) (Answer, error) {
	return k.record(timeline.Judge(k.req.Key, k.req.User, k.in.Number, deploy, s))
}

// freeze keeps services from being deployed.
func (k *call) freeze() (Answer, error) {
	services, err := k.servicesTyped()
	if err != nil {
		return Answer{}, err
	}
	return k.record(timeline.FreezeDeploys(k.req.Key, k.req.User, k.in.Number, services))
}

func (k *call) unfreeze() (Answer, error) {
	services, err := k.servicesTyped()
	if err != nil {
		return Answer{}, err
	}
	return k.record(timeline.UnfreezeDeploys(k.req.Key, k.req.User, k.in.Number, services))
}

// servicesTyped reads services behind a word; "all" is every service.
func (k *call) servicesTyped() ([]string, error) {
	if len(k.args.words) == 1 && (strings.EqualFold(k.first(), "all") || k.first() == timeline.AllServices) {
		return []string{timeline.AllServices}, nil
	}
	var names []string
	for _, w := range k.args.words {
		names = append(names, strings.FieldsFunc(w.text, func(r rune) bool { return r == ',' })...)
	}
	return k.servicesOf(names)
}
