package timeline

import (
	"fmt"
	"slices"
	"time"
)

// Reported is what one delivery from outside says.
type Reported struct {
	Deploys []DeployReport
	Runs    []RunReport
	Tickets []TicketReport
	Papers  []PaperReport
}

// RunReport is a workflow run that somebody saw. Title is what it is called.
type RunReport struct {
	Repo, Title string
	Run         WorkflowRun
}

// TakeReports records what a delivery says about deploys and issues, and wakes the
// rollback whose run it names. It changes nothing when it says nothing new.
func TakeReports(key string, r Reported) Change {
	return Change{Key: key, Decide: func(tx *Tx) error {
		for _, run := range r.Runs {
			if err := wakeRollback(tx, run); err != nil {
				return err
			}
		}
		for _, p := range r.Papers {
			if err := tx.filePaper(p); err != nil {
				return err
			}
		}
		for _, t := range r.Tickets {
			if err := tx.moveTicket(t); err != nil {
				return err
			}
		}
		for _, d := range r.Deploys {
			if _, err := tx.Report(d, RollbackRef{}); err != nil {
				return err
			}
		}
		return nil
	}}
}

// wakeRollback has a rollback's run looked at now instead of later. What the
// webhook says is not taken at its word: deliveries come in any order.
func wakeRollback(tx *Tx, r RunReport) error {
	ref, err := tx.rollbackOf(RunRef{Repo: r.Repo, ID: r.Run.ID}, r.Title)
	if err != nil || ref.IsZero() {
		return err
	}
	for _, e := range tx.state.effects {
		if e.Incident == ref.Incident && e.N == ref.Number && (e.Kind == OweFollow || e.Kind == OweDispatch) && e.Due.After(tx.now) {
			e.Due = tx.now
			tx.Put(e)
		}
	}
	return nil
}

// tellDeploy tells the open incidents that a deploy concerns, and those that have
// it in their record.
func (tx *Tx) tellDeploy(d Deploy) error {
	for _, in := range tx.openIncidents() {
		noted, known := in.Noted(d.Number)
		switch {
		case known && !noted.Deploy.equal(d.Within(in.Number)):
			tx.changeDeploy(in, noted, d)
		case !known && d.Rollback.IsZero() && tx.catalogue.concerns(in.Services, d):
			tx.noteDeploy(in, d)
		}
	}
	return nil
}

func (tx *Tx) openIncidents() []*Incident {
	var out []*Incident
	for _, in := range tx.state.open {
		if in.Status.Open() {
			out = append(out, in)
		}
	}
	slices.SortFunc(out, func(a, b *Incident) int { return a.Number - b.Number })
	return out
}

// noteDeploy puts a deploy that goes on while people work into their timeline,
// and has suspects looked for again: it may also be an older one of which we
// hear late.
func (tx *Tx) noteDeploy(in *Incident, d Deploy) {
	tx.oweSuspects(in)
	declared := in.moments.Declared.At
	during := !d.State.Final() || d.Started.After(declared) || d.Finished.After(declared)
	if !during || in.Status == Triage && d.Started.Before(declared) {
		return
	}
	if tx.alreadyNoted(in.Number, d.Number) {
		return
	}
	tx.Add(in.Number, reporter(d), d.At(), Source{Link: d.URL}, DeployNoted{Deploy: d.Within(in.Number), During: true})
	tx.oweDeployPost(in, d.Number)
	refresh(tx, in)
}

// alreadyNoted reports whether this very change notes the deploy.
func (tx *Tx) alreadyNoted(incident, deploy int) bool {
	return slices.ContainsFunc(tx.events, func(e Event) bool {
		b, ok := e.Body.(DeployNoted)
		return ok && e.Incident == incident && b.Deploy.Number == deploy
	})
}

func (tx *Tx) changeDeploy(in *Incident, noted NotedDeploy, d Deploy) {
	tx.Add(in.Number, reporter(d), time.Time{}, Source{Link: d.URL}, DeployChanged{Deploy: d.Within(in.Number)})
	if noted.During {
		tx.oweDeployPost(in, d.Number)
	}
	tx.oweSuspects(in)
	refresh(tx, in)
}

// reporter is who a deploy's row is attributed to: the source that told first.
func reporter(d Deploy) string {
	if len(d.Sources) == 0 {
		return Backout
	}
	return d.Sources[0].Name
}

// oweSuspects has suspects looked for, unless no deploy was ever reported.
func (tx *Tx) oweSuspects(in *Incident) {
	if tx.state.ledger.highest+tx.book.added == 0 {
		return
	}
	tx.Owe(Effect{Kind: OweSuspects, Incident: in.Number})
}

func (tx *Tx) oweDeployPost(in *Incident, deploy int) {
	if in.Channel.ID != "" {
		tx.Owe(Effect{Kind: OweDeployPost, Incident: in.Number, N: deploy})
	}
}

