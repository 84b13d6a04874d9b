package postmortem_test

import (
	"bytes"
	"strings"
	"testing"

	"backout/templates/postmortem"
	"backout/timeline"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func render(t testing.TB) string {
	in, opt := login(t)
	return string(postmortem.Render(postmortem.Build(in, opt)))
}

// earlier is the same document before the last things happened.
func earlier(t testing.TB) string {
	in, opt := login(t)
	d := postmortem.Build(in, opt)
	for i := range d.Sections {
		if d.Sections[i].Part == "actions" {
			d.Sections[i].Owned = []postmortem.Block{postmortem.Paragraph{Text: postmortem.Line{postmortem.Note("nothing yet")}}}
		}
	}
	return string(postmortem.Render(d))
}

func replace(t testing.TB, s, old, new string) string {
	t.Helper()
	if !strings.Contains(s, old) {
		t.Fatalf("there is no %q", old)
	}
	return strings.Replace(s, old, new, 1)
}

func merge(old, fresh string) (string, []string) {
	out, notices := postmortem.Merge([]byte(old), []byte(fresh))
	var texts []string
	for _, n := range notices {
		texts = append(texts, n.Part)
	}
	return string(out), texts
}

func begin(s, part string) string {
	i := strings.Index(s, "<!-- backout:begin "+part)
	return s[i : i+strings.IndexByte(s[i:], '\n')+1]
}

func end(part string) string { return "<!-- backout:end " + part + " -->\n" }

// owned is a part with both markers.
func owned(s, part string) string {
	i, j := strings.Index(s, begin(s, part)), strings.Index(s, end(part))
	return s[i : j+len(end(part))]
}

func TestMerge(t *testing.T) {
	old, fresh := earlier(t), render(t)
	todo := "> TODO What would have told us sooner?\n"
	people := "An alert on **logouts**.\n\n```\n## not a heading\n```\n"
	edited := replace(t, old, "14:06:31 UTC. That was", "14:06:31 UTC (Mei was *first*). That was")
	tests := map[string]struct {
		old, want string
		notes     []string
	}{
		"nothing was there":  {" \n", fresh, nil},
		"nothing was edited": {old, fresh, nil},
		"people wrote":       {replace(t, old, todo, people), replace(t, fresh, todo, people), nil},
		"people moved a part": {
			replace(t, old, owned(old, "measures"), "") + owned(old, "measures"),
			replace(t, fresh, owned(fresh, "measures"), "") + owned(fresh, "measures"), nil,
		},
		"people took a part out":           {replace(t, old, owned(old, "people"), ""), replace(t, fresh, owned(fresh, "people"), ""), []string{"people"}},
		"people put empty markers":         {replace(t, old, owned(old, "people"), "<!-- backout:begin people -->\n"+end("people")), fresh, nil},
		"blanks at line ends":              {strings.ReplaceAll(old, " |\n", " |  \n"), fresh, nil},
		"a part without its end":           {replace(t, old, end("people"), ""), replace(t, fresh, owned(fresh, "people"), strings.TrimSuffix(owned(old, "people"), end("people"))), []string{"people"}},
		"a part without its beginning":     {replace(t, old, begin(old, "people"), ""), replace(t, fresh, begin(fresh, "people"), ""), []string{"people"}},
		"a damaged marker":                 {replace(t, old, end("people"), "<!-- backout:end people --\n"), "", []string{"people", ""}},
		"a part twice":                     {old + owned(old, "people"), fresh + owned(old, "people"), []string{"people"}},
		"nested":                           {replace(t, old, end("people"), "<!-- backout:begin measures -->\nmine\n"+end("measures")+end("people")), "", nil},
		"a marker in the middle of a line": {replace(t, old, todo, "see "+end("people")), replace(t, fresh, todo, "see "+end("people")), nil},
		"an unknown part":                  {old + "<!-- backout:begin tides -->\nhigh\n" + end("tides"), fresh + "<!-- backout:begin tides -->\nhigh\n" + end("tides"), []string{"tides"}},
		"without a line end":               {strings.TrimSuffix(old, "\n"), strings.TrimSuffix(fresh, "\n"), nil},
		"by hand, without markers":         {"# Mine", "# Mine\n\n" + fresh, []string{""}},
		"edited":                           {edited, "", []string{"detection"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, notes := merge(tt.old, fresh)
			if tt.want != "" {
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			}
			if name != "nested" && !cmp.Equal(tt.notes, notes) {
				t.Errorf("notices are about %q, want %q", notes, tt.notes)
			}
			if again, _ := merge(got, fresh); again != got {
				t.Errorf("merging again changes it:\n%s", cmp.Diff(got, again))
			}
			crlf, _ := merge(strings.ReplaceAll(tt.old, "\n", "\r\n"), fresh)
			if strings.Contains(tt.old, "backout") && crlf != strings.ReplaceAll(got, "\n", "\r\n") {
				t.Errorf("line ends of Windows make a difference:\n%s", cmp.Diff(got, strings.ReplaceAll(crlf, "\r\n", "\n")))
			}
		})
	}
}

// What people wrote into an owned part stands below it afterwards.
func TestMergeKeepsEditedParts(t *testing.T) {
	old, fresh := earlier(t), render(t)
	mine := "Noticed by my *colleague*, who wrote:\n\n| a | b |\n|---|---|\n"
	old = replace(t, old, owned(old, "detection"), begin(old, "detection")+mine+end("detection"))
	got, _ := merge(old, fresh)
	i, j := strings.Index(got, owned(fresh, "detection")), strings.Index(got, mine)
	if i < 0 || j < i {
		t.Fatalf("the part stands at %d and the edited version at %d", i, j)
	}
	if between := got[i+len(owned(fresh, "detection")) : j]; !strings.Contains(between, "### Kept: “detection” as it was edited by hand") {
		t.Errorf("the edited version is not headed: %q", between)
	}
}

// A part that a later version of Backout writes comes with its heading, in its
// place; one that people took out does not come back.
func TestMergeAddsNewParts(t *testing.T) {
	fresh := render(t)
	section := "## Detection\n\n" + owned(fresh, "detection")
	old := replace(t, fresh, section+"\n> TODO What would have told us sooner?\n\n", "")
	old = replace(t, old, ",detection,", ",")
	got, notes := merge(old, fresh)
	if !cmp.Equal(notes, []string{"detection"}) {
		t.Errorf("notices are about %q", notes)
	}
	if !strings.Contains(got, end("timeline")+"\n"+section+"\n## Trigger") {
		t.Errorf("the section is not in its place:\n%s", cmp.Diff(old, got))
	}
	again, _ := merge(got, fresh)
	if again != got {
		t.Errorf("merging again changes it:\n%s", cmp.Diff(got, again))
	}
}

func TestMergeLeavesOtherIncidentsAlone(t *testing.T) {
	old := strings.ReplaceAll(render(t), "INC-7", "INC-3")
	got, notes := postmortem.Merge([]byte(old), []byte(render(t)))
	if string(got) != old || len(notes) != 1 {
		t.Errorf("another incident's document was changed, with %v", notes)
	}
}

// Whatever stands in a copy, no line that people wrote outside owned parts is
// lost, and merging twice is merging once.
func TestMergeLosesNothing(t *testing.T) {
	fresh := render(t)
	chunks := strings.SplitAfter(earlier(t), "\n")
	rapid.Check(t, func(t *rapid.T) {
		var old strings.Builder
		var mine []string
		for _, c := range chunks {
			switch rapid.IntRange(0, 60).Draw(t, "do") {
			case 0: // taken out
			case 1:
				old.WriteString(c + c)
			case 2, 3:
				line := rapid.StringMatching(`[a-z<>!#| -]{3,12}`).Draw(t, "line") + "\n"
				old.WriteString(c + line)
				if strings.TrimSpace(line) != "" { // blanks alone are no words
					mine = append(mine, line)
				}
			default:
				old.WriteString(c)
			}
		}
		got, _ := merge(old.String(), fresh)
		for _, line := range mine {
			if !strings.Contains(got, line) {
				t.Errorf("%q is lost", line)
			}
		}
		if again, _ := merge(got, fresh); again != got {
			t.Errorf("merging again changes it:\n%s", cmp.Diff(got, again))
		}
	})
}

func FuzzMerge(f *testing.F) {
	fresh := render(f)
	f.Add([]byte(fresh))
	f.Add([]byte("# Mine\n<!-- backout:begin people -->\r\n<!-- backout:end people -->"))
	f.Add([]byte("<!-- backout:begin a -->\n<!-- backout:begin b -->\n<!-- backout:end a -->\n<!-- backout:document INC-7 parts=a -->"))
	f.Fuzz(func(t *testing.T, old []byte) {
		got, _ := postmortem.Merge(old, []byte(fresh))
		again, _ := postmortem.Merge(got, []byte(fresh))
		if !bytes.Equal(got, again) {
			t.Errorf("merging again changes it:\n%s", cmp.Diff(string(got), string(again)))
		}
	})
}

// Whatever people put into an owned part, at whichever byte, is found again byte for
// byte, also when the record goes on and the document is merged once more.
func TestMergeKeepsWhatPeoplePutIn(t *testing.T) {
	first, second, third := earlier(t), render(t), laterOn(t)
	var spots []int // every byte inside an owned part
	for part := range strings.SplitSeq(strings.TrimSuffix(strings.Fields(first)[3], "\n")[len("parts="):], ",") {
		from := strings.Index(first, begin(first, part)) + len(begin(first, part))
		for at := from; at <= strings.Index(first, end(part)); at++ {
			spots = append(spots, at)
		}
	}
	piece := rapid.OneOf(rapid.StringMatching(`[a-zé€ ]{1,8}`), rapid.SampledFrom(append(hostile(), "<!-- mine -->", "\n\n", "| a | b |\n|---|---|\n", "## Mine\n", "- [ ] x\n")))
	rapid.Check(t, func(t *rapid.T) {
		words := strings.Join(rapid.SliceOfN(piece, 1, 4).Draw(t, "words"), "") + rapid.StringMatching(`[a-z]{3}`).Draw(t, "end")
		at := rapid.SampledFrom(spots).Draw(t, "at")
		copied := first[:at] + words + first[at:]
		for _, fresh := range []string{first, second, third, second} {
			got, notes := merge(copied, fresh)
			if !strings.Contains(got, words) {
				t.Fatalf("%q is lost", words)
			}
			if copied == first[:at]+words+first[at:] && len(notes) == 0 {
				t.Errorf("nobody is told that %q was written into a part", words)
			}
			if again, _ := merge(got, fresh); again != got {
				t.Fatalf("merging again changes it:\n%s", cmp.Diff(got, again))
			}
			copied = got
		}
	})
}

// laterOn is the document after more has happened.
func laterOn(t testing.TB) string {
	p := loginTape(t)
	p.add("15:33:00", "U0TOM", timeline.Note{Text: "One more account was found"})
	p.add("15:34:00", "U0TOM", timeline.FollowUpAdded{Number: 3, Text: "Write to its owner"})
	p.add("15:35:00", "U0ANA", timeline.ReviewSet{State: timeline.ReviewDone})
	return string(postmortem.Render(postmortem.Build(p.fold(), p.options("15:40:00"))))
}

// Every single byte of every part, with a word put in before it.
func TestMergeNoticesEveryByte(t *testing.T) {
	old, fresh := render(t), laterOn(t)
	for _, part := range []string{"header", "measures", "people", "actions"} {
		from := strings.Index(old, begin(old, part)) + len(begin(old, part))
		for at := from; at <= strings.Index(old, end(part)); at++ {
			if got, notes := merge(old[:at]+"mine"+old[at:], fresh); !strings.Contains(got, old[max(from, at-5):at]+"mine") || len(notes) == 0 {
				t.Fatalf("a word put in at byte %d of %q is lost", at-from, part)
			}
		}
	}
}
