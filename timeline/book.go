package timeline

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// book is the view of the record of deploys that a change decides on. Unlike the
// rest of the state it shows what the change itself has added, because one
// delivery may report the same deploy twice.
type book struct {
	deploy  func(number int) (Deploy, bool, error)
	history func(at place) ([]Deploy, error)
	named   func(key string) (int, bool, error)

	pending map[int]Deploy
	names   map[string]int // keys to store with this change
	added   int            // deploys that are new
}

// Catalogue is what the configuration says about services.
func (tx *Tx) Catalogue() Catalogue { return tx.catalogue }

// Deploy gives a deploy by its number, as this change leaves it.
func (tx *Tx) Deploy(number int) (Deploy, bool, error) {
	if d, ok := tx.book.pending[number]; ok {
		return d, true, nil
	}
	return tx.book.deploy(number)
}

// DeploysOf gives the newest deploys of a service in an environment, newest
// first, as this change leaves them.
func (tx *Tx) DeploysOf(service, environment string) ([]Deploy, error) {
	at := placeOf(service, environment)
	out, err := tx.book.history(at)
	if err != nil {
		return nil, err
	}
	for n, d := range tx.book.pending {
		i := slices.IndexFunc(out, func(o Deploy) bool { return o.Number == n })
		switch {
		case placeOf(d.Service, d.Environment) != at:
		case i >= 0:
			out[i] = d
		default:
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b Deploy) int { return b.Number - a.Number })
	return out, nil
}

// Unfinished gives the rollback of the service in the environment that is not
// finished, over all incidents.
func (tx *Tx) Unfinished(service, environment string) (RollbackRef, bool) {
	ref, ok := tx.state.rolling[placeOf(service, environment)]
	return ref, ok
}

// seenAt gives the number of the event of this change that first speaks of the
// deploy.
func (tx *Tx) seenAt(deploy int) int {
	i := slices.IndexFunc(tx.events, func(e Event) bool { return e.Incident == Ledger && ledgerNumber(e.Body) == deploy })
	if i < 0 {
		return 0
	}
	return tx.events[i].N
}

// enter adds an event about a deploy to the record of deploys.
func (tx *Tx) enter(d Deploy, who string, at time.Time, src Source, b Body) Deploy {
	tx.Add(Ledger, who, at, src, b)
	after := d.after(b)
	after.Number = ledgerNumber(b)
	tx.book.pending[after.Number] = after
	return after
}

// sameDeploy is how far apart two reports may say that a deploy started and still
// mean the same one.
const sameDeploy = 15 * time.Minute

// find gives the deploy that a report is about. What a rollback made is another
// deploy than all before it, whatever commit its run stands on.
func (tx *Tx) find(r DeployReport, by RollbackRef) (Deploy, bool, error) {
	at := placeOf(r.Service, r.Environment)
	for _, d := range tx.book.pending {
		if placeOf(d.Service, d.Environment) == at && slices.ContainsFunc(d.Sources, func(s DeploySource) bool { return s.Name == r.Source.Name && s.ID == r.Source.ID }) {
			return d, true, nil
		}
	}
	if n, ok, err := tx.book.named(nameOf(r)); err != nil {
		return Deploy{}, false, storeFailure(err)
	} else if ok {
		return tx.Deploy(n)
	}
	history, err := tx.DeploysOf(r.Service, r.Environment)
	if err != nil {
		return Deploy{}, false, err
	}
	asked := Deploy{Service: r.Service, Environment: r.Environment, Version: r.Version, SHA: r.SHA}
	for _, d := range history {
		if !by.IsZero() && d.Rollback != by {
			continue
		}
		if d.Same(asked) && d.Started.Sub(r.Started).Abs() <= sameDeploy {
			return d, true, nil
		}
	}
	return Deploy{}, false, nil
}

// Report takes what somebody says about a deploy into the record and tells the
// incidents that it concerns. A report that says nothing new changes nothing. by
// is the rollback that made the deploy, or zero; a deploy whose workflow run is
// that of a rollback belongs to it in any case.
func (tx *Tx) Report(r DeployReport, by RollbackRef) (Deploy, error) {
	said := r
	r, err := cleanReport(r, tx.now)
	if err != nil {
		return Deploy{}, err
	}
	if by.IsZero() {
		if by, err = tx.rollbackOf(r.Run, ""); err != nil {
			return Deploy{}, err
		}
		// A rollback's run stands on the branch that its workflow is on, and what GitHub
		// calls its deployment is that branch's commit. What it deploys is the target.
		if rb, ok := tx.rollbackAt(by); ok {
			r.Version, r.SHA, r.Ref = rb.Plan.To.Version, rb.Plan.To.SHA, rb.Plan.To.Ref
		}
	}
	d, known, err := tx.find(r, by)
	if err != nil {
		return Deploy{}, err
	}
	if known { // what it does not say it does not change
		if said.Started.IsZero() {
			r.Started = d.Started
		}
		if said.Finished.IsZero() && !d.Finished.IsZero() {
			r.Finished = d.Finished
		}
	}
	seen := DeploySeen{Number: d.Number, Report: r, Rollback: by}
	if known && d.after(seen).equal(d) {
		return d, nil
	}
	if !known {
		tx.book.added++
		seen.Number = tx.state.ledger.highest + tx.book.added
	}
	if _, named, err := tx.book.named(nameOf(r)); err != nil {
		return Deploy{}, storeFailure(err)
	} else if !named {
		tx.book.names[nameOf(r)] = seen.Number
	}
	at := r.Finished
	if at.IsZero() {
		at = r.Started
	}
	d = tx.enter(d, r.Source.Name, at, Source{Link: r.URL}, seen)
	return d, tx.tellDeploy(d)
}

