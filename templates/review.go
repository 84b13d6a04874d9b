package templates

import "backout/timeline"

// reviewSet says how far the postmortem is, and what comes next.
func (w Words) reviewSet(id string, b timeline.ReviewSet) Rich {
	text := R(T("The postmortem of " + id + " is "))
	switch b.State {
	case timeline.ReviewOpen:
		return append(text, B("in review"), T(". "), w.cmd("postmortem done"), T(" closes it."))
	case timeline.ReviewDone:
		return append(text, B("done"), T("; nobody is reminded any more."))
	}
	return append(text, B("a draft"), T(" again. "), w.cmd("postmortem review"), T(" puts it before others."))
}

// review tells the channel how far the postmortem is.
func (t teller) review(b timeline.ReviewSet) Message {
	switch b.State {
	case timeline.ReviewOpen:
		return t.says(" put the postmortem of " + t.In.ID() + " into review.")
	case timeline.ReviewDone:
		return t.says(" closed the review: the postmortem of " + t.In.ID() + " is done.")
	}
	return t.says(" took the postmortem of " + t.In.ID() + " back to a draft.")
}

// reviewField is how far the postmortem is, on the card.
func (v View) reviewField() Fields {
	if v.In.Review == "" {
		return nil
	}
	return Fields{{Label: "Postmortem", Value: R(T(string(v.In.Review)+" since "), At(v.In.ReviewSince))}}
}

// reviewMissing reminds of a postmortem that nobody finished.
func (v View) reviewMissing() (Rich, Buttons, bool) {
	in := v.In
	if in.Status != timeline.Resolved || in.Review == timeline.ReviewDone || !in.Moments().Resolved.Set() {
		return nil, nil, false
	}
	text := R(B("The postmortem of "+in.ID()+" is still "+map[timeline.ReviewState]string{timeline.ReviewDraft: "a draft", timeline.ReviewOpen: "in review"}[in.Review]),
		T(", "+minutes(v.Now.Sub(in.Moments().Resolved.At))+" after it was resolved. What keeps it open?"))
	b := Buttons{{ID: "review_done_v1", Label: "It is done", Value: v.value(), Look: Go}}
	if in.Review == timeline.ReviewDraft {
		b = append(Buttons{{ID: "review_open_v1", Label: "Put it into review", Value: v.value(), Look: Go}}, Button{ID: "review_done_v1", Label: "It is done", Value: v.value()})
	}
	return text, b, true
}

// exported tells the channel where the pull request of the postmortem stands.
func (t teller) exported(b timeline.Exported) (Message, bool) {
	if b.What != timeline.ExportProposal || !isWebLink(b.Link) {
		return Message{}, false
	}
	text := R(T("The postmortem of "+t.In.ID()+" stands as a "), WebLink(b.Link, "pull request"), T(". It is renewed when the record changes; what people write there stays."))
	return Message{Summary: text.Plain(t.names), Parts: []Part{Para(text)}}, true
}
