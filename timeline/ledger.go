package timeline

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// keepDeploys is how many deploys of one service and environment memory holds:
// enough to choose a target from. keepLedger bounds all of them together.
const (
	keepDeploys = 200
	keepLedger  = 20_000
)

// place is one service in one environment.
type place struct{ service, environment string }

func placeOf(service, environment string) place {
	return place{strings.ToLower(service), environment}
}

// ledger is what memory holds of the record of deploys. Everything in it is read
// from the store when it is first asked for, and may be dropped between commits.
type ledger struct {
	next    int // number of the next event of incident 0
	highest int // number of the newest deploy
	deploys map[int]Deploy
	// histories hold the numbers of the newest deploys of a place, newest first.
	histories map[place][]int
}

func newLedger() ledger {
	return ledger{next: 1, deploys: map[int]Deploy{}, histories: map[place][]int{}}
}

// drop forgets what can be read again.
func (l *ledger) drop() {
	l.deploys, l.histories = map[int]Deploy{}, map[place][]int{}
}

// apply folds one event of the ledger. The deploy concerned is loaded, unless it
// is new.
func (l *ledger) apply(e Event) error {
	if e.N < l.next {
		return fmt.Errorf("fold the record of deploys: %s comes after %s", Ref(e.N), Ref(l.next-1))
	}
	l.next = e.N + 1
	number := ledgerNumber(e.Body)
	if number == 0 {
		return nil // about no deploy: it is only kept
	}
	d, ok := l.deploys[number]
	if !ok && number <= l.highest {
		return fmt.Errorf("fold the record of deploys: %s is not loaded", DeployID(number))
	}
	d = d.after(e.Body)
	d.Number = number
	l.deploys[number] = d
	l.highest = max(l.highest, number)
	at := placeOf(d.Service, d.Environment)
	if h, loaded := l.histories[at]; loaded && !slices.Contains(h, number) {
		l.histories[at] = slices.Insert(h, 0, number)
		if len(h) >= keepDeploys {
			l.histories[at] = l.histories[at][:keepDeploys]
		}
	}
	return nil
}

func ledgerNumber(b Body) int {
	switch b := b.(type) {
	case DeploySeen:
		return b.Number
	case DeployMarked:
		return b.Number
	case DeployUndone:
		return b.Number
	}
	return 0
}

// after gives the deploy after an event about it.
func (d Deploy) after(b Body) Deploy {
	switch b := b.(type) {
	case DeploySeen:
		d = d.with(b.Report)
		if !b.Rollback.IsZero() {
			d.Rollback = b.Rollback
		}
	case DeployMarked:
		d = d.clone()
		if b.Standing == "" {
			delete(d.Standing, b.Incident)
		} else {
			if d.Standing == nil {
				d.Standing = map[int]Standing{}
			}
			d.Standing[b.Incident] = b.Standing
		}
	case DeployUndone:
		d.Undone = b.By
	}
	return d
}

// deploy gives one deploy, reading it from the store if need be.
func (r *Recorder) deploy(ctx context.Context, number int) (Deploy, bool, error) {
	l := &r.state.ledger
	if d, ok := l.deploys[number]; ok {
		return d, true, nil
	}
	if number < 1 || number > l.highest {
		return Deploy{}, false, nil
	}
	rows, err := r.log.Deploys(ctx, DeployQuery{Before: number + 1, Limit: 1})
	if err != nil {
		return Deploy{}, false, storeFailure(err)
	}
	if len(rows) == 0 || rows[0].Number != number {
		return Deploy{}, false, nil
	}
	d, err := DecodeDeploy(rows[0].Data)
	if err != nil {
		return Deploy{}, false, err
	}
	l.deploys[number] = d
	return d, true, nil
}

// history gives the newest deploys of a place, newest first, reading them from
// the store when they are first asked for. The slice is the caller's.
func (r *Recorder) history(ctx context.Context, at place) ([]Deploy, error) {
	l := &r.state.ledger
	numbers, ok := l.histories[at]
	if !ok {
		rows, err := r.log.Deploys(ctx, DeployQuery{Service: at.service, Environment: at.environment, Limit: keepDeploys})
		if err != nil {
			return nil, storeFailure(err)
		}
		for _, row := range rows {
			if _, newer := l.deploys[row.Number]; !newer { // memory may be ahead of the store inside a commit
				d, err := DecodeDeploy(row.Data)
				if err != nil {
					return nil, err
				}
				l.deploys[row.Number] = d
			}
			numbers = append(numbers, row.Number)
		}
		l.histories[at] = numbers
	}
	out := make([]Deploy, len(numbers))
	for i, n := range numbers {
		out[i] = l.deploys[n]
	}
	return out, nil
}

// Deploy gives the deploy with the number.
func (r *Recorder) Deploy(ctx context.Context, number int) (Deploy, bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.deploy(ctx, number)
}

// DeploysOf gives the newest deploys of a service in an environment, newest
// first, at most 200.
func (r *Recorder) DeploysOf(ctx context.Context, service, environment string) ([]Deploy, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.history(ctx, placeOf(service, environment))
}

// Deploys gives deploys of all services, newest first: at most limit with numbers
// below before, which is 0 for the newest. Service and environment narrow it.
func (r *Recorder) Deploys(ctx context.Context, q DeployQuery) ([]Deploy, error) {
	q.Service = strings.ToLower(q.Service)
	rows, err := r.log.Deploys(ctx, q)
	if err != nil {
		return nil, storeFailure(err)
	}
	out := make([]Deploy, len(rows))
	for i, row := range rows {
		if out[i], err = DecodeDeploy(row.Data); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Catalogue is what the rules know of services.
func (r *Recorder) Catalogue() Catalogue { return r.catalogue }

// FrozenBy says which incident keeps a service from being deployed.
type FrozenBy struct {
	Incident int
	Private  bool
	Freeze
}

// Frozen gives the freezes that hold for the service now, oldest incident first.
func (r *Recorder) Frozen(service string) []FrozenBy {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var out []FrozenBy
	for n, in := range r.state.open {
		if !in.Status.Open() || r.stale[n] {
			continue
		}
		for _, f := range in.Freezes {
			if f.Service == AllServices || strings.EqualFold(f.Service, service) {
				out = append(out, FrozenBy{Incident: n, Private: in.Private, Freeze: f})
			}
		}
	}
	slices.SortFunc(out, func(a, b FrozenBy) int { return a.Incident - b.Incident })
	return out
}
