package postmortem_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"backout/templates/postmortem"
	"backout/timeline"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func teamTemplate(t testing.TB) *postmortem.Template {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "team.tmpl.md"))
	if err != nil {
		t.Fatal(err)
	}
	tmpl, err := postmortem.ParseTemplate("team.md", string(text))
	if err != nil {
		t.Fatal(err)
	}
	return tmpl
}

func TestTeamTemplate(t *testing.T) {
	tmpl := teamTemplate(t)
	for _, s := range []story{{"login", login}, {"cancelled", cancelled}} {
		in, opt := s.make(t)
		got := tmpl.Render(postmortem.Build(in, opt))
		checkRefs(t, got)
		golden(t, "team-"+s.name, got)
	}
}

// What people write stays, what Backout writes is renewed, and what the team's
// template leaves out does not come in.
func TestTeamTemplateMerges(t *testing.T) {
	tmpl := teamTemplate(t)
	in, opt := login(t)
	fresh := string(tmpl.Render(postmortem.Build(in, opt)))
	d := postmortem.Build(in, opt)
	for i := range d.Sections {
		if d.Sections[i].Part == "actions" {
			d.Sections[i].Owned = nil
		}
	}
	old := string(tmpl.Render(d))
	edit := func(s string) string {
		s = replace(t, s, "No blame, please.", "No blame, please. Ana moderates.")
		return replace(t, s, "> TODO What could have made this worse, and did not?\n", "It was not Black Friday.\n")
	}
	got, notes := merge(edit(old), fresh)
	if diff := cmp.Diff(edit(fresh), got); diff != "" || notes != nil {
		t.Errorf("notices %q (-want +got):\n%s", notes, diff)
	}
	if again, _ := merge(got, fresh); again != got {
		t.Errorf("merging again changes it:\n%s", cmp.Diff(got, again))
	}
	// The team takes a part out of its template: copies keep theirs, as it stood.
	text, _ := os.ReadFile(filepath.Join("testdata", "team.tmpl.md"))
	less, err := postmortem.ParseTemplate("team.md", replace(t, string(text), `{{part "appendix"}}`, ""))
	if err != nil {
		t.Fatal(err)
	}
	kept, notes := merge(old, string(less.Render(postmortem.Build(in, opt))))
	if !strings.Contains(kept, owned(old, "appendix")) || !cmp.Equal(notes, []string{"appendix"}) {
		t.Errorf("the part that the template does not have any more is gone, or nobody is told: %q", notes)
	}
}

