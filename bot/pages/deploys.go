package pages

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"backout/timeline"
)

// A question for a service in any environment, or an environment of any service,
// has no index: rows are read and left out. One answer reads this many at most,
// and may then hold fewer than were asked for and have a next all the same.
const (
	scanRows  = 500
	scanTimes = 8
)

// Deploy is an element of /api/deploys: the fields under which it was posted, and
// what became of it.
type Deploy struct {
	Number int `json:"number"`
	// ID is the one under which CI posted it, else that of its first source.
	ID          string                  `json:"id"`
	Service     string                  `json:"service"`
	Environment string                  `json:"environment"`
	Version     string                  `json:"version"`
	SHA         string                  `json:"sha"`
	Ref         string                  `json:"ref"`
	State       timeline.DeployState    `json:"state"`
	Stage       string                  `json:"stage"`
	By          string                  `json:"by"`
	StartedAt   *time.Time              `json:"started_at"`
	FinishedAt  *time.Time              `json:"finished_at"`
	URL         string                  `json:"url"`
	Sources     []timeline.DeploySource `json:"sources"`
	// Standing is what incidents think of it, by their id.
	Standing map[string]timeline.Standing `json:"standing"`
	// Rollback is the rollback that made it, UndoneBy the one that took it back:
	// "INC-7/R1".
	Rollback string `json:"rollback,omitempty"`
	UndoneBy string `json:"undone_by,omitempty"`
}

// deploys answers with deploys, newest first. ?service= and ?environment= narrow
// it, each by itself or together.
func (s *server) deploys(w http.ResponseWriter, r *http.Request) {
	limit, cursor, ok := paging(w, r)
	if !ok {
		return
	}
	q := r.URL.Query()
	found, next, err := s.pageOfDeploys(r.Context(), q.Get("service"), q.Get("environment"), limit, cursor)
	if err != nil {
		refuse(w, err)
		return
	}
	out := struct {
		Deploys []Deploy `json:"deploys"`
		Next    string   `json:"next,omitempty"`
	}{Deploys: make([]Deploy, len(found))}
	hides := s.hides()
	for i, d := range found {
		out.Deploys[i] = deployShape(d, hides)
	}
	if next > 0 {
		out.Next = strconv.Itoa(next)
	}
	writeJSON(w, out)
}

// pageOfDeploys gives at most limit deploys below cursor, and where to go on, or 0
// at the end.
func (s *server) pageOfDeploys(ctx context.Context, service, environment string, limit, cursor int) (page []timeline.Deploy, next int, err error) {
	q := timeline.DeployQuery{Before: cursor, Limit: limit + 1}
	switch {
	case service != "" && environment != "":
		q.Service, q.Environment = service, environment
	case service != "" || environment != "":
		q.Limit = scanRows
	}
	for range scanTimes {
		rows, err := s.Ledger.Deploys(ctx, q)
		if err != nil {
			return nil, 0, err
		}
		for _, d := range rows {
			if service != "" && !strings.EqualFold(d.Service, service) || environment != "" && d.Environment != environment {
				continue
			}
			if len(page) == limit {
				return page, page[limit-1].Number, nil
			}
			page = append(page, d)
		}
		if len(rows) < q.Limit {
			return page, 0, nil
		}
		q.Before = rows[len(rows)-1].Number
	}
	return page, q.Before, nil
}

// deployShape gives the API's shape of a deploy. What hidden incidents think of it
// is left out, and what their rollbacks did is not put under their names.
func deployShape(d timeline.Deploy, hides func(int) bool) Deploy {
	out := Deploy{
		Number: d.Number, Service: d.Service, Environment: d.Environment, Version: d.Version, SHA: d.SHA, Ref: d.Ref,
		State: d.State, Stage: d.Stage, By: d.By, StartedAt: instant(d.Started), FinishedAt: instant(d.Finished), URL: d.URL,
		Sources: []timeline.DeploySource{}, Standing: map[string]timeline.Standing{},
		Rollback: rollbackName(d.Rollback, hides), UndoneBy: rollbackName(d.Undone, hides),
	}
	if out.Rollback == hiddenIncident {
		out.By = "" // somebody of that incident
	}
	for incident, standing := range d.Standing {
		if !hides(incident) {
			out.Standing[timeline.ID(incident)] = standing
		}
	}
	for _, src := range d.Sources {
		if incident, ok := ofRollback(src); ok && hides(incident) {
			src.ID = hiddenIncident
		}
		out.Sources = append(out.Sources, src)
		if out.ID == "" {
			out.ID = src.ID
		}
	}
	for _, src := range out.Sources {
		if src.Name == "api" {
			out.ID = src.ID
			break
		}
	}
	return out
}

func instant(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}
