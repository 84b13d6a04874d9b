package redact_test

import (
	"bufio"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"backout/templates/redact"
)

// sample is a text of the corpus with the secrets that stand in it.
type sample struct {
	kind, text string
	secrets    []redact.Span
}

// lines reads a file of the corpus. A ⏎ is a line break; a · stands inside of tokens,
// so that no scanner takes the corpus for a leak.
func lines(tb testing.TB, file string) []string {
	tb.Helper()
	f, err := os.Open("testdata/" + file)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var out []string
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		out = append(out, strings.NewReplacer("·", "", "⏎", "\n").Replace(s.Text()))
	}
	if s.Err() != nil {
		tb.Fatal(s.Err())
	}
	return out
}

func ordinary(tb testing.TB) []string { return lines(tb, "ordinary.txt") }

// secrets reads the samples: a kind, a tab, and a text with ⟦ ⟧ around each secret.
func secrets(tb testing.TB) []sample {
	tb.Helper()
	var out []sample
	for _, l := range lines(tb, "secrets.txt") {
		kind, rest, ok := strings.Cut(l, "\t")
		if !ok {
			tb.Fatalf("a sample without a kind: %q", l)
		}
		out = append(out, marked(kind, rest))
	}
	return out
}

// marked takes the marks out of a sample.
func marked(kind, s string) sample {
	out := sample{kind: kind}
	for {
		before, rest, ok := strings.Cut(s, "⟦")
		out.text += before
		if !ok {
			return out
		}
		secret, after, _ := strings.Cut(rest, "⟧")
		out.secrets = append(out.secrets, redact.Span{From: len(out.text), To: len(out.text) + len(secret), Kind: kind})
		out.text += secret
		s = after
	}
}

func finder(tb testing.TB, patterns ...string) *redact.Finder {
	tb.Helper()
	f, err := redact.New(patterns)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// hidden is a text as it would be shown, with each secret replaced by its kind.
func hidden(text string, spans []redact.Span) string {
	var b strings.Builder
	at := 0
	for _, s := range spans {
		b.WriteString(text[at:s.From] + "[" + s.Kind + "]")
		at = s.To
	}
	return b.String() + text[at:]
}

// TestSecrets measures how many secrets of the corpus are found, kind by kind, and
// that nothing beside them is hidden.
func TestSecrets(t *testing.T) {
	f := finder(t)
	all, found := map[string]int{}, map[string]int{}
	samples := secrets(t)
	hits := 0
	for _, s := range samples {
		all[s.kind]++
		spans := f.Find(s.text)
		switch missed, wide := compare(s, spans); {
		case missed:
			t.Logf("not found: %s in %q", s.kind, s.text)
			continue
		case wide:
			t.Errorf("%q hides more than the secret: %q", s.text, hidden(s.text, spans))
		case spans[0].Kind != s.kind:
			t.Errorf("%q has a %s, want a %s", s.text, spans[0].Kind, s.kind)
		}
		found[s.kind]++
		hits++
	}
	for _, kind := range slices.Sorted(maps.Keys(all)) {
		t.Logf("%-22s %3d of %3d", kind, found[kind], all[kind])
	}
	alarms := falseAlarms(t, f)
	rate := 100 * float64(hits) / float64(len(samples))
	t.Logf("redact: %d of %d secrets of %d kinds found (%.1f %%), %d false alarms in %d ordinary messages", hits, len(samples), len(all), rate, alarms, len(ordinary(t)))
	if rate < 97 {
		t.Errorf("%.1f %% of the secrets were found, want 97 %%", rate)
	}
	if len(samples) < 150 || len(all) < 30 {
		t.Errorf("the corpus has %d samples of %d kinds, want 150 of 30", len(samples), len(all))
	}
}

// compare says whether a byte of a secret stays visible, and whether a byte of
// something else does not.
func compare(s sample, spans []redact.Span) (missed, wide bool) {
	in := func(list []redact.Span, i int) bool {
		return slices.ContainsFunc(list, func(one redact.Span) bool { return one.From <= i && i < one.To })
	}
	for i := range len(s.text) {
		secret, hides := in(s.secrets, i), in(spans, i)
		missed = missed || secret && !hides
		wide = wide || hides && !secret
	}
	return missed, wide
}

// falseAlarms goes through ordinary talk, in which nothing may be hidden.
func falseAlarms(t *testing.T, f *redact.Finder) int {
	t.Helper()
	n := 0
	for _, text := range ordinary(t) {
		if spans := f.Find(text); spans != nil {
			n++
			t.Errorf("false alarm: %q would show as %q", text, hidden(text, spans))
		}
	}
	if total := len(ordinary(t)); total < 400 {
		t.Errorf("the corpus has %d ordinary messages, want 400", total)
	}
	return n
}
