package commands

import (
	"errors"
	"strings"

	"backout/templates"
	"backout/timeline"
)

// submission carries out a dialog. What a rule refuses keeps the dialog open, so
// that nobody loses what was written. Where it was opened gives no right to see
// a private incident: that is asked anew.
func (k *call) submission() (Answer, error) {
	st, err := readState(k.req.State)
	if err != nil {
		return Answer{}, err
	}
	var first string
	var run func(formState) (Answer, error)
	switch k.req.Form {
	case templates.DeclareFormID:
		first, run = "title", k.submitDeclare
	case templates.UpdateFormID:
		first, run = "text", k.submitUpdate
	case templates.ResolveFormID:
		first, run = "text", k.submitResolve
	case templates.FollowUpFormID:
		first, run = "text", k.submitFollowUp
	case templates.MergeFormID:
		first, run = "into", k.submitMerge
	case templates.LessonFormID:
		first, run = "text", k.submitLesson
	case templates.OverrideFormID:
		first, run = "why", k.submitOverride
	default:
		return Answer{}, timeline.Refuse(timeline.Invalid, "This dialog is not known to this version of Backout, and nothing was recorded.", "Type the command instead; `/incident help` lists them.")
	}
	if k.req.Form != templates.DeclareFormID {
		if err := k.open(st.Number); err != nil {
			return Answer{}, err
		}
	}
	a, err := Answer{}, k.maySubmit(st)
	if err == nil {
		a, err = run(st)
	}
	if err == nil {
		if k.req.Channel == "" { // opened on the Home tab, which shows something else now
			home := k.homeTab()
			a.Home = &home
		}
		return a, nil
	}
	if at, ok := errors.AsType[*inputError](err); ok {
		first, err = at.input, at.err
	}
	wanted := a.Wanted
	a = k.refused(err)
	sentence := a.Message.Summary
	if a.ErrID != "" {
		sentence += " (" + a.ErrID + ")"
	}
	return Answer{Refused: true, Errors: map[string]string{first: sentence}, Err: a.Err, ErrID: a.ErrID, Wanted: wanted}, nil
}

// inputError says which input an error is about.
type inputError struct {
	input string
	err   error
}

func (e *inputError) Error() string { return e.input + ": " + e.err.Error() }
func (e *inputError) Unwrap() error { return e.err }

func at(input string, err error) error { return &inputError{input: input, err: err} }

// value gives an input's text. Dialogs give words as typed, without Slack's
// encoding, which the record wants.
func (k *call) value(input string) string { return encoded(strings.TrimSpace(k.req.Values[input])) }

func (k *call) submitDeclare(st formState) (Answer, error) {
	d := timeline.Declaration{Title: k.value("title"), Private: k.req.Values["private"] == "yes", From: st.From.said()}
	var err error
	if v := k.value("severity"); v != "" {
		if d.Severity, err = k.severityOf(v); err != nil {
			return Answer{}, at("severity", err)
		}
	}
	var names []string
	for _, s := range k.req.Lists["services"] {
		names = append(names, encoded(s))
	}
	if d.Services, err = k.servicesOf(names); err != nil {
		return Answer{}, at("services", err)
	}
	return k.declared(d)
}

func (k *call) submitUpdate(formState) (Answer, error) {
	next, err := k.next(k.value("next"))
	if err != nil {
		return Answer{}, at("next", err)
	}
	return k.record(timeline.GiveUpdate(k.req.Key, k.req.User, k.in.Number, k.value("text"), next))
}

// submitResolve resolves first: when that is refused, nothing else was done. The
// cause is asked for only where none was known, so it is always news.
func (k *call) submitResolve(formState) (Answer, error) {
	key, who, n := k.req.Key, k.req.User, k.in.Number
	changes := []timeline.Change{timeline.Resolve(key, who, n, k.value("text"))}
	inputs := []string{"text"}
	if cause := k.value("cause"); cause != "" {
		changes = append(changes, timeline.SetCause(k.key("cause"), who, n, cause))
		inputs = append(inputs, "cause")
	}
	if text := k.value("follow_up"); text != "" {
		changes = append(changes, timeline.AddFollowUp(k.key("follow_up"), who, n, timeline.FollowUpAdded{Text: text}))
		inputs = append(inputs, "follow_up")
	}
	var all timeline.Outcome
	for i, c := range changes {
		out, err := k.deps.Record.Record(k.ctx, c)
		if err != nil {
			return Answer{}, at(inputs[i], err)
		}
		all.Events = append(all.Events, out.Events...)
	}
	return k.changed(all), nil
}

func (k *call) submitFollowUp(formState) (Answer, error) {
	f := timeline.FollowUpAdded{Text: k.value("text")}
	var err error
	if owner := k.req.Values["owner"]; owner != "" {
		if f.Owner, err = k.person("<@" + owner + ">"); err != nil {
			return Answer{}, at("owner", err)
		}
	}
	if due := k.req.Values["due"]; due != "" {
		if f.Due, err = dueDay(due, k.now, k.zone()); err != nil {
			return Answer{}, at("due", err)
		}
	}
	return k.record(timeline.AddFollowUp(k.req.Key, k.req.User, k.in.Number, f))
}
