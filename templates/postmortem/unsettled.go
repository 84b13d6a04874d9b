package postmortem

import (
	"slices"
	"strings"

	"backout/timeline"
)

// unread tells what could not be read of the deploys that are blamed or suspected,
// and of what was undone.
func (b *builder) unread() []Item {
	var (
		out  []Item
		dark []timeline.NotedDeploy
	)
	for _, d := range b.blamed() {
		switch {
		case d.Facts == nil:
			dark = append(dark, d)
		case len(d.Facts.Missing) > 0:
			out = append(out, Item{Text: Line{Text("What is known of the deploy of " + b.place(d.Deploy) + " ("), Ref(d.N), Text(") is incomplete: " + missingOf(d.Facts) + ".")}})
		}
	}
	if len(dark) > 0 {
		out = append(out, Item{Text: b.dark(dark)})
	}
	for _, r := range b.in.Rollbacks {
		if r.State == timeline.RollbackSucceeded && factsOf(r) == nil {
			out = append(out, Item{Text: Line{Text("Which changes rollback " + timeline.RollbackID(r.Number) + " undid is not known ("), Ref(r.N), Text(")" + previewTrouble(r) + ".")}})
		}
	}
	return out
}

// dark names the deploys of whose change nothing is known, and why.
func (b *builder) dark(ds []timeline.NotedDeploy) Line {
	out := say("What the deploy of ")
	if len(ds) > 1 {
		out = say("What the deploys of ")
	}
	var why []string
	for i, d := range ds {
		switch {
		case i == 0:
		case i == len(ds)-1:
			out = append(out, Text(" and "))
		default:
			out = append(out, Text(", "))
		}
		out = append(out, Text(b.place(d.Deploy)+" ("), Ref(d.N), Text(")"))
		if r := reason(d.Trouble); r != "" && !slices.Contains(why, r) {
			why = append(why, r)
		}
	}
	end := " changed is not known"
	if len(why) > 0 {
		end += ": " + strings.Join(why, "; ")
	}
	return append(out, Text(end+"."))
}

// unsettled tells of which rollbacks it is not known whether they ran, or how they
// ended.
func (b *builder) unsettled() []Item {
	var out []Item
	for _, r := range b.in.Rollbacks {
		ps := b.phases(r)
		for i, p := range ps {
			if words := unsettledWords(ps[i:], r); words != "" {
				out = append(out, Item{Text: Line{Text(words + " ("), Ref(p.N), Text(").")}})
			}
		}
	}
	return out
}

// unsettledWords says what is not known after the first of the steps, or "" when a
// later one settles it.
func unsettledWords(ps []phase, r timeline.Rollback) string {
	name := "rollback " + timeline.RollbackID(r.Number) + " to " + label(r.Plan.To)
	switch ps[0].State {
	case timeline.RollbackUnclear:
		if found(ps[1:]) {
			return ""
		}
		if again(ps[1:]) {
			return "It is not known whether the earlier dispatch of " + name + " started a run too"
		}
		return "It is not known whether " + name + " ran"
	case timeline.RollbackOverdue:
		// Given up by a person: nobody saw its end.
		if len(ps) == 1 || timeline.IsPerson(ps[1].Who) {
			return "It is not known how " + name + " ended"
		}
	}
	return ""
}

// found reports whether the run of the dispatch before turned up: a run without a
// dispatch of its own.
func found(ps []phase) bool {
	for _, p := range ps {
		switch p.State {
		case timeline.RollbackQueued:
			return true
		case timeline.RollbackDispatching, timeline.RollbackCancelled:
			return false
		}
	}
	return false
}

// again reports whether it was dispatched once more.
func again(ps []phase) bool {
	for _, p := range ps {
		if p.State == timeline.RollbackDispatching {
			return true
		}
	}
	return false
}
