package postmortem

import (
	"strconv"
	"strings"

	"backout/templates"
	"backout/timeline"
)

const (
	// pullsTold and checksTold are how many are named on a line.
	pullsTold  = 10
	checksTold = 8
	// titleLength is how much of a title is shown.
	titleLength = 80
)

// changeOf says how large a change was, with the comparison behind it, and names
// its pull requests.
func changeOf(f *timeline.ChangeFacts) Line {
	out := Line{linked(f.Link, sizeOf(f))}
	if len(f.Pulls) > 0 {
		out = append(append(out, Text(": ")), pullsOf(f.Pulls, true)...)
	}
	return out
}

// sizeOf says "3 pull requests, 41 files, +1 904 −611".
func sizeOf(f *timeline.ChangeFacts) string {
	var parts []string
	switch {
	case len(f.Pulls) > 0:
		parts = append(parts, count(len(f.Pulls), "pull request"))
	case f.TotalCommits > 0:
		parts = append(parts, count(f.TotalCommits, "commit"))
	}
	if n := len(f.Files); n > 0 {
		files := count(n, "file")
		added, removed := f.Size()
		lines := "+" + grouped(added) + " −" + grouped(removed)
		if f.MoreFiles {
			files, lines = "more than "+files, lines+" in those listed"
		}
		parts = append(parts, files, lines)
	}
	if len(parts) == 0 {
		return "no difference"
	}
	return strings.Join(parts, ", ")
}

// grouped writes 1904 as 1 904.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}

// pullsOf names pull requests, each with its link.
func pullsOf(pulls []timeline.ChangePull, titles bool) Line {
	var out Line
	for i, p := range pulls[:min(len(pulls), pullsTold)] {
		if i > 0 {
			out = append(out, Text(", "))
		}
		out = append(out, linked(p.Link, "#"+itoa(p.Number)))
		if title := cut(p.Title, titleLength); titles && title != "" {
			out = append(out, Text(" "+title))
		}
	}
	if more := len(pulls) - pullsTold; more > 0 {
		out = append(out, Text(" and "+itoa(more)+" more"))
	}
	return out
}

// aspects tells what else is known of a deploy's change, a point each, and what is
// not.
func (b *builder) aspects(d timeline.NotedDeploy) []Item {
	var out []Item
	add := func(l Line) { out = append(out, Item{Text: l}) }
	if f := d.Facts; f != nil {
		if f.Base == "" {
			add(say("No earlier version is known to compare it with: this is its last commit alone."))
		}
		for _, s := range f.Staging {
			add(b.stagingOf(s, d.Deploy))
		}
		if len(f.Checks) > 0 {
			add(checksOf(f, d.Deploy))
		}
	}
	if why := unreadOf(d); why != "" {
		add(say(capital(why) + "."))
	}
	return out
}

// stagingOf says how the commit fared in the environment before.
func (b *builder) stagingOf(s timeline.StagingDeploy, deployed timeline.Deploy) Line {
	env := oneLine(s.Environment)
	words := "A deploy to " + env + " stood at “" + oneLine(s.State) + "”"
	switch state, ok := timeline.DeployStateOf(s.State); {
	case !ok:
		if strings.EqualFold(s.State, "inactive") { // a later deploy took its place
			words = "It was deployed to " + env
		}
	case state == timeline.DeploySucceeded:
		words = "It was deployed to " + env
	case state == timeline.DeployFailed:
		words = "A deploy to " + env + " failed"
	case state == timeline.DeployCancelled:
		words = "A deploy to " + env + " was cancelled"
	}
	out := say(words)
	if !s.At.IsZero() {
		out = append(out, Text(" at "+b.when(s.At)))
		if d := deployed.At().Sub(s.At); !deployed.At().IsZero() && d > 0 {
			out = append(out, Text(", "+span(d)+" before "+oneLine(deployed.Environment)))
		}
	}
	if _, ok := templates.LinkTarget(s.Link); ok {
		link, called := deployLink(s.Link)
		out = append(out, Text(" ("), href(link, called), Text(")"))
	}
	return append(out, Text("."))
}

// checksOf counts the checks that passed and names those that did not.
func checksOf(f *timeline.ChangeFacts, d timeline.Deploy) Line {
	head := f.Head
	if head == "" {
		head = d.SHA
	}
	if isHash(head) {
		head = timeline.ShortSHA(head)
	}
	passed := 0
	var others []timeline.ChangeCheck
	for _, c := range f.Checks {
		if strings.EqualFold(c.Result, "success") {
			passed++
		} else {
			others = append(others, c)
		}
	}
	out := Line{Text("Checks on "), code(oneLine(head)), Text(": " + itoa(passed) + " of " + itoa(len(f.Checks)) + " passed")}
	for i, c := range others[:min(len(others), checksTold)] {
		sep := ", "
		if i == 0 {
			sep = "; the others: "
			if len(others) == 1 {
				sep = "; the other: "
			}
		}
		out = append(out, Text(sep), linked(c.Link, cut(c.Name, titleLength)), Text(" ("+strings.ReplaceAll(oneLine(c.Result), "_", " ")+")"))
	}
	if more := len(others) - checksTold; more > 0 {
		out = append(out, Text(" and "+itoa(more)+" more"))
	}
	return append(out, Text("."))
}

func isHash(s string) bool { return len(s) == 40 && strings.Trim(s, "0123456789abcdef") == "" }

// unreadOf says what of a deploy's change could not be read, or "".
func unreadOf(d timeline.NotedDeploy) string {
	switch {
	case d.Facts != nil && len(d.Facts.Missing) > 0:
		return "what is known of it is incomplete: " + missingOf(d.Facts)
	case d.Facts != nil:
		return ""
	case d.Trouble == "":
		return "what it changed is not known"
	}
	return "what it changed is not known: " + reason(d.Trouble)
}

func missingOf(f *timeline.ChangeFacts) string {
	missing := make([]string, len(f.Missing))
	for i, m := range f.Missing {
		missing[i] = reason(m)
	}
	return strings.Join(missing, "; ")
}

// reason fits a sentence about a failure into one of ours. What it says is done
// next was true when it was said.
func reason(s string) string {
	s = strings.TrimSuffix(oneLine(s), ".")
	s = strings.TrimSuffix(s, "; it is tried again")
	return strings.TrimSuffix(s, "; whether it was done is checked before it is repeated")
}
