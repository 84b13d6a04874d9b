package timeline

import (
	"context"
	"fmt"
	"math"
)

// Audit is what was found when a record was read from end to end.
type Audit struct {
	Incidents, Events, Effects, Deploys int
	// Wrong are sentences about what does not agree, at most maxWrong of them; More
	// is how many there are beside these.
	Wrong []string
	More  int
}

const maxWrong = 20

func (a *Audit) wrong(format string, args ...any) {
	if len(a.Wrong) == maxWrong {
		a.More++
		return
	}
	a.Wrong = append(a.Wrong, fmt.Sprintf(format, args...))
}

// AuditLog decodes every event and holds the summaries, and the rows of deploys,
// against the fold of their events; it decodes every effect. Nobody may commit
// meanwhile. The error is trouble of reading; what was read and is wrong stands
// in the result. One incident at a time is in memory.
func AuditLog(ctx context.Context, log Log) (Audit, error) {
	var a Audit
	b, err := log.Boot(ctx)
	if err != nil {
		return a, err
	}
	for _, row := range b.Effects {
		a.Effects++
		if e, err := DecodeEffect(row.Data); err != nil {
			a.wrong("What is owed as %s cannot be read: %v.", row.Key, err)
		} else if e.Key != row.Key {
			a.wrong("What is owed as %s calls itself %s.", row.Key, e.Key)
		}
	}
	r := &Recorder{log: log, state: newState()}
	known := map[int]bool{}
	for _, row := range b.Summaries {
		a.Incidents++
		s, err := DecodeSummary(row.Data)
		if err != nil {
			a.wrong("The summary of %s cannot be read: %v.", row.Key, err)
			continue
		}
		known[s.Number] = true
		if err := a.incident(ctx, r, s); err != nil {
			return a, err
		}
	}
	for n := 1; n <= len(known); n++ { // numbers are given without gaps
		if !known[n] {
			a.wrong("%s is missing.", ID(n))
		}
	}
	return a, a.ledger(ctx, r)
}

// incident holds one summary against the events.
func (a *Audit) incident(ctx context.Context, r *Recorder, s Summary) error {
	in, unreadable := newIncident(s.Number), error(nil)
	err := r.records(ctx, s.Number, func(rec Record) {
		a.Events++
		e, err := DecodeEvent(rec.Incident, rec.N, rec.Data)
		if err == nil && e.N != in.next {
			a.wrong("%s of %s is missing.", Ref(in.next), in.ID())
		}
		if err == nil {
			err = safely(func() error { return in.apply(e) })
		}
		if err != nil && unreadable == nil {
			unreadable = err
			a.wrong("The events of %s do not make sense: %v.", in.ID(), err)
		}
	})
	if err == nil && unreadable == nil && !in.Summary().equal(s) {
		a.wrong("The summary of %s is not what its events come to.", in.ID())
	}
	return err
}

// ledger holds the rows of deploys against their events.
func (a *Audit) ledger(ctx context.Context, r *Recorder) error {
	fold := map[int]Deploy{}
	err := r.records(ctx, Ledger, func(rec Record) {
		a.Events++
		e, err := DecodeEvent(rec.Incident, rec.N, rec.Data)
		if err != nil {
			a.wrong("The record of deploys does not make sense: %v.", err)
			return
		}
		if n := ledgerNumber(e.Body); n > 0 {
			d := fold[n].after(e.Body)
			d.Number = n
			fold[n] = d
		}
	})
	for before := math.MaxInt; err == nil; {
		var rows []DeployRow
		if rows, err = r.log.Deploys(ctx, DeployQuery{Before: before, Limit: page}); len(rows) == 0 {
			break
		}
		for _, row := range rows {
			a.Deploys++
			before = row.Number
			d, derr := DecodeDeploy(row.Data)
			if derr != nil {
				a.wrong("%s cannot be read: %v.", DeployID(row.Number), derr)
			} else if !d.equal(fold[row.Number]) {
				a.wrong("%s is not what its events come to.", DeployID(row.Number))
			}
			delete(fold, row.Number)
		}
	}
	for n := range fold {
		a.wrong("%s is missing.", DeployID(n))
	}
	return err
}

// records reads the stored events of an incident page by page.
func (r *Recorder) records(ctx context.Context, number int, f func(Record)) error {
	for from := 1; ; {
		recs, err := r.log.Events(ctx, number, from, page)
		if err != nil {
			return err
		}
		for _, rec := range recs {
			f(rec)
			from = rec.N + 1
		}
		if len(recs) < page {
			return nil
		}
	}
}