// RankSuspects records a ranking that was owed. What people said of a deploy
// stays; what the ranking alone suspected and does not any more is dropped.
func RankSuspects(e Effect, ranked []Ranked) Change {
	return owedStill(e, func(tx *Tx, now Effect, in *Incident) error {
		tx.SettleState(e, now)
		changed := false
		list := make([]RankedDeploy, len(ranked))
		for i, r := range ranked {
			list[i] = RankedDeploy{Deploy: r.Deploy.Number, Reasons: r.Reasons}
			noted, known := in.Noted(r.Deploy.Number)
			changed = changed || !known || noted.Rank != i+1 || !slices.EqualFunc(noted.Reasons, r.Reasons, Reason.equal)
			if !known {
				tx.Add(in.Number, reporter(r.Deploy), r.Deploy.At(), Source{Link: r.Deploy.URL}, DeployNoted{Deploy: r.Deploy.Within(in.Number)})
			}
			if noted.Standing == "" {
				tx.suspect(in, r)
			}
			if noted.Facts == nil && noted.Trouble == "" {
				tx.oweFacts(in, r.Deploy.Number)
			}
		}
		for _, d := range in.Deploys {
			if d.Rank > 0 && !slices.ContainsFunc(ranked, func(r Ranked) bool { return r.Deploy.Number == d.Deploy.Number }) {
				changed = true
				if d.Standing == StandingSuspect && d.By == Backout {
					tx.mark(in, d.Deploy.Number, "")
				}
			}
		}
		if changed {
			tx.Add(in.Number, Backout, time.Time{}, Source{}, SuspectsRanked{Ranked: list})
			refresh(tx, in)
		}
		return nil
	})
}

// oweFacts has the change of a deploy asked for, unless it is being asked for.
func (tx *Tx) oweFacts(in *Incident, deploy int) {
	if _, owed := tx.Owed(EffectKey(in.Number, OweFacts, deploy)); !owed {
		tx.Owe(Effect{Kind: OweFacts, Incident: in.Number, N: deploy})
	}
}

func (tx *Tx) suspect(in *Incident, r Ranked) {
	tx.Add(in.Number, Backout, time.Time{}, Source{Link: r.Deploy.URL}, SuspectSet{Deploy: r.Deploy.Number, Standing: StandingSuspect, Reasons: r.Reasons})
	tx.mark(in, r.Deploy.Number, StandingSuspect)
}

// mark notes in the record of deploys what the incident thinks of one.
func (tx *Tx) mark(in *Incident, deploy int, s Standing) {
	if d, ok, err := tx.Deploy(deploy); err == nil && ok && d.Standing[in.Number] != s {
		tx.enter(d, Backout, time.Time{}, Source{}, DeployMarked{Number: deploy, Incident: in.Number, Standing: s})
	}
}

// FoundChange records what the change of a deploy was, and has the suspects
// ranked again: words and paths are reasons.
func FoundChange(e Effect, facts *ChangeFacts) Change {
	return owedStill(e, func(tx *Tx, _ Effect, in *Incident) error {
		tx.Settle(e.Key, e.Gen)
		tx.Add(in.Number, Backout, time.Time{}, Source{Link: facts.Link}, ChangeFound{Deploy: e.N, Facts: facts})
		noteDone(tx, in, e)
		tx.oweSuspects(in)
		refresh(tx, in)
		return nil
	})
}

// ChangeNotFound records why the change of a deploy is not known, once for each
// reason. With a due time it is asked for again then.
func ChangeNotFound(e Effect, trouble string, due time.Time) Change {
	return owedStill(e, func(tx *Tx, now Effect, in *Incident) error {
		if due.IsZero() {
			tx.Settle(e.Key, e.Gen)
		} else {
			now.Attempts, now.Due = e.Attempts+1, due.UTC()
			tx.Put(now)
		}
		if noted, ok := in.Noted(e.N); ok && noted.Trouble != trouble {
			tx.Add(in.Number, Backout, time.Time{}, Source{}, ChangeFound{Deploy: e.N, Trouble: trouble})
			refresh(tx, in)
		}
		return nil
	})
}

// Judge records what a person says of a deploy in an incident.
func Judge(key, who string, number, deploy int, s Standing) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		d, ok, err := tx.Deploy(deploy)
		if err != nil {
			return err
		}
		if !ok {
			return Refuse(NotFound, fmt.Sprintf("There is no deploy %s.", DeployID(deploy)), "/incident deploys shows them with their numbers.")
		}
		noted, known := in.Noted(deploy)
		if known && noted.Standing == s && noted.By != Backout {
			return Refuse(Conflict, fmt.Sprintf("%s is marked as %s already.", d.ID(), s), "/incident deploys shows what is said of each.")
		}
		if !known {
			tx.Add(number, reporter(d), d.At(), Source{Link: d.URL}, DeployNoted{Deploy: d.Within(number)})
			tx.oweFacts(in, deploy)
		}
		n := tx.Add(number, who, time.Time{}, Source{Link: d.URL}, SuspectSet{Deploy: deploy, Standing: s})
		tx.mark(in, deploy, s)
		tell(tx, in, n, false)
		return nil
	})
}
