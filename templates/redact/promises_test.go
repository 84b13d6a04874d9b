package redact_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"backout/templates/redact"

	"pgregory.net/rapid"
)

// broken says which promise about spans does not hold, or "".
func broken(text string, spans []redact.Span) string {
	starts := map[int]bool{len(text): true}
	for i := range text {
		starts[i] = true
	}
	end := 0
	for _, s := range spans {
		switch {
		case s.Kind == "" || s.From >= s.To || s.To > len(text):
			return "a span is empty, nameless or beyond the text"
		case s.From < end:
			return "spans overlap or are not in order"
		case !starts[s.From] || !starts[s.To]:
			return "a span splits a character"
		case strings.ContainsAny(text[s.From:s.To], "<>"):
			return "a span has a mark of a link"
		}
		for _, e := range []string{"&amp;", "&lt;", "&gt;"} {
			for at := max(0, s.From-len(e)+1); at < s.To; at++ {
				if strings.HasPrefix(text[at:], e) && (at < s.From || at+len(e) > s.To) {
					return "a span cuts an entity"
				}
			}
		}
		end = s.To
	}
	for at := range len(text) {
		inner, _, ok := strings.Cut(text[min(len(text), at+1):], ">")
		target, _, bar := strings.Cut(inner, "|")
		if text[at] != '<' || !ok || !bar || strings.ContainsAny(inner, "<\n") || !strings.HasPrefix(target, "https://") {
			continue
		}
		first := at + 1 + len(target)
		if slices.ContainsFunc(spans, func(s redact.Span) bool { return s.From <= first && first < s.To }) {
			return "a span has the bar of a link"
		}
	}
	return ""
}

// TestSpans: for any mixture of secrets, talk, mark-up and rubbish, the promises about
// spans hold, and what is hidden once is not found a second time.
func TestSpans(t *testing.T) {
	f := finder(t, `ACME-\d+`, `(?s)top.{0,40}secret`)
	pieces := slices.Concat(ordinary(t), texts(secrets(t)), []string{
		"<", ">", "|", "&", "&amp;", "&lt;", "&gt;", "*", "_", "`", "```", "\n", " ", "\r\n", "\x00", "\xff", "\xc3", "\xe2\x82", "ü", "€", "🔥", "<@U012AB3CD>", "<https://a.example|",
		"password", "password: ", "pw is ", "token=", "://", "ana:", "@", "top", "secret", "ACME-42", "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----", "eyJ", "\"", "'", "„", "“",
	})
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(rt, "pieces"), rapid.SampledFrom([]string{"", " ", "\n"}).Draw(rt, "between"))
		if why := broken(text, f.Find(text)); why != "" {
			rt.Fatalf("%s: %q gives %v", why, text, f.Find(text))
		}
	})
}

func texts(samples []sample) []string {
	var out []string
	for _, s := range samples {
		out = append(out, s.text)
	}
	return out
}

// FuzzFind: whatever the bytes are, the promises about spans hold.
func FuzzFind(f *testing.F) {
	for i, s := range secrets(f) {
		if i%7 == 0 {
			f.Add(s.text)
		}
	}
	for i, s := range ordinary(f) {
		if i%40 == 0 {
			f.Add(s)
		}
	}
	one := finder(f, `ACME-\d+`)
	f.Fuzz(func(t *testing.T, text string) {
		if why := broken(text, one.Find(text)); why != "" {
			t.Errorf("%s: %q gives %v", why, text, one.Find(text))
		}
	})
}

// TestAmongTalk: a secret is found wherever in a long text it stands: the windows in
// which long texts are read lose none.
func TestAmongTalk(t *testing.T) {
	f := finder(t)
	talk := ordinary(t)
	var known []sample
	for _, s := range secrets(t) {
		if missed, _ := compare(s, f.Find(s.text)); !missed {
			known = append(known, s)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		before := strings.Join(rapid.SliceOfN(rapid.SampledFrom(talk), 0, 60).Draw(rt, "before"), "\n\n")
		after := strings.Join(rapid.SliceOfN(rapid.SampledFrom(talk), 0, 30).Draw(rt, "after"), "\n\n")
		s := rapid.SampledFrom(known).Draw(rt, "sample")
		all := sample{kind: s.kind, text: before + "\n\n" + s.text + "\n\n" + after}
		for _, one := range s.secrets {
			one.From += len(before) + 2
			one.To += len(before) + 2
			all.secrets = append(all.secrets, one)
		}
		if missed, _ := compare(all, f.Find(all.text)); missed {
			rt.Fatalf("%q is not found behind %d bytes and before %d", s.text, len(before), len(after))
		}
	})
}

