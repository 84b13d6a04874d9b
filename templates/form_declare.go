package templates

import (
	"strings"

	"backout/timeline"
)

// The ids of the dialogs. A dialog that was opened before an upgrade comes back
// after it, so an id never changes its meaning.
const (
	DeclareFormID  = "new_form_v1"
	UpdateFormID   = "update_form_v1"
	ResolveFormID  = "resolve_form_v1"
	FollowUpFormID = "follow_up_form_v1"
)

// maxOptions and maxLabel are what one list of choices holds.
const (
	maxOptions = 100
	maxLabel   = 75
	// maxArea is how much a text field takes.
	maxArea = 3000
)

// DeclareDraft is what stands in the dialog at first.
type DeclareDraft struct {
	Title    string
	Severity string
	Services []string
	Private  bool
}

// DeclareForm asks for little: a title is all that is needed.
func DeclareForm(severities []Severity, services []string, d DeclareDraft) Form {
	f := Form{ID: DeclareFormID, Title: "Declare incident", Submit: "Declare", Inputs: []Input{{
		ID: "title", Label: "What do people notice?", Placeholder: "Users are logged out", Value: d.Title, Max: timeline.MaxTitle,
	}}}
	if len(severities) > 0 {
		in := Input{ID: "severity", Label: "Severity", Kind: Choice, Optional: true, Value: d.Severity, Hint: "It can be changed at any time."}
		for _, s := range severities {
			in.Options = append(in.Options, Option{Value: s.Name, Label: cutLabel(Words{Severities: severities}.severity(s.Name))})
		}
		f.Inputs = append(f.Inputs, in)
	}
	if len(services) > 0 {
		in := Input{ID: "services", Label: "Affected services", Kind: Choices, Optional: true, Value: strings.Join(d.Services, ",")}
		for _, s := range services[:min(maxOptions, len(services))] {
			in.Options = append(in.Options, Option{Value: s, Label: cutLabel(s)})
		}
		f.Inputs = append(f.Inputs, in)
	}
	private := "no"
	if d.Private {
		private = "yes"
	}
	f.Inputs = append(f.Inputs, Input{
		ID: "private", Label: "Who may see it?", Kind: Choice, Value: private,
		Options: []Option{{Value: "no", Label: "Everybody in the workspace"}, {Value: "yes", Label: "Only members of its private channel"}},
	})
	return f
}

func cutLabel(s string) string { return cutWords(s, maxLabel-1) }
