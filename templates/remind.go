package templates

import (
	"cmp"
	"slices"
	"strconv"

	"backout/timeline"
)

// shownDue is how many follow-ups one reminder ticks off.
const shownDue = 5

// FollowUpReminder tells the owner in a direct message which follow-ups are due,
// those overdue first. What belongs to others is left out.
func FollowUpReminder(w Words, owner string, list []DigestFollowUp) Message {
	mine := slices.DeleteFunc(slices.Clone(list), func(f DigestFollowUp) bool { return f.Owner != owner })
	slices.SortStableFunc(mine, func(a, b DigestFollowUp) int {
		if a.Overdue != b.Overdue {
			if a.Overdue {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(first(a.Due, "9999"), first(b.Due, "9999")), cmp.Compare(a.Incident, b.Incident), cmp.Compare(a.Number, b.Number))
	})
	overdue := 0
	for _, f := range mine {
		if f.Overdue {
			overdue++
		}
	}
	head := plural(len(mine), "follow-up of yours is due", "follow-ups of yours are due")
	switch {
	case len(mine) == 0:
		return Say(w, R(T("None of your follow-ups is due.")))
	case overdue == len(mine):
		head = plural(overdue, "follow-up of yours is overdue", "follow-ups of yours are overdue")
	case overdue > 0:
		head += ", " + strconv.Itoa(overdue) + " of them overdue"
	}
	m := Message{Summary: head + ".", Parts: []Part{Para(R(B(head + ".")))}}
	for _, f := range mine[:min(len(mine), shownDue)] {
		line := append(f.words(w.Names), T("\n"+plainTitle(f.Title, w.Names)))
		m.Parts = append(m.Parts, Para(line), Buttons{{
			ID: "follow_up_done_v1", Label: "Tick off " + followUpRef(f.Number) + " of " + timeline.ID(f.Incident),
			Value: strconv.Itoa(f.Incident) + "/" + followUpRef(f.Number),
		}})
	}
	foot := R(w.cmd("followup F2 due:friday"), T(" in the incident's channel moves a date."))
	if more := len(mine) - shownDue; more > 0 {
		foot = Join(R(T(many(more, "more", "more")+"; the Home tab shows them. ")), foot)
	}
	m.Parts = append(m.Parts, Footer(foot))
	return m
}