// MarkUndone says that a rollback took the deploy back.
func (tx *Tx) MarkUndone(number int, by RollbackRef) error {
	d, ok, err := tx.Deploy(number)
	if err != nil || !ok {
		return err
	}
	d = tx.enter(d, Backout, time.Time{}, Source{}, DeployUndone{Number: number, By: by})
	return tx.tellDeploy(d)
}

// rollbackOf gives the rollback whose workflow run this is: the one that was
// found, or the one whose correlation id stands in the run's title.
func (tx *Tx) rollbackOf(run RunRef, title string) (RollbackRef, error) {
	if run.IsZero() {
		return RollbackRef{}, nil
	}
	is := func(rb Rollback) bool {
		return strings.EqualFold(rb.Plan.Repo, run.Repo) && (rb.Run.ID == run.ID || rb.ID != "" && strings.Contains(title, rb.ID))
	}
	for _, ref := range tx.state.rolling {
		if _, err := tx.load(ref.Incident); err != nil { // it may go on after its incident was resolved
			return RollbackRef{}, err
		}
		if rb, ok := tx.rollbackAt(ref); ok && is(rb) {
			return ref, nil
		}
	}
	for _, in := range tx.openIncidents() { // what is finished may still be heard of
		for _, rb := range in.Rollbacks {
			if is(rb) {
				return RollbackRef{Incident: in.Number, Number: rb.Number}, nil
			}
		}
	}
	return RollbackRef{}, nil
}

// rollbackAt gives a rollback of an incident that is loaded.
func (tx *Tx) rollbackAt(ref RollbackRef) (Rollback, bool) {
	in, ok := tx.state.open[ref.Incident]
	if !ok {
		return Rollback{}, false
	}
	return in.Rollback(ref.Number)
}

// Bounds of what reports may say.
const (
	maxDeployWord = 200
	maxDeployURL  = 2000
)

// cleanReport refuses a report that cannot be kept, and repairs the rest.
func cleanReport(r DeployReport, now time.Time) (DeployReport, error) {
	for _, f := range []*string{&r.Service, &r.Environment, &r.Version, &r.SHA, &r.Ref, &r.By, &r.Stage, &r.Source.ID, &r.Source.Name} {
		*f = strings.Map(func(c rune) rune {
			if unicode.IsControl(c) {
				return -1
			}
			return c
		}, strings.TrimSpace(strings.ToValidUTF8(*f, "\uFFFD")))
		if utf8.RuneCountInString(*f) > maxDeployWord {
			return r, Refuse(Invalid, fmt.Sprintf("A value of the deploy has more than %d characters.", maxDeployWord), "Send a shorter one.")
		}
	}
	switch {
	case r.Service == "":
		return r, Refuse(Invalid, "The deploy names no service.", `Send for example "service": "web-app".`)
	case r.Environment == "":
		return r, Refuse(Invalid, "The deploy names no environment.", `Send for example "environment": "production".`)
	case r.Source.ID == "" || r.Source.Name == "":
		return r, Refuse(Invalid, "The deploy has no id.", `Send for example "id": "build-5127"; the same id again updates it.`)
	case r.Version == "" && r.SHA == "":
		return r, Refuse(Invalid, "The deploy names neither version nor commit.", `Send "version", "sha", or both.`)
	}
	if _, ok := DeployStateOf(string(r.State)); !ok {
		return r, Refuse(Invalid, fmt.Sprintf("%q is no state of a deploy.", r.State), "Send pending, running, success, failure or cancelled.")
	}
	for _, link := range []*string{&r.URL, &r.Source.URL} {
		if len(*link) > maxDeployURL || !strings.HasPrefix(*link, "https://") && !strings.HasPrefix(*link, "http://") {
			*link = ""
		}
	}
	if r.Started.IsZero() {
		r.Started = r.Finished
	}
	if r.Started.IsZero() {
		r.Started = now
	}
	if r.State.Final() && r.Finished.IsZero() {
		r.Finished = now
	}
	if !r.State.Final() {
		r.Finished = time.Time{}
	}
	if r.State.Final() && r.Finished.Before(r.Started) {
		r.Started = r.Finished
	}
	for _, at := range []time.Time{r.Started, r.Finished} {
		if y := at.UTC().Year(); !at.IsZero() && (y < firstYear || y > lastYear || at.After(now.Add(24*time.Hour))) {
			return r, Refuse(Invalid, fmt.Sprintf("The deploy's time %s cannot be right.", at.UTC().Format(time.RFC3339)), "Send an RFC 3339 time such as 2026-11-20T14:02:10Z.")
		}
	}
	if r.Finished.After(now) { // a clock that is ahead; what has ended has ended by now
		r.Finished = now
	}
	if r.Started.After(now) {
		r.Started = now
	}
	return r, nil
}
