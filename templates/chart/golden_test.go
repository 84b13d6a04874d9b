package chart_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"backout/templates/chart"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestMarks(t *testing.T) {
	for _, s := range stories() {
		t.Run(s.name, func(t *testing.T) {
			golden(t, s.name, chart.Of(s.make(t)))
		})
	}
}

func golden(t *testing.T, name string, c chart.Chart) {
	t.Helper()
	got := written(c)
	path := filepath.Join("testdata", name+".golden")
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
		t.Errorf("the marks differ (-want +got); -update writes them anew:\n%s", diff)
	}
}

// written writes a chart down, a mark to a line.
func written(c chart.Chart) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n%s\n%s\n", c.Title, c.Facts, c.Caption, c.Foot)
	for _, f := range c.Folds {
		fmt.Fprintf(&b, "fold %s–%s %q\n", percent(f.From), percent(f.To), f.Title)
	}
	b.WriteString("grid")
	for _, x := range c.Grid {
		b.WriteString(" " + percent(x))
	}
	b.WriteString("\nstems")
	for _, s := range c.Stems {
		b.WriteString(" " + string(s.Look) + " " + percent(s.X))
	}
	for _, l := range c.Lanes {
		fmt.Fprintf(&b, "\n\n%s, %s px: %s", l.Kind, number(l.Height), strings.Join(append([]string{l.Name}, l.Sub...), " / "))
		for _, m := range l.Marks {
			b.WriteString("\n  " + line(m))
		}
	}
	return b.String() + "\n"
}

func line(m chart.Mark) string {
	out := fmt.Sprintf("%-5s %-9s %s", m.Shape, m.Look, percent(m.From))
	if m.To != m.From {
		out += "–" + percent(m.To)
	}
	if m.DX != 0 {
		out += " dx " + number(m.DX)
	}
	out += " y " + number(m.Y)
	if m.H != 0 {
		out += " h " + number(m.H)
	}
	if m.Anchor != "" {
		out += " " + string(m.Anchor)
	}
	if m.Text != "" {
		out += fmt.Sprintf(" %q", strings.TrimSpace(m.Text+" "+m.Tail))
	}
	if m.Row != 0 {
		out += fmt.Sprintf(" T%d", m.Row)
	}
	if m.Title != "" {
		out += fmt.Sprintf(" (%s)", m.Title)
	}
	return out
}

func percent(x float64) string { return strconv.FormatFloat(x*100, 'f', 3, 64) + "%" }

func number(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }
