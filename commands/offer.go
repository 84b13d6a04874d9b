package commands

import (
	"strconv"
	"strings"

	"backout/templates"
	"backout/timeline"
)

// dialog is one of the forms.
type dialog int

const (
	declareForm dialog = iota
	updateForm
	resolveForm
	followUpForm
)

// offer opens a dialog. A mention brings nothing that a dialog could be opened
// with, so it gets a button that does.
func (k *call) offer(d dialog) (Answer, error) {
	if k.req.Via == Mention {
		m := templates.Offer(k.words(), k.offerButton(d))
		return Answer{Message: &m}, nil
	}
	form, err := k.form(d)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Form: &form}, nil
}

func (k *call) offerButton(d dialog) templates.Button {
	value := ""
	if k.in != nil {
		value = strconv.Itoa(k.in.Number)
	}
	switch d {
	case updateForm:
		return templates.Button{ID: "update_v1", Label: "Post an update…", Value: value}
	case resolveForm:
		return templates.Button{ID: "resolve_v1", Label: "Resolve…", Value: value}
	case followUpForm:
		return templates.Button{ID: "follow_up_v1", Label: "Add follow-up…", Value: value}
	}
	return templates.Button{ID: "declare_v1", Label: "Declare incident…"}
}

// form makes the dialog, with what was typed already filled in.
func (k *call) form(d dialog) (templates.Form, error) {
	st := formState{Reply: k.req.ResponseURL, Channel: k.req.Channel}
	if k.in != nil {
		st.Number = k.in.Number
	}
	var f templates.Form
	switch d {
	case updateForm:
		if k.in.Status.Final() { // better said now than after people wrote their text
			return f, final(k.in)
		}
		f = templates.UpdateForm(k.in, k.opt("next"))
	case resolveForm:
		if !k.in.Status.Open() {
			return f, notOpen(k.in)
		}
		f = templates.ResolveForm(k.in)
	case followUpForm:
		owner, due, err := k.ownerAndDue(k.opt("owner"), k.opt("due"))
		if err != nil {
			return f, err
		}
		f = templates.FollowUpForm(k.in, owner, due)
	default:
		return k.declareForm(st, "")
	}
	f.State = st.encode()
	return f, nil
}

// declareForm makes the dialog for a declaration.
func (k *call) declareForm(st formState, title string) (templates.Form, error) {
	sev, err := k.severityOpt()
	if err != nil {
		return templates.Form{}, err
	}
	services, err := k.servicesOf(k.serviceNames())
	if err != nil {
		return templates.Form{}, err
	}
	f := templates.DeclareForm(k.set.Severities, k.set.Services, templates.DeclareDraft{
		Title: title, Severity: sev, Services: services, Private: k.opt("private") == "yes" || k.opt("private") == "true",
	})
	f.State = st.encode()
	return f, nil
}

func notOpen(in *timeline.Incident) error {
	if in.Status.Final() {
		return final(in)
	}
	return timeline.Refuse(timeline.Conflict, in.ID()+" is resolved already.", "/incident reopen <why> opens it again.")
}

func final(in *timeline.Incident) error {
	return timeline.Refuse(timeline.Conflict, in.ID()+" was "+string(in.Status)+", which is final.", "/incident new declares another one.")
}

// titleFrom proposes a title: the first line of a message, in words.
func (k *call) titleFrom(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(templates.FromSlack(text).Plain(k.deps.People)), "\n")
	line = strings.Join(strings.Fields(line), " ")
	if r := []rune(line); len(r) > maxProposal {
		line = strings.TrimSpace(string(r[:maxProposal])) + "…"
	}
	return line
}

// maxProposal keeps proposed titles short; people shorten them further.
const maxProposal = 100
