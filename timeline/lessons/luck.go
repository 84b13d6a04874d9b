package lessons

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"backout/timeline"
	"backout/timeline/deploys"
)

const (
	// leadSoon is how soon after the declaration a lead was at hand.
	leadSoon = 5 * time.Minute
	// largeChange is from how many files on a change is more than people look through
	// while they want to take it back.
	largeChange = 30
	// nearLimit is the last part of the age that a rollback's target may have, in
	// which it was nearly too old: a tenth.
	nearLimit = 10
)

// luck is a rule about what helped without anybody having seen to it. Each states
// what was so, and not what could have been: that is for people.
type luck struct {
	name string
	// rests names the rule whose fact it builds on, or is empty; who dismisses the
	// one does not hear the other.
	rests string
	// speaks and silent say when it does, for people who read the table.
	speaks, silent string
	say            func(f *facts) []Part
}

// luckRules is the table, in the order in which it is told.
func luckRules() []luck {
	return []luck{
		{
			name: "noticed_without_alert", rests: "no_alert", say: noticedWithoutAlert,
			speaks: "no alert came, though one would have been heard of, and it was detected within the target all the same",
			silent: "there is no target, it goes on, or no alerting system is connected",
		},
		{
			name: "outsider_noticed", say: outsiderNoticed,
			speaks: "it was declared from a message of a guest or of another organisation, before any alert",
			silent: "somebody of the team wrote it, or an alert had come",
		},
		{
			name: "mitigated_before_alert", rests: "people_first", say: mitigatedBeforeAlert,
			speaks: "the first alert came when it was mitigated already",
			silent: "it came before, or when the first one fired is not known",
		},
		{
			name: "lead_at_hand", say: leadAtHand,
			speaks: "somebody took the lead within 5 minutes, and nobody had been called by a page or an alert",
			silent: "who declared it leads, or gave the lead to somebody",
		},
		{
			name: "still_live", say: stillLive,
			speaks: "the faulty deploy was still the live one when it was rolled back, and nobody had frozen deploys",
			silent: "another deploy had followed, or a freeze kept it from following",
		},
		{
			name: "nothing_irreversible", say: nothingIrreversible,
			speaks: "a rollback took back 30 files or more, all known, and none was in the irreversible paths",
			silent: "none are configured, a guard blocked, files were renamed or are not listed",
		},
		{
			name: "target_nearly_too_old", say: targetNearlyTooOld,
			speaks: "the version that was rolled back to was in the last tenth of the age that is allowed",
			silent: "no age is configured, or it was younger or older",
		},
		{
			name: "mitigated_despite_failure", rests: "rollback_failed", say: mitigatedDespiteFailure,
			speaks: "a rollback failed, and it was mitigated within the target all the same",
			silent: "it failed later, or there is no target",
		},
	}
}

func noticedWithoutAlert(f *facts) []Part {
	d, _, known := f.detection()
	if _, none := noAlert(f); !none || !known || d > f.targets.Detect {
		return nil
	}
	return relate("No alert told of it, and it was detected (", f.moments.Detected.N, ") "+span(d)+" after it began (", f.moments.Began.N,
		") all the same, within the target of "+span(f.targets.Detect)+".")
}

func outsiderNoticed(f *facts) []Part {
	sign := f.firstSign()
	if sign == nil || sign.Message == nil || !sign.Message.External || f.alertedBefore(sign.At) {
		return nil
	}
	return relate("It was declared from a message of a guest or of somebody from another organisation (", sign.N, "), and the record has no alert before that.")
}

// alertedBefore reports whether an alert, of this outage or another, may have called
// people before a time.
func (f *facts) alertedBefore(at time.Time) bool {
	return !f.heardAll || slices.ContainsFunc(f.in.Alerts, func(a timeline.AlertState) bool { return a.Split != 0 || a.Triggered.Before(at) })
}

func mitigatedBeforeAlert(f *facts) []Part {
	m := f.moments.Mitigated
	if !f.heardAll || len(f.heard) == 0 || !f.shown(m.N) { // no row shows what is assumed
		return nil
	}
	alert := f.heard[0].row
	ahead := alert.At.Sub(m.At)
	if ahead < time.Second {
		return nil
	}
	return relate("It was mitigated (", m.N, ") "+span(ahead)+" before the first alert came (", alert.N, ").")
}

func leadAtHand(f *facts) []Part {
	i := slices.IndexFunc(f.in.Roles, func(r timeline.RoleTerm) bool { return r.Role == timeline.LeadRole && r.User != "" })
	declared, ok := f.in.Entry(f.moments.Declared.N)
	if i < 0 || !ok {
		return nil
	}
	lead := f.in.Roles[i]
	took, ok := f.in.Entry(lead.N)
	if !ok || took.Who != lead.User || lead.User == f.in.DeclaredBy || f.calledBefore(took.At) {
		return nil
	}
	after := took.At.Sub(declared.At)
	if after < 0 || after > leadSoon {
		return nil
	}
	return relate("Somebody took the lead (", took.N, ") "+span(after)+" after the declaration (", declared.N, "), and the record has no page and no alert before that.")
}

// calledBefore reports whether a page or an alert may have called people before a
// time.
func (f *facts) calledBefore(at time.Time) bool {
	return f.alertedBefore(at) || slices.ContainsFunc(f.in.Pages, func(p timeline.Page) bool { return p.At.Before(at) })
}

