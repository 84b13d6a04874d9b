package templates

import "backout/timeline"

// OverrideFormID is the dialog that asks why blocking checks are set aside.
const OverrideFormID = "rollback_override_form_v1"

// maxWhy is how much the reason takes.
const maxWhy = 500

// OverrideForm asks why a rollback goes on although checks block it. Its State is
// set by the caller, as for every form.
func OverrideForm(v View, number int) Form {
	id := timeline.RollbackID(number)
	f := Form{
		ID: OverrideFormID, Title: "Override " + id, Submit: "Roll back",
		Inputs: []Input{{
			ID: "why", Label: "Why may it go on all the same?", Kind: Area, Max: maxWhy,
			Placeholder: "The migration only added a column, the old version ignores it.",
			Hint:        "It stands in the record with your name.",
		}},
	}
	rb, ok := v.In.Rollback(number)
	if !ok {
		f.Intro = R(T("There is no rollback " + id + " of " + v.In.ID() + "."))
		return f
	}
	f.Intro = R(B(serviceName(rb.Plan.Service) + " " + fromTo(rb.Plan)))
	for i, g := range rb.Preview.Blocked() {
		if i == shownGuards {
			break
		}
		f.Intro = Join(f.Intro, R(T("\n")), guardLine(g))
	}
	if rb.Plan.Approvals > 0 {
		f.Intro = append(f.Intro, T("\nAfter that "+plural(rb.Plan.Approvals, "other person", "other people")+" must approve."))
	}
	return f
}
