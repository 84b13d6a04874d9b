package rollback

import (
	"fmt"
	"strings"
	"text/template"
	"time"

	"backout/timeline"
	"backout/timeline/deploys"
)

// Ask is what somebody wants rolled back. To is what they typed for the target,
// or empty.
type Ask struct {
	Service, To string
}

// Propose records a plan and has it looked at. Nothing happens outside before
// somebody confirms it. A proposal of the same incident that nobody has confirmed
// is replaced.
func Propose(key, who string, incident int, ask Ask) timeline.Change {
	return timeline.Change{Key: key, Decide: func(tx *timeline.Tx) error {
		in, err := tx.Incident(incident)
		if err != nil {
			return err
		}
		if err := open(in); err != nil {
			return err
		}
		svc, err := rollable(tx.Catalogue(), ask.Service)
		if err != nil {
			return err
		}
		if err := makeRoom(tx, in, svc); err != nil {
			return err
		}
		plan, err := planFor(tx, in, svc, ask.To)
		if err != nil {
			return err
		}
		number := len(in.Rollbacks) + 1
		tx.Add(in.Number, who, time.Time{}, timeline.Source{}, timeline.RollbackStep{Number: number, State: timeline.RollbackProposed, Plan: &plan})
		tx.Owe(timeline.Effect{Kind: timeline.OwePreview, Incident: in.Number, N: number})
		lapse(tx, in, number)
		show(tx, in, number)
		return nil
	}}
}

// rollable gives the service, if the configuration says how to roll it back and
// who may.
func rollable(cat timeline.Catalogue, name string) (timeline.Service, error) {
	svc, ok := cat.Service(name)
	switch {
	case !ok:
		return svc, timeline.Refuse(timeline.NotFound, fmt.Sprintf("The service %s is not configured.", timeline.Worded(name)), "The platform team adds it to Backout's configuration; /incident deploys shows what was deployed.")
	case svc.Rollback.Workflow == "":
		return svc, timeline.Refuse(timeline.Conflict, fmt.Sprintf("The configuration does not say how %s is rolled back.", timeline.Worded(svc.Name)),
			"Roll it back by hand and type /incident timeline with what you did; the platform team adds rollback.workflow to the service.")
	case len(svc.May()) == 0:
		return svc, timeline.Refuse(timeline.Forbidden, fmt.Sprintf("Nobody may roll %s back: it has no owners.", svc.Name),
			"The platform team adds owners or rollback.allowed to the service; until then roll it back by hand.")
	}
	return svc, nil
}

// makeRoom sees to it that no other rollback of the service is under way. A
// proposal of this incident that nobody confirmed makes room by itself.
func makeRoom(tx *timeline.Tx, in *timeline.Incident, svc timeline.Service) error {
	ref, busy := tx.Unfinished(svc.Name, svc.Environment)
	if !busy {
		return nil
	}
	if ref.Incident == in.Number {
		rb, _ := in.Rollback(ref.Number)
		if rb.State == timeline.RollbackProposed {
			step(tx, in, rb, timeline.Backout, timeline.RollbackStep{Number: rb.Number, State: timeline.RollbackCancelled, Reason: "another plan took its place"})
			settle(tx, in, rb)
			return nil
		}
		return timeline.Refuse(timeline.Conflict, fmt.Sprintf("%s of %s is under way already: %s.", timeline.RollbackID(rb.Number), svc.Name, words(rb.State)),
			"Its post in the channel says what can be done; /incident status shows where it stands.")
	}
	other, err := tx.Incident(ref.Incident)
	if err != nil {
		return err
	}
	where := "a private incident"
	if !other.Private {
		where = other.ID() + inChannel(other.Channel.ID)
	}
	return timeline.Refuse(timeline.Conflict, fmt.Sprintf("%s is being rolled back in %s already.", svc.Name, where), "One rollback of a service runs at a time; go on there.")
}

func inChannel(id string) string {
	if id == "" {
		return ""
	}
	return " (<#" + id + ">)"
}

// words says a state as part of a sentence.
func words(s timeline.RollbackState) string {
	switch s {
	case timeline.RollbackAwaiting:
		return "it waits for approval"
	case timeline.RollbackUnclear:
		return "it is not known whether it was started"
	case timeline.RollbackOverdue:
		return "it is overdue"
	}
	return "it is " + string(s)
}

