package templates

import "backout/timeline"

// UpdateForm asks for a stakeholder update; next is the choice made already, or
// empty.
func UpdateForm(in *timeline.Incident, next string) Form {
	options := []Option{
		{Value: "none", Label: "No promise"},
		{Value: "15m", Label: "In 15 min"},
		{Value: "30m", Label: "In 30 min"},
		{Value: "1h", Label: "In 1 h"},
		{Value: "2h", Label: "In 2 h"},
		{Value: "4h", Label: "In 4 h"},
		{Value: "1d", Label: "In 1 d"},
	}
	choice := "30m"
	if next != "" {
		choice = next
		if !offered(options, next) {
			options = append(options, Option{Value: next, Label: cutLabel("In " + next)})
		}
	}
	return Form{
		ID: UpdateFormID, Title: "Update on " + in.ID(), Submit: "Send update",
		Intro: R(T("It goes to the announcement, the card and the page. Say what people notice, what is being done, and what comes next.")),
		Inputs: []Input{
			{ID: "text", Label: "What should others know now?", Kind: Area, Max: maxArea, Placeholder: "Rolled back to v2.3.9; the error rate is falling."},
			{ID: "next", Label: "Next update", Kind: Choice, Value: choice, Options: options, Optional: true},
		},
	}
}

func offered(options []Option, value string) bool {
	for _, o := range options {
		if o.Value == value {
			return true
		}
	}
	return false
}

// ResolveForm asks for what is easily forgotten a day later. Nothing in it is
// forced, and the cause is asked for only while none is known.
func ResolveForm(in *timeline.Incident) Form {
	f := Form{
		ID: ResolveFormID, Title: "Resolve " + in.ID(), Submit: "Resolve",
		Inputs: []Input{{ID: "text", Label: "What ended it?", Kind: Area, Optional: true, Max: maxArea, Placeholder: "Patched in v2.4.1"}},
	}
	if in.Cause == "" {
		f.Inputs = append(f.Inputs, Input{
			ID: "cause", Label: "What is known of the cause?", Kind: Area, Optional: true, Max: maxArea,
			Hint: "unknown is a fine answer; it can be filled in later.",
		})
	}
	f.Inputs = append(f.Inputs, Input{
		ID: "follow_up", Label: "What is to be done later?", Optional: true, Max: maxArea,
		Placeholder: "Test that session keys are unique", Hint: "It becomes a follow-up.",
	})
	return f
}

// FollowUpForm asks for later work, with what was typed already filled in.
func FollowUpForm(in *timeline.Incident, owner, due string) Form {
	return Form{
		ID: FollowUpFormID, Title: "Follow-up of " + in.ID(), Submit: "Add follow-up",
		Inputs: []Input{
			{ID: "text", Label: "What is to be done?", Kind: Area, Max: maxArea, Placeholder: "Test that session keys are unique"},
			{ID: "owner", Label: "Owner", Kind: OnePerson, Value: owner, Optional: true},
			{ID: "due", Label: "Due", Kind: Day, Value: due, Optional: true},
		},
	}
}
