package templates

import "backout/timeline"

// statusBefore is where the incident stood before the entry.
func (t teller) statusBefore() timeline.Status {
	status := timeline.Investigating
	t.earlier(func(e *timeline.Entry) {
		switch b := e.Body.(type) {
		case timeline.Declared:
			if b.Triage {
				status = timeline.Triage
			}
		case timeline.StatusSet:
			status = b.Status
		case timeline.Reopened:
			status = timeline.Investigating
		case timeline.Cancelled:
			status = timeline.CancelledSt
		}
	})
	return status
}

// accepted tells that what an alert opened is an incident.
func (t teller) accepted() Message {
	m := t.quotes(" said that " + t.In.ID() + " is an incident. It is being investigated")
	if t.In.Status.Open() && t.In.Lead() == "" {
		m.Parts = append(m.Parts, Footer(R(T("Nobody has the lead yet. "), t.cmd("lead"), T(" takes it."))))
	}
	return m
}

// DeclinedWhy is why an incident is cancelled that a person declined in triage.
const DeclinedWhy = "Declined: no incident"

func (t teller) cancelled() Message {
	if t.statusBefore() == timeline.Triage {
		why := t.e.Text
		if why == DeclinedWhy {
			why = ""
		}
		return t.quoting(" said that "+t.In.ID()+" is no incident. It is cancelled, which is final", why)
	}
	return t.quotes(" cancelled " + t.In.ID() + ", which is final")
}

// mergedNews tells both incidents of a merge.
func (t teller) mergedNews(b timeline.MergedInto) Message {
	id := t.In.ID()
	if b.Into == 0 {
		return t.says(" merged " + t.otherIncident(b.From) + " into " + id + ": it is the same outage. Its alerts come here from now on.")
	}
	m := t.says(" merged "+id+" into "+t.otherIncident(b.Into)+": it is the same outage", append(t.goesOn(b.Into), T("."))...)
	m.Parts = append(m.Parts, Footer(R(T("Alerts go there from now on. What is written here is still part of the record of "+id+"."))))
	return m
}