// done gives the rollbacks that succeeded, each with the rows of its run's start and
// of its success.
func (f *facts) done() []doneRollback {
	var out []doneRollback
	for _, r := range f.in.Rollbacks {
		all := f.stages(r)
		start := slices.IndexFunc(all, stage.starts)
		end := slices.IndexFunc(all, func(s stage) bool { return s.State == timeline.RollbackSucceeded })
		if r.State == timeline.RollbackSucceeded && start >= 0 && end > start {
			out = append(out, doneRollback{r, all[start], all[end]})
		}
	}
	return out
}

type doneRollback struct {
	timeline.Rollback
	start, end stage
}

func (r doneRollback) id() string { return timeline.RollbackID(r.Number) }

func stillLive(f *facts) []Part {
	for _, d := range f.judged() {
		for _, r := range f.done() {
			if r.Plan.From.Number != d.Deploy.Number || f.frozenBefore(r.start.At) || f.followed(d.Deploy, r.start.At) {
				continue
			}
			return append(wording{}.deploy(d).text(" was still live in "+d.Deploy.Environment), relate(" when "+r.id()+" took it back (", r.start.N, "), so nothing newer was taken back.")...)
		}
	}
	return nil
}

// frozenBefore reports whether people had kept deploys from going out.
func (f *facts) frozenBefore(at time.Time) bool {
	return slices.ContainsFunc(f.rows, func(e *timeline.Entry) bool {
		b, ok := e.Body.(timeline.FreezeSet)
		return ok && b.Frozen && e.At.Before(at)
	})
}

// followed reports whether another deploy came after one and before a time.
func (f *facts) followed(d timeline.Deploy, at time.Time) bool {
	return slices.ContainsFunc(f.in.Deploys, func(n timeline.NotedDeploy) bool {
		o := n.Deploy
		return o.Number != d.Number && strings.EqualFold(o.Service, d.Service) && o.Environment == d.Environment && o.Rollback.IsZero() &&
			!o.At().Before(d.At()) && o.At().Before(at)
	})
}

func nothingIrreversible(f *facts) []Part {
	for _, r := range f.done() {
		paths := f.service(r.Plan.Service).Irreversible
		p := r.Preview
		if len(paths) == 0 || p == nil || p.Facts == nil || p.Trouble != "" || len(p.Blocked()) > 0 || len(r.Overridden) > 0 {
			continue
		}
		if n := len(p.Facts.Files); n >= largeChange && wholly(p.Facts) && !anyMatch(paths, p.Facts.Files) {
			told := wording{}.text("The ").link("change", p.Facts.Link).text(" that " + r.id() + " took back").row(r.end.N)
			return told.text(" touches " + strconv.Itoa(n) + " files, and none of them is in the irreversible paths of " + r.Plan.Service + ".")
		}
	}
	return nil
}

// wholly reports whether the paths of a change are all known. Of a renamed file the
// path that it had is not.
func wholly(c *timeline.ChangeFacts) bool {
	renamed := slices.ContainsFunc(c.Files, func(x timeline.ChangeFile) bool { return strings.EqualFold(x.Status, "renamed") })
	return c.Base != "" && !c.MoreFiles && !renamed && !unread(c, aboutCommits)
}

func anyMatch(patterns []string, files []timeline.ChangeFile) bool {
	return slices.ContainsFunc(files, func(x timeline.ChangeFile) bool { return deploys.Match(patterns, x.Path) })
}

func targetNearlyTooOld(f *facts) []Part {
	if f.opt.Catalogue == nil || f.opt.Catalogue.TargetAge <= 0 {
		return nil
	}
	limit := f.opt.Catalogue.TargetAge
	for _, r := range f.done() {
		live := r.Plan.To.At()
		left := limit - r.start.At.Sub(live)
		if live.IsZero() || left < 0 || left > limit/nearLimit {
			continue
		}
		return relate(r.id()+" went back to "+r.Plan.To.Label()+", which was "+span(limit-left)+" old when that was dispatched (", r.start.N, "); the limit is "+span(limit)+".")
	}
	return nil
}

func mitigatedDespiteFailure(f *facts) []Part {
	took, ok := f.toMitigate()
	if !ok || took > f.targets.Mitigate {
		return nil
	}
	for _, r := range f.in.Rollbacks {
		all := f.stages(r)
		i := slices.IndexFunc(all, func(s stage) bool { return failure(r, s) != "" })
		if i < 0 || !all[i].At.Before(f.moments.Mitigated.At) {
			continue
		}
		return relate(timeline.RollbackID(r.Number)+" "+failure(r, all[i])+" (", all[i].N, "), and the incident was mitigated (", f.moments.Mitigated.N, ") "+span(took)+" after it began (",
			f.moments.Began.N, ") all the same, within the target of "+span(f.targets.Mitigate)+".")
	}
	return nil
}

// toMitigate gives how long it took from its beginning, if there is a target for
// that and rows show both moments.
func (f *facts) toMitigate() (time.Duration, bool) {
	took, known := f.between(timeline.Began, timeline.Mitigated)
	return took, known && took >= 0 && f.targets.Mitigate > 0 && f.shown(f.moments.Began.N) && f.shown(f.moments.Mitigated.N)
}
