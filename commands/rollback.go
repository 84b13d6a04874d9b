package commands

import (
	"fmt"
	"strings"

	"backout/templates"
	"backout/timeline"
	"backout/timeline/rollback"
)

// rollback plans one; its post shows what would be undone and asks for a yes.
func (k *call) rollback() (Answer, error) {
	ask := rollback.Ask{To: decoded(k.opt("to"))}
	var err error
	switch {
	case len(k.args.words) > 1:
		return Answer{}, timeline.Refuse(timeline.Invalid, "One service is rolled back at a time.", "Type for example: /incident rollback web-app to:v2.3.9")
	case len(k.args.words) == 1:
		ask.Service, err = k.oneService(k.first())
	default:
		ask.Service, err = k.whatToRollBack()
	}
	if err != nil {
		return Answer{}, err
	}
	return k.record(rollback.Propose(k.req.Key, k.req.User, k.in.Number, ask))
}

// whatToRollBack chooses the service when nobody named one: that of the likeliest
// suspect, else the only affected one.
func (k *call) whatToRollBack() (string, error) {
	for _, d := range k.in.Suspects() {
		if d.Suspected() {
			return d.Deploy.Service, nil
		}
	}
	switch len(k.in.Services) {
	case 1:
		return k.in.Services[0], nil
	case 0:
		return "", timeline.Refuse(timeline.Invalid, "The service to roll back is missing.", "Type for example: /incident rollback web-app")
	}
	return "", timeline.Refuse(timeline.Invalid, fmt.Sprintf("%s names several services.", k.in.ID()),
		fmt.Sprintf("Name one: /incident rollback %s", encoded(k.in.Services[0])))
}

// workButton gives what a button about deploys and rollbacks does. The part of its
// value names a deploy (D4) or a rollback (R1).
func (k *call) workButton() (func(part string) (Answer, error), bool) {
	key := k.req.Key
	deploy := func(run func(n int) (Answer, error)) func(string) (Answer, error) { return k.numbered("D", run) }
	work := func(run func(n int) timeline.Change) func(string) (Answer, error) {
		return k.numbered("R", func(n int) (Answer, error) { return k.record(run(n)) })
	}
	run, ok := map[string]func(string) (Answer, error){
		"caused_v1":        deploy(func(n int) (Answer, error) { return k.judged(n, timeline.StandingCaused) }),
		"cleared_v1":       deploy(func(n int) (Answer, error) { return k.judged(n, timeline.StandingCleared) }),
		"began_v1":         deploy(k.beganWith),
		"rollback_open_v1": deploy(k.rollBackDeploy),
		"rollback_confirm_v1": work(func(n int) timeline.Change {
			return rollback.Confirm(key, k.actor(n), k.in.Number, n, k.newID(n), "")
		}),
		"rollback_approve_v1":    work(func(n int) timeline.Change { return rollback.Approve(key, k.actor(n), k.in.Number, n) }),
		"rollback_abandon_v1":    work(func(n int) timeline.Change { return rollback.Abandon(key, k.actor(n), k.in.Number, n) }),
		"rollback_check_v1":      k.numbered("R", k.checkAgain),
		"rollback_cancel_run_v1": work(func(n int) timeline.Change { return rollback.CancelRun(key, k.actor(n), k.in.Number, n) }),
		"rollback_rerun_v1":      work(func(n int) timeline.Change { return rollback.Rerun(key, k.actor(n), k.in.Number, n) }),
		"rollback_again_v1": work(func(n int) timeline.Change {
			return rollback.DispatchAgain(key, k.actor(n), k.in.Number, n, k.newID(n))
		}),
		"rollback_override_v1": k.numbered("R", k.overrideForm),
	}[k.req.Action]
	return run, ok
}

// numbered reads the number in a button's value.
func (k *call) numbered(letter string, run func(n int) (Answer, error)) func(string) (Answer, error) {
	return func(part string) (Answer, error) {
		n, ok := refNumber(part, letter)
		if !ok || !strings.HasPrefix(part, letter) {
			return Answer{}, oldButton(k.req.Action)
		}
		return run(n)
	}
}

// checkAgain has a plan looked at again. That is no event, so the answer is worded
// here.
func (k *call) checkAgain(n int) (Answer, error) {
	if _, err := k.deps.Record.Record(k.ctx, rollback.CheckAgain(k.req.Key, k.in.Number, n)); err != nil {
		return Answer{}, err
	}
	return k.say(templates.T(timeline.RollbackID(n) + " is looked at again; its post shows what was found."))
}

// actor is the person, and what the configuration lets them do about rollback n.
func (k *call) actor(n int) rollback.Actor {
	a := rollback.Actor{User: k.req.User}
	cat := k.deps.Ledger.Catalogue()
	if rb, ok := k.in.Rollback(n); ok {
		svc, _ := cat.Service(rb.Plan.Service)
		a.Allowed = k.deps.Belongs(k.req.User, svc.May()) || k.isAdmin()
	}
	a.MayOverride = k.deps.Belongs(k.req.User, cat.Overriders) || k.isAdmin()
	return a
}

// newID names a dispatch, so that people who read it at GitHub see what it is for.
func (k *call) newID(n int) string {
	return fmt.Sprintf("inc%d-r%d-%s", k.in.Number, n, k.deps.NewID())
}

// rollBackDeploy plans the rollback of the service that a deploy is of.
func (k *call) rollBackDeploy(deploy int) (Answer, error) {
	service, ok := k.serviceOfDeploy(deploy)
	if !ok {
		return Answer{}, oldButton(k.req.Action)
	}
	return k.record(rollback.Propose(k.req.Key, k.req.User, k.in.Number, rollback.Ask{Service: service}))
}

// serviceOfDeploy gives what a deploy that the incident knows is of. A plan may have
// been made for one that the incident does not note.
func (k *call) serviceOfDeploy(deploy int) (string, bool) {
	if noted, ok := k.in.Noted(deploy); ok {
		return noted.Deploy.Service, true
	}
	for _, rb := range k.in.Rollbacks {
		if rb.Plan.From.Number == deploy {
			return rb.Plan.Service, true
		}
	}
	return "", false
}

// beganWith says that the incident began when the deploy took effect.
func (k *call) beganWith(deploy int) (Answer, error) {
	noted, ok := k.in.Noted(deploy)
	if !ok {
		return Answer{}, oldButton(k.req.Action)
	}
	return k.record(timeline.SetMoment(k.req.Key, k.req.User, k.in.Number, timeline.Began, noted.Deploy.At()))
}

// overrideForm asks why a blocked rollback may go on.
func (k *call) overrideForm(n int) (Answer, error) {
	if rb, ok := k.in.Rollback(n); !ok || rb.State != timeline.RollbackProposed {
		return Answer{}, oldButton(k.req.Action)
	}
	f := templates.OverrideForm(k.view(), n)
	f.State = formState{Reply: k.req.ResponseURL, Channel: k.req.Channel, Number: k.in.Number, Part: timeline.RollbackID(n)}.encode()
	return Answer{Form: &f}, nil
}

func (k *call) submitOverride(st formState) (Answer, error) {
	n, ok := refNumber(st.Part, "R")
	if !ok {
		return Answer{}, timeline.Refuse(timeline.Invalid, "This dialog does not say which rollback it is about, and nothing was done.", "Press Override… on the rollback's post again.")
	}
	return k.record(rollback.Confirm(k.req.Key, k.actor(n), k.in.Number, n, k.newID(n), k.value("why")))
}
