package lessons_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"backout/timeline"
	"backout/timeline/lessons"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden.txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got); -update writes it anew:\n%s", path, diff)
	}
}

// TestStories shows all that is drawn from an incident, as people would read it.
func TestStories(t *testing.T) {
	for name, write := range stories() {
		t.Run(name, func(t *testing.T) {
			p := newTape(t)
			write(p)
			in := p.fold()
			all := lessons.Of(in, p.opt)
			outcomesSound(t, in, p.opt)
			for _, l := range all {
				if why := sound(in, l); why != "" {
					t.Errorf("%s: %s", l.Rule, why)
				}
			}
			golden(t, name, account(all, lessons.Outcomes(in, p.opt)))
		})
	}
}

// account writes lessons and outcomes down.
func account(all []lessons.Lesson, outcomes []lessons.Outcome) string {
	var b strings.Builder
	heading := ""
	under := func(h string) {
		if h != heading {
			fmt.Fprintf(&b, "\n## %s\n", h)
			heading = h
		}
	}
	for _, l := range all {
		under(string(l.Family))
		fmt.Fprintf(&b, "- %s: %s. %s", map[bool]string{true: "good", false: "ill"}[l.Good], l.Title, told(l.Told))
		if l.Action != "" {
			fmt.Fprintf(&b, " → %s.", l.Action)
		}
		b.WriteString("\n")
		if v := l.Verdict; v.Standing != "" {
			fmt.Fprintf(&b, "  %s by %s (%s) %s\n", v.Standing, v.Who, timeline.Ref(v.N), v.Text)
		}
		for _, x := range l.Before {
			fmt.Fprintf(&b, "  before: %s of %s, %s", timeline.ID(x.Number), x.At.Format(time.DateOnly), strings.Join(x.Services, ", "))
			for _, f := range x.Open {
				fmt.Fprintf(&b, "; F%d %s, due %s, %s", f.Number, f.Text, f.Due, f.Owner)
			}
			b.WriteString("\n")
		}
		if l.BeforeMore > 0 {
			fmt.Fprintf(&b, "  and %d more\n", l.BeforeMore)
		}
	}
	for _, o := range outcomes {
		under("What " + string(o.Side))
		fmt.Fprintf(&b, "- %s\n", told(o.Told))
	}
	if b.Len() == 0 {
		return "Nothing is drawn from it.\n"
	}
	return strings.TrimPrefix(b.String(), "\n")
}

// TestEveryRuleInShort shows one case of each rule, so that each sentence is read.
func TestEveryRuleInShort(t *testing.T) {
	short := map[string]string{}
	note := func(in *timeline.Incident, opt lessons.Options) {
		for _, o := range lessons.Outcomes(in, opt) {
			if short[o.Rule] == "" {
				short[o.Rule] = string(o.Side) + ": " + told(o.Told)
			}
		}
	}
	for _, c := range slices.Concat(testingCases(), reviewCases(), rolloutCases()) {
		o := newOutage(c.with)
		in, _ := o.lessons(t)
		note(in, o.options())
	}
	for _, c := range tapeCases() {
		p := newTape(t)
		c.write(p)
		note(p.fold(), p.opt)
	}
	for _, c := range luckCases() {
		p := newTape(t)
		c.write(p)
		note(p.fold(), p.opt)
	}
	var b strings.Builder
	for _, r := range lessons.Table() {
		if short[r.Name] == "" {
			t.Errorf("%s speaks in no case", r.Name)
		}
		fmt.Fprintf(&b, "%s\n  %s\n", r.Name, short[r.Name])
	}
	golden(t, "short", b.String())
}