// TestWindows: where a long text is cut, no value is lost, be it on the next line, in a
// line that goes on, or half of a character.
func TestWindows(t *testing.T) {
	f := finder(t)
	for n := 600; n < 1300; n += 7 {
		talk := strings.Repeat("pods restart ", 200)[:n]
		for _, c := range []struct{ text, want string }{
			{strings.Replace(talk, " ", "\n", 40) + "\npassword:\nFakeP4ss!word\n" + talk, "password:\n[password]\n"},
			{talk + " the password for the replica in eu-west-1 is Tr0ub4dor, ok " + talk, " is [password], ok "},
			{strings.Repeat("x", n) + " pw: Tr0ub4dor " + talk, " pw: [password] "},
		} {
			if got := hidden(c.text, f.Find(c.text)); !strings.Contains(got, c.want) {
				t.Errorf("behind %d bytes, no %q in %q", n, c.want, got)
			}
		}
	}
}

// TestLongTexts goes through long texts of many lines, of one word, of brackets and of
// secrets only, up to a mebibyte, and finds what stands behind them.
func TestLongTexts(t *testing.T) {
	f := finder(t)
	token := "ghp" + "_" + strings.Repeat("aB3dE", 8)
	for _, c := range []struct {
		piece string
		size  int
	}{{"the pods restart\n", 1 << 20}, {"x", 1 << 18}, {"€", 1 << 18}, {"<", 1 << 18}, {"password: hunter2\n", 1 << 16}, {"pw", 1 << 16}} {
		text := strings.Repeat(c.piece, c.size/len(c.piece)) + " " + token + " " + strings.Repeat(c.piece, 40)
		spans := f.Find(text)
		if !slices.ContainsFunc(spans, func(s redact.Span) bool { return text[s.From:s.To] == token }) {
			t.Errorf("the token behind %d bytes of %q is not found", c.size, c.piece)
		}
		for _, s := range spans {
			if !utf8.ValidString(text[s.From:s.To]) {
				t.Errorf("a span in %q splits a character: %d to %d", c.piece, s.From, s.To)
			}
		}
	}
}

// TestManyAtOnce: eight finders' users at a time get what one gets.
func TestManyAtOnce(t *testing.T) {
	f := finder(t, `ACME-\d+`)
	all := append(texts(secrets(t))[:120], ordinary(t)[:80]...)
	var want [][]redact.Span
	for _, text := range all {
		want = append(want, f.Find(text))
	}
	var wait sync.WaitGroup
	for g := range 8 {
		wait.Go(func() {
			for i := range all {
				k := (i + g*25) % len(all)
				if got := f.Find(all[k]); !slices.Equal(got, want[k]) {
					t.Errorf("%q gives %v, alone %v", all[k], got, want[k])
				}
			}
		})
	}
	for range 4 {
		wait.Go(func() {
			if _, err := redact.New(nil); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
}

// TestNothingIsWritten runs the whole corpus in a process of its own and looks for
// secrets in everything that it wrote.
func TestNothingIsWritten(t *testing.T) {
	if os.Getenv("BACKOUT_REDACT_QUIET") != "" {
		f := finder(t)
		for _, s := range secrets(t) {
			f.Find(s.text)
		}
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestNothingIsWritten$")
	cmd.Env = append(os.Environ(), "BACKOUT_REDACT_QUIET=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if got := strings.TrimSpace(string(out)); got != "PASS" && !strings.HasPrefix(got, "PASS\ncoverage:") {
		t.Errorf("the process wrote %q", got)
	}
}