func TestTemplateErrors(t *testing.T) {
	const head = "{{part \"header\"}}\n"
	for name, c := range map[string]struct{ text, want string }{
		"nothing":           {" \n", `pm.md: the template is empty; begin it with {{part "header"}}`},
		"not UTF-8":         {"\xff", `pm.md: the template is not UTF-8; save it as such`},
		"an open action":    {head + "\n{{part \"timeline\"\n", `pm.md:3: this action is not closed; an action looks like {{part "timeline"}} or {{.Title}}`},
		"an unknown action": {head + "{{prat \"timeline\"}}\n", `pm.md:2: function "prat" not defined; the functions are part, heading, ask and has`},
		"an if without end": {head + "{{if has \"lessons\"}}\n", `pm.md:3: unexpected EOF; an action looks like {{part "timeline"}} or {{.Title}}`},
		"a part that is none": {head + "\n{{part \"time-line\"}}\n",
			`pm.md:3: there is no part "time-line"; there are timeline, `},
		"a part in a branch": {head + "{{if false}}\n{{part \"leson\"}}\n{{end}}\n", `pm.md:3: there is no part "leson"; there are lessons, `},
		"a heading of none":  {head + "{{heading \"x\"}}\n", `pm.md:2: there is no part "x"; there are `},
		"several":            {"{{part \"hedder\"}}\n{{ask \"x\"}}\n{{.Titel}}\n", "pm.md:1: there is no part \"hedder\"; there are header, "},
		"a part twice":       {head + "{{part \"people\"}}\n\n{{part \"people\"}}\n", `pm.md:4: the part "people" stands here a second time; take one of the two out`},
		"in a loop":          {head + "{{range 2}}\n{{part \"people\"}}\n{{end}}\n", `pm.md:2: there is no list to range over; write each part down`},
		"no name":            {head + "{{part}}\n", `pm.md:2: part wants the name of one part in quotes: {{part "timeline"}}`},
		"a field for a name": {head + "{{ask .ID}}\n", `pm.md:2: ask wants the name of one part in quotes: {{ask "timeline"}}`},
		"no header":          {"# {{.Title}}\n{{part \"timeline\"}}\n", `pm.md:1: the part "header" is missing, and with it the title and the facts; begin the template with {{part "header"}}`},
		"no header for one":  {"{{if has \"lessons\"}}{{part \"header\"}}{{end}}\n", `pm.md:1: the part "header" is missing`},
		"markers by hand":    {head + "<!-- backout:begin timeline sha=0 -->\n<!-- backout:end timeline -->\n", "pm.md:2: Backout writes the markers itself; take this line out and put {{part \"timeline\"}} where the part belongs\npm.md:3: Backout writes the markers itself"},
		"markers put together": {head + "{{print \"<!-- back\" \"out:end timeline -->\"}}\n",
			`pm.md:1: there are markers that Backout did not write`},
		"in a line":     {head + "\nSee {{part \"people\"}}\n", `pm.md:3: the part "people" shares a line with something else or is indented; put {{part "people"}} alone at the beginning of a line`},
		"before words":  {head + "\n{{part \"people\"}} took part\n", `pm.md:3: the part "people" shares a line`},
		"glued":         {head + "\nx\n{{- part \"people\"}}\n", `pm.md:4: the part "people" shares a line`},
		"indented":      {head + "- a\n    {{part \"people\"}}\n", `pm.md:3: the part "people" shares a line with something else or is indented`},
		"a field":       {head + "{{.title}}\n", `pm.md:2: there is no field .title; there are .Title, `},
		"a field of $":  {head + "{{with .ID}}{{$.Summary}}{{end}}\n", `pm.md:2: there is no field .Summary; there are .`},
		"no questions":  {head + "{{ask \"people\"}}\n", `pm.md:2: nothing is asked about the part "people"; take {{ask "people"}} out, or write a question of your own`},
		"two headings":  {"{{heading \"header\"}}\n" + head, `pm.md:1: the part "header" carries the document's title; take {{heading "header"}} out`},
		"out of bounds": {head + "\n{{index .Services 99}}\n", `pm.md:3: executing "pm.md" at <index .Services 99>`},
	} {
		_, err := postmortem.ParseTemplate("pm.md", c.text)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s:\n got %v\nwant %s", name, err, c.want)
		}
	}
	_, err := postmortem.ParseTemplate("pm.md", "{{part \"hedder\"}}\n{{ask \"x\"}}\n{{.Titel}}\n")
	if n := strings.Count(err.Error(), "pm.md:"); n != 3 {
		t.Errorf("three mistakes give %d errors", n)
	}
}