// planFor chooses from where to where.
func planFor(tx *timeline.Tx, in *timeline.Incident, svc timeline.Service, typed string) (timeline.RollbackPlan, error) {
	p := timeline.RollbackPlan{
		Service: svc.Name, Environment: svc.Environment, Repo: svc.Repo,
		Workflow: svc.Rollback.Workflow, Ref: svc.Rollback.Ref, Approvals: svc.Rollback.Approvals, Chosen: typed != "",
	}
	history, err := tx.DeploysOf(svc.Name, svc.Environment)
	if err != nil {
		return p, err
	}
	lists := fmt.Sprintf("/incident deploys %s lists what was deployed.", svc.Name)
	var ok bool
	if p.From, ok = deploys.Current(history); !ok {
		return p, timeline.Refuse(timeline.Conflict, fmt.Sprintf("No successful deploy of %s to %s is recorded, so there is nothing to roll back.", svc.Name, svc.Environment),
			"Roll it back by hand and type /incident timeline with what you did. "+lists)
	}
	if typed != "" {
		if p.To, ok = deploys.Find(history, typed); !ok {
			return p, timeline.Refuse(timeline.NotFound, fmt.Sprintf("“%s” is no recorded version of %s in %s.", timeline.Worded(typed), svc.Name, svc.Environment), lists)
		}
	} else if p.To, ok = deploys.Target(history, in, tx.Now()); !ok {
		return p, timeline.Refuse(timeline.Conflict, fmt.Sprintf("No version of %s that was good is recorded before %s.", svc.Name, timeline.Worded(p.From.Label())),
			fmt.Sprintf("Name one: /incident rollback %s to:v1.2.3. %s", svc.Name, lists))
	}
	if p.To.Number == p.From.Number || p.To.Same(p.From) {
		return p, timeline.Refuse(timeline.Conflict, fmt.Sprintf("%s is what is live now.", timeline.Worded(p.To.Label())), "Name another version. "+lists)
	}
	p.From, p.To = p.From.Within(in.Number), p.To.Within(in.Number)
	p.Inputs, err = Inputs(svc.Rollback.Inputs, p, in.ID())
	return p, err
}

// Inputs renders the inputs of the workflow, which are templates over .To, .From,
// .Service, .Environment and .Incident.
func Inputs(texts map[string]string, p timeline.RollbackPlan, incident string) (map[string]string, error) {
	out := map[string]string{}
	data := struct {
		To, From                       timeline.Deploy
		Service, Environment, Incident string
	}{p.To, p.From, p.Service, p.Environment, incident}
	for name, text := range texts {
		t, err := template.New(name).Option("missingkey=error").Parse(text)
		var b strings.Builder
		if err == nil {
			err = t.Execute(&b, data)
		}
		if err != nil {
			return nil, &timeline.Refusal{Kind: timeline.Invalid, Sentence: fmt.Sprintf("The input %s of the rollback cannot be filled in.", name),
				Instead: "The platform team mends rollback.inputs in Backout's configuration.", Cause: err}
		}
		out[name] = b.String()
	}
	return out, nil
}

// Previewed records what was found out about a plan, and what the guards say.
// With a due time it is looked at again then, because something could not be
// read.
func Previewed(e timeline.Effect, f Found, due time.Time) timeline.Change {
	return owed(e, func(tx *timeline.Tx, now timeline.Effect, in *timeline.Incident, rb timeline.Rollback) error {
		if rb.State != timeline.RollbackProposed {
			tx.Settle(e.Key, now.Gen)
			return nil
		}
		if due.IsZero() {
			tx.SettleState(e, now)
		} else {
			now.Attempts, now.Due = e.Attempts+1, due.UTC()
			tx.Put(now)
		}
		s, err := look(tx, in, rb)
		if err != nil {
			return err
		}
		s.found = f
		p := timeline.RollbackPreview{At: tx.Now(), Facts: f.Facts, Guards: s.guards(), Trouble: f.Trouble}
		tx.Add(in.Number, timeline.Backout, time.Time{}, timeline.Source{}, timeline.RollbackNoted{Number: rb.Number, Preview: &p})
		show(tx, in, rb.Number)
		return nil
	})
}

// look gathers what guards look at, without what GitHub says.
func look(tx *timeline.Tx, in *timeline.Incident, rb timeline.Rollback) (situation, error) {
	history, err := tx.DeploysOf(rb.Plan.Service, rb.Plan.Environment)
	svc, _ := tx.Catalogue().Service(rb.Plan.Service)
	return situation{plan: rb.Plan, service: svc, cat: tx.Catalogue(), history: history, in: in, now: tx.Now()}, err
}
