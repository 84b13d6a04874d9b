package templates

import (
	"slices"
	"time"

	"backout/timeline"
)

// NudgePost is a reminder in the incident channel: what is missing, for how long,
// and the button that mends it. Any of them can be put off and stopped. The report
// is false when it does not apply any more.
func NudgePost(v View, about timeline.NudgeKind) (Message, bool) {
	set := v.In.Nudges[about]
	if set.Stopped || set.Until.After(v.Now) {
		return Message{}, false
	}
	var text Rich
	var act Buttons
	ok := false
	switch about {
	case timeline.NudgeUpdate:
		text, ok = v.updateMissing(set.Last)
		act = Buttons{{ID: "update_v1", Label: "Post an update…", Value: v.value(), Look: Go}}
	case timeline.NudgeNoLead:
		text, act, ok = v.leadMissing()
	case timeline.NudgeQuiet:
		text, ok = v.quiet(set.Last)
	case timeline.NudgeStale:
		text, ok = v.stale(set.Last)
		act = Buttons{v.resolveButton(Go)}
	case timeline.NudgePostmortem:
		text, ok = v.postmortemMissing()
		act = Buttons{v.postmortemButton()}
	case timeline.NudgeReview:
		text, act, ok = v.reviewMissing()
	}
	if !ok {
		return Message{}, false
	}
	part := v.value() + "/" + string(about)
	act = append(act,
		Button{ID: "nudge_snooze_v1", Label: "Remind me in 30\u00a0min", Value: part},
		Button{ID: "nudge_stop_v1", Label: "Stop reminding", Value: part})
	return Message{Summary: text.Plain(nil), Parts: []Part{Para(text), act}}, true
}

// updateMissing says which update is due: the one that was promised, else the one
// that the severity asks for.
func (v View) updateMissing(given time.Time) (Rich, bool) {
	if !v.In.Status.Open() {
		return nil, false
	}
	since := v.In.Moments().Declared.At
	for _, e := range v.In.Timeline() {
		if e.Kind == timeline.KindReopened {
			since = e.At
		}
	}
	u, ok := v.In.LastUpdate()
	if ok && u.At.After(since) {
		since = u.At
		switch {
		case u.At.After(given) && !given.IsZero(), u.Next.After(v.Now):
			return nil, false
		case !u.Next.IsZero():
			return R(B("The update promised for"), T(" "), At(u.Next), T(" "), B("is due."), T(" "+fineUpdate)), true
		}
	}
	gap := v.Now.Sub(since)
	if gap < v.UpdateEvery {
		return nil, false
	}
	text := R(B("No update for " + minutes(gap)))
	switch every := Duration(v.UpdateEvery); {
	case v.UpdateEvery <= 0:
	case v.In.Severity == "":
		text = append(text, T("; one is wanted every "+every))
	default:
		text = append(text, T("; "+sev(nil, v.In.Severity)+" asks for one every "+every))
	}
	return append(text, T(". "+fineUpdate)), true
}

const fineUpdate = "That nothing is known yet is a fine update."

// leadMissing says since when nobody leads. In triage it asks first whether there
// is anything to lead.
func (v View) leadMissing() (Rich, Buttons, bool) {
	if !v.In.Status.Open() || v.In.Lead() != "" {
		return nil, nil, false
	}
	if v.In.Status == timeline.Triage {
		return R(B("Nobody has said whether "+v.In.ID()+" is an incident"), T(" since an alert opened it, "), At(statusSince(v.In)), T(".")), v.triageButtons(), true
	}
	since := v.In.Moments().Declared.At
	for _, t := range v.In.Roles {
		if t.Role == timeline.LeadRole {
			since = t.From
		}
	}
	return R(B("Nobody has the lead of "+v.In.ID()), T(" since "), At(since), T(". Whoever takes it can hand it on later.")),
		Buttons{{ID: "take_lead_v1", Label: "Take the lead", Value: v.value(), Look: Go}}, true
}

// quiet reminds a channel in which nobody writes.
func (v View) quiet(given time.Time) (Rich, bool) {
	last := v.lastHeard(func(e *timeline.Entry) bool {
		return e.Kind == timeline.KindChannelOpened || e.Message != nil && byPerson(e)
	})
	if !v.In.Status.Open() || !given.IsZero() && last.After(given) {
		return nil, false
	}
	return R(B("Nobody has written for "+minutes(v.Now.Sub(last))+"."), T(" What is being tried in "+v.In.ID()+"? One line is enough.")), true
}

// byPerson reports whether a person wrote or did it, here or at an alerting system.
func byPerson(e *timeline.Entry) bool {
	switch b := e.Body.(type) {
	case timeline.AlertNoted:
		return b.Alert.Who != ""
	case timeline.Message:
		return isPersonID(e.Who) && e.Who != "USLACKBOT" && b.BotName == ""
	}
	return isPersonID(e.Who)
}

// stale asks after an incident about which nobody does anything. What machines say
// is nothing done.
func (v View) stale(given time.Time) (Rich, bool) {
	last := v.lastHeard(byPerson)
	if !v.In.Status.Open() || !given.IsZero() && last.After(given) {
		return nil, false
	}
	return R(B("Nobody has done anything about "+v.In.ID()+" for "+minutes(v.Now.Sub(last))+"."), T(" Is it over?")), true
}

// lastHeard is when the last of these entries came. What was written down later
// counts from then.
func (v View) lastHeard(counts func(*timeline.Entry) bool) time.Time {
	last := v.In.Moments().Declared.At
	for _, e := range v.In.Timeline() {
		at := e.Recorded
		if e.Message != nil {
			at = e.At
		}
		if counts(e) && at.After(last) {
			last = at
		}
	}
	return last
}

func (v View) postmortemMissing() (Rich, bool) {
	resolved := v.In.Moments().Resolved
	written := slices.ContainsFunc(v.In.Exports, func(e timeline.Exported) bool { return e.What != "" || e.Link != "" })
	if v.In.Status != timeline.Resolved || written || !resolved.Set() {
		return nil, false
	}
	return R(B(v.In.ID()+" was resolved "+minutes(v.Now.Sub(resolved.At))+" ago"), T(" and has no postmortem yet. The draft comes from the record; people add what only they know.")), true
}