// Templates without a fault, however they are written.
func TestTemplatesThatAreFine(t *testing.T) {
	for name, text := range map[string]string{
		"the least":          "{{part \"header\"}}",
		"Windows":            "\uFEFF{{part \"header\"}}\r\n\r\n{{part \"timeline\"}}\r\n",
		"either or":          "{{if has \"lessons\"}}\n{{part \"header\"}}\n{{else}}\n{{part \"header\"}}\n{{end}}\n",
		"a block of its own": "{{define \"end\"}}\n{{part \"appendix\"}}\n{{end}}{{part \"header\"}}\n{{template \"end\"}}\n",
		"a condition":        "{{part \"header\"}}\n{{if and (has \"measures\") (eq .Severity \"1\")}}\n{{part \"measures\"}}\n{{end}}\n",
	} {
		tmpl, err := postmortem.ParseTemplate("pm.md", text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		in, opt := login(t)
		if src := tmpl.Render(postmortem.Build(in, opt)); strings.Count(string(src), "backout:begin header") != 1 {
			t.Errorf("%s:\n%s", name, src)
		}
	}
}

// Facts that a template names stay words on one line, wherever they stand.
func TestFieldsBreakNothing(t *testing.T) {
	tmpl, err := postmortem.ParseTemplate("pm.md", "{{part \"header\"}}\n\n## {{.Title}}\n\n{{.Title}}[x](y)\n\n- {{.Services}}octocat {{.Severity}}1\n\n| a |\n|---|\n| {{.Title}} |\n\n{{.Status}}\n")
	if err != nil {
		t.Fatal(err)
	}
	render := func(words func() string) []byte {
		p := newTape(t, "2026-11-20")
		p.add("09:00:00", "U0ANA", timeline.Declared{Title: words(), Severity: words(), Services: []string{words(), words()}})
		return tmpl.Render(postmortem.Build(p.fold(), p.options("10:00:00")))
	}
	blocks := func(t interface{ Errorf(string, ...any) }, src []byte) []string {
		var out []string
		for _, b := range shapeOf(t, src).Blocks {
			if strings.HasPrefix(b, "h2 ") {
				b = "h2"
			}
			out = append(out, b)
		}
		return out
	}
	want := blocks(t, render(func() string { return "word" }))
	piece := rapid.OneOf(rapid.String(), rapid.SampledFrom(append(hostile(), "!", "@", "#", "gh-")))
	rapid.Check(t, func(rt *rapid.T) {
		words := rapid.SampledFrom([]func() string{
			func() string { return "w" + strings.Join(rapid.SliceOfN(piece, 1, 5).Draw(rt, "pieces"), "") },
			func() string { return "w" + piece.Draw(rt, "piece") },
		}).Draw(rt, "how")
		src := render(words)
		if diff := cmp.Diff(want, blocks(rt, src)); diff != "" {
			rt.Errorf("the document is built differently (-want +got):\n%s\n%s", diff, src)
		}
		mentionsNobody(rt, src)
	})
}

// What a fact ends with does not run together with the words behind it.
func TestFieldsEndWhereTheyEnd(t *testing.T) {
	tmpl, err := postmortem.ParseTemplate("pm.md", "{{part \"header\"}}\n\n{{.Title}}[x](y)\n\n{{.Title}}octocat {{.Title}}1\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, title := range []string{"Wow!", "ask @", "see #", "GH-", "back\\", "a\nb"} {
		p := newTape(t, "2026-11-20")
		p.add("09:00:00", "U0ANA", timeline.Declared{Title: title})
		src := tmpl.Render(postmortem.Build(p.fold(), p.options("10:00:00")))
		mentionsNobody(t, src)
		if s := shapeOf(t, src); !slices.Contains(s.links, "y") || strings.Contains(strings.Join(s.Blocks, " "), "Image") {
			t.Errorf("%q: %v", title, s)
		}
	}
}

// A document that makes a template fail is laid out in the order that is built in.
func TestTemplateThatFailsLater(t *testing.T) {
	tmpl, err := postmortem.ParseTemplate("pm.md", "{{part \"header\"}}\n{{if eq .Severity \"3 – Minor\"}}{{index .ID 99}}{{end}}\n")
	if err != nil {
		t.Fatal(err)
	}
	in, opt := twoDays(t)
	d := postmortem.Build(in, opt)
	if diff := cmp.Diff(string(postmortem.Render(d)), string(tmpl.Render(d))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Whatever a template holds, it is refused with a place, or its documents merge.
func FuzzParseTemplate(f *testing.F) {
	text, err := os.ReadFile(filepath.Join("testdata", "team.tmpl.md"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Add("{{part \"header\"}}\n{{if has \"lessons\"}}\n{{part \"lessons\"}}{{end}}\n{{define \"x\"}}{{.ID}}{{end}}{{template \"x\" .}}")
	f.Add("---\na: b\n---\n{{part \"header\"}}\n```\n{{part \"people\"}}\n```\n<!--backout: x-->")
	in, opt := cancelled(f)
	d := postmortem.Build(in, opt)
	f.Fuzz(func(t *testing.T, text string) {
		tmpl, err := postmortem.ParseTemplate("pm.md", text)
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\npm.md:") {
				if !strings.HasPrefix(strings.TrimPrefix(line, "pm.md:"), " the template ") && !strings.ContainsAny(strings.TrimPrefix(line, "pm.md:")[:1], "0123456789") {
					t.Errorf("no place: %v", err)
				}
			}
			return
		}
		out := tmpl.Render(d)
		if got, notes := postmortem.Merge(out, out); string(got) != string(out) || len(notes) > 0 {
			t.Errorf("its document does not merge: %v\n%s", notes, out)
		}
	})
}
