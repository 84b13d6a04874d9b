package templates

import (
	"strings"

	"backout/timeline"
)

// echo is how much of people's words an answer repeats: enough to see that the
// right ones arrived.
const echo = 200

// Changed says what events changed and where. The same events always give the
// same answer. A declaration speaks for all that went along with it.
func Changed(w Words, events []timeline.Event) Message {
	events = speaking(events)
	var m Message
	var summary []string
	for _, e := range events {
		text := w.changedIn(e, events)
		if len(text) == 0 {
			continue
		}
		m.Parts = append(m.Parts, Para(text))
		summary = append(summary, text.Plain(w.Names))
	}
	if len(m.Parts) == 0 {
		return Say(w, R(T("Nothing changed; it stands in the record already.")))
	}
	m.Summary = strings.Join(summary, " ")
	if b := beganButton(events); len(b) > 0 {
		m.Parts = append(m.Parts, b)
	}
	return m
}

// changed says one event; those that only go along with another say nothing.
func (w Words) changed(e timeline.Event) Rich {
	id := timeline.ID(e.Incident)
	switch b := e.Body.(type) {
	case timeline.Declared:
		return w.declared(id, b)
	case timeline.TitleSet:
		return Join(R(T("The title of "+id+" is now: ")), FromSlack(b.Title), R(T(". The channel keeps its name.")))
	case timeline.SeveritySet:
		return R(T("Severity of " + id + " is now " + w.severity(b.Severity) + "."))
	case timeline.ServicesSet:
		return R(T("Affected services of " + id + " are now: " + strings.Join(b.Services, ", ") + "."))
	case timeline.ImpactSet:
		return Join(R(T("Impact of "+id+" is now: ")), slackCut(b.Text, echo))
	case timeline.CauseSet:
		if strings.EqualFold(strings.TrimSpace(b.Text), "unknown") {
			return R(T("The cause of " + id + " is not known yet, and the record says so."))
		}
		return Join(R(T("Cause of "+id+" is now: ")), slackCut(b.Text, echo))
	case timeline.RoleSet:
		return w.roleSet(id, b)
	case timeline.Update:
		return w.updated(id, e, b)
	case timeline.StatusSet:
		return w.statusSet(id, b)
	case timeline.Reopened:
		return R(T(id+" is open again and stands at investigating. "), w.cmd("status identified"), T(" moves it on."))
	case timeline.Cancelled:
		return R(T(id + " is cancelled, which is final. The record stays."))
	case timeline.MomentSet:
		return R(T(w.moment(id, e, b)))
	case timeline.PrivacySet:
		return R(T(id + " is private from now on. A private channel opens and the members of this one are invited; what was said in public stays public."))
	case timeline.Linked:
		return R(T("Kept with "+id+": "), Href(b.URL, strings.TrimSpace(FromSlack(b.Name).Plain(w.Names))))
	}
	return w.changedRow(id, e)
}

// changedRow says events about rows of the record and about later work.
func (w Words) changedRow(id string, e timeline.Event) Rich {
	switch b := e.Body.(type) {
	case timeline.Note:
		return Join(R(T(timeline.Ref(e.N)+" is in the timeline of "+id+" at "+Stamp(e.At, e.Recorded, w.Zone())+": ")), slackCut(b.Text, echo))
	case timeline.Reworded:
		return Join(R(T(timeline.Ref(b.N)+" of "+id+" now reads: ")), slackCut(b.Text, echo))
	case timeline.Moved:
		return R(T(timeline.Ref(b.N) + " of " + id + " now stands at " + Stamp(b.To, e.Recorded, w.Zone()) + "."))
	case timeline.Hidden:
		ref := strings.TrimPrefix(timeline.Ref(b.N), "T")
		if b.Hidden {
			return R(T(timeline.Ref(b.N)+" is out of the story of "+id+"; the record keeps it. "), w.cmd("timeline show "+ref), T(" puts it back."))
		}
		return R(T(timeline.Ref(b.N) + " is back in the story of " + id + "."))
	case timeline.Starred:
		return R(T(timeline.Ref(b.N)+" of "+id+" is starred and stands in the story. "), w.cmd("timeline"), T(" shows it."))
	case timeline.LessonAdded:
		return R(T("The lesson is kept with " + id + " as " + timeline.Ref(e.N) + " and stands first in the postmortem."))
	case timeline.FollowUpAdded:
		return w.followUpAdded(id, b)
	case timeline.FollowUpSet:
		return w.followUpSet(id, b)
	case timeline.LessonJudged:
		return w.lessonJudged(id, b)
	case timeline.ReviewSet:
		return w.reviewSet(id, b)
	case timeline.PublicSet:
		if b.Public {
			return R(T(timeline.Ref(b.N)+" of "+id+" may be told to the public. "), w.cmd("postmortem public"), T(" renders that version."))
		}
		return R(T(timeline.Ref(b.N) + " of " + id + " is internal again."))
	case timeline.Erased:
		return R(T("Your words in " + timeline.Ref(b.N) + " are out of the record of " + id + ". Copies that were exported before, and what Slack shows, stay as they are."))
	case timeline.StepDone:
		return R(T("“" + b.Step + "” of " + id + " is tried again. The card shows how it ends."))
	}
	return w.changedWork(id, e)
}

