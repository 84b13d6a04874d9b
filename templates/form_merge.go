package templates

import (
	"strconv"

	"backout/timeline"
)

// MergeFormID is the dialog that asks which incident is the same outage.
const MergeFormID = "merge_form_v1"

// MergeForm asks what the incident is merged into. Without another open incident
// it says so and has nothing to choose.
func MergeForm(v View, open []timeline.Summary) Form {
	f := Form{ID: MergeFormID, Title: "Merge " + v.In.ID(), Submit: "Merge"}
	choice := Input{ID: "into", Label: "Which incident is the same outage?", Kind: Choice}
	for _, s := range newestFirst(open) {
		if s.Number == v.In.Number || len(choice.Options) == maxOptions {
			continue
		}
		label := s.ID()
		if s.Severity != "" {
			label += " · SEV " + outside(s.Severity, nameLength)
		}
		if s.Drill {
			label += " · drill"
		}
		choice.Options = append(choice.Options, Option{Value: strconv.Itoa(s.Number), Label: cutLabel(label + " · " + plainTitle(s.Title, nil))})
	}
	if len(choice.Options) == 0 {
		f.Intro = R(T("No other incident is open, so there is nothing to merge " + v.In.ID() + " into."))
		return f
	}
	f.Intro = R(T(v.In.ID() + " ends, which is final, and its alerts go to the other one. Both records stay."))
	f.Inputs = []Input{choice}
	return f
}
