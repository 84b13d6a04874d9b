package templates_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"backout/templates"
)

var update = flag.Bool("update", false, "write the golden files")

// fits checks what Slack takes, and what the house wants of words.
func fits(t *testing.T, m templates.Message) {
	t.Helper()
	if m.Summary == "" || len(m.Parts) > 50 {
		t.Errorf("summary %q, %d blocks", m.Summary, len(m.Parts))
	}
	for _, p := range m.Parts {
		switch p := p.(type) {
		case templates.Heading:
			if n := utf8.RuneCountInString(string(p)); n == 0 || n > 150 {
				t.Errorf("a heading of %d characters", n)
			}
		case templates.Fields:
			if len(p) == 0 || len(p) > 10 {
				t.Errorf("%d fields", len(p))
			}
			for _, f := range p {
				if n := utf8.RuneCountInString(f.Label + f.Value.Plain(nil)); n > 1900 || len(f.Value) == 0 {
					t.Errorf("field %q has %d characters", f.Label, n)
				}
			}
		case templates.Buttons:
			if len(p) == 0 || len(p) > 5 {
				t.Errorf("%d buttons", len(p))
			}
			for _, b := range p {
				if b.Label == "" || utf8.RuneCountInString(b.Label) > 75 || !strings.HasSuffix(b.ID, "_v1") {
					t.Errorf("button %q %q", b.ID, b.Label)
				}
				if c := b.Confirm; c != nil && (len(c.Title) > 100 || len(c.Text) > 300 || len(c.Yes) > 30 || len(c.No) > 30) {
					t.Errorf("the question of %q is too long", b.Label)
				}
			}
		}
	}
}

var forbidden = regexp.MustCompile(`(?i)!|please|sorry|apolog|successfully|root cause|who caused|oops|\d (min|h|s|d|%)\b`)

// golden compares a message with its file, and checks it for what must never
// stand in one.
func golden(t *testing.T, name string, m templates.Message) {
	t.Helper()
	if w := forbidden.FindString(strings.ReplaceAll(rendered(m), "! *Warning:*", "*Warning:*")); w != "" { // the mark of a guard
		t.Errorf("%s says %q:\n%s", name, w, rendered(m))
	}
	goldenForeign(t, name, m)
}

// goldenForeign is golden for words that are not ours.
func goldenForeign(t *testing.T, name string, m templates.Message) {
	t.Helper()
	fits(t, m)
	goldenText(t, name, rendered(m))
}

// goldenText compares a text with its file.
func goldenText(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "messages", name+".golden")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; -update writes it anew\n got:\n%s\nwant:\n%s", name, got, want)
	}
}

// rendered draws a message as text, roughly as Slack would show it.
func rendered(m templates.Message) string {
	var b strings.Builder
	fmt.Fprintf(&b, "notification: %s\n", m.Summary)
	for _, p := range m.Parts {
		b.WriteString("\n")
		switch p := p.(type) {
		case templates.Heading:
			fmt.Fprintf(&b, "# %s\n", p)
		case templates.Para:
			fmt.Fprintf(&b, "%s\n", spans(templates.Rich(p)))
		case templates.Fields:
			for _, f := range p {
				fmt.Fprintf(&b, "%s | %s\n", f.Label, spans(f.Value))
			}
		case templates.Footer:
			fmt.Fprintf(&b, "-- %s\n", spans(templates.Rich(p)))
		case templates.Rule:
			b.WriteString("----\n")
		case templates.Buttons:
			for _, btn := range p {
				look := []string{"", " go", " danger"}[btn.Look]
				fmt.Fprintf(&b, "[ %s ] %s=%s%s\n", btn.Label, btn.ID, btn.Value, look)
				if c := btn.Confirm; c != nil {
					fmt.Fprintf(&b, "    asks: %s / %s / %s / %s\n", c.Title, c.Text, c.Yes, c.No)
				}
			}
		}
	}
	return b.String()
}

func spans(r templates.Rich) string {
	var b strings.Builder
	for _, s := range r {
		one := templates.Rich{s}.Plain(cast)
		switch s.Style {
		case templates.Bold:
			b.WriteString("*" + one + "*")
		case templates.Code:
			b.WriteString("`" + one + "`")
		case templates.Person:
			b.WriteString("<@" + one + ">")
		case templates.Room:
			b.WriteString("<" + one + ">")
		case templates.Instant:
			b.WriteString("<" + s.At.UTC().Format("15:04:05") + ">")
		default:
			b.WriteString(one)
		}
	}
	return b.String()
}