func (w Words) declared(id string, b timeline.Declared) Rich {
	how := " is declared: "
	switch {
	case b.Triage:
		how = " is open for triage: "
	case b.Drill:
		how = " is declared as a drill: "
	}
	text := Join(R(T(id+how)), FromSlack(b.Title), R(T(". ")))
	if b.Severity != "" {
		text = append(text, T("Severity "+w.severity(b.Severity)+". "))
	}
	if len(b.Services) > 0 {
		text = append(text, T("Services: "+strings.Join(b.Services, ", ")+". "))
	}
	switch {
	case b.Adopted != "":
		return append(text, Ch(b.Adopted), T(" is its channel from now on, with its history."))
	case b.Triage:
		return append(text, T("Its channel opens now. People say there whether it is an incident."))
	case b.Drill:
		return append(text, T("Its channel opens now, and you are invited. It is announced nowhere and measured nowhere."))
	case b.Private:
		return append(text, T("Its private channel opens now, and you are invited."))
	}
	return append(text, T("Its channel opens now, and you are invited."))
}

func (w Words) roleSet(id string, b timeline.RoleSet) Rich {
	what := T(" has the role " + b.Role + " in " + id + ".")
	if b.Role == timeline.LeadRole {
		what = T(" leads " + id + " from now on.")
		if b.User == w.You {
			return R(T("You lead " + id + " from now on."))
		}
	}
	if b.User == w.You {
		return R(T("You have the role " + b.Role + " in " + id + "."))
	}
	return R(U(b.User), what)
}

func (w Words) updated(id string, e timeline.Event, b timeline.Update) Rich {
	text := Join(R(T("The update on "+id+" is recorded as "+timeline.Ref(e.N)+" and goes out: ")), slackCut(b.Text, echo))
	if !b.Next.IsZero() {
		text = append(text, T("\nThe next one is promised for "+Stamp(b.Next, e.Recorded, w.Zone())+"."))
	}
	return text
}

func (w Words) statusSet(id string, b timeline.StatusSet) Rich {
	switch b.Status {
	case timeline.Monitoring:
		return R(T(id+" is mitigated and stands at monitoring. "), w.cmd("resolve"), T(" ends it."))
	case timeline.Resolved:
		return R(T(id+" is resolved. "), w.cmd("postmortem"), T(" puts the draft into the channel."))
	}
	return R(T(id + " is now " + string(b.Status) + "."))
}

func (w Words) moment(id string, e timeline.Event, b timeline.MomentSet) string {
	verb := map[timeline.MomentName]string{
		timeline.Began: " began at ", timeline.Detected: " was noticed at ",
		timeline.Mitigated: " was mitigated at ", timeline.ResolvedM: " was resolved at ",
	}[b.Moment]
	return id + verb + Stamp(b.To, e.Recorded, w.Zone()) + "."
}

func (w Words) followUpAdded(id string, b timeline.FollowUpAdded) Rich {
	ref := followUpRef(b.Number)
	text := R(T(ref + " is kept with " + id + ", in the words of " + timeline.Ref(b.From) + "."))
	if b.Text != "" {
		text = Join(R(T(ref+" is kept with "+id+": ")), slackCut(b.Text, echo))
	}
	text = append(text, T("\nOwner: "), person(b.Owner), T("; due: "+day(b.Due)+"."))
	if b.Owner == "" || b.Due == "" {
		text = append(text, T(" "), w.cmd("followup "+ref+" owner:@ana due:friday"), T(" sets them."))
	}
	return text
}

func (w Words) followUpSet(id string, b timeline.FollowUpSet) Rich {
	text := R(T(followUpRef(b.Number) + " of " + id))
	switch {
	case b.State == timeline.FollowUpDone:
		return append(text, T(" is done."))
	case b.State != "":
		return append(text, T(" is "+string(b.State)+"."))
	}
	var parts []Span
	if b.Owner != nil {
		parts = append(parts, T(" belongs to "), person(*b.Owner))
	}
	if b.Due != nil {
		if b.Owner != nil {
			parts = append(parts, T(" and"))
		}
		parts = append(parts, T(" is due "+day(*b.Due)))
	}
	return append(append(text, parts...), T("."))
}
