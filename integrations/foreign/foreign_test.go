package foreign_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"backout/integrations/foreign"
)

func TestText(t *testing.T) {
	for _, c := range []struct {
		in          string
		limit       int
		text, lines string
	}{
		{" Logins fail \n", 20, "Logins fail", "Logins fail"},
		{"one\ntwo\tthree\u2028four", 40, "one two three four", "one\ntwothree\u2028four"},
		{"a\x00b\u202ec\ufeffd\x1b", 20, "abcd", "abcd"},
		{"bad \xff byte", 20, "bad \ufffd byte", "bad \ufffd byte"},
		{"äöüäöü", 6, "äöüäöü", "äöüäöü"},
		{"äöüäöüä", 6, "äöüäö…", "äöüäö…"},
		{"four five", 6, "four…", "four…"},
		{"x", 0, "…", "…"},
	} {
		if got := foreign.Text(c.in, c.limit); got != c.text {
			t.Errorf("Text(%q, %d) is %q, want %q", c.in, c.limit, got, c.text)
		}
		if got := foreign.Lines(c.in, c.limit); got != c.lines {
			t.Errorf("Lines(%q, %d) is %q, want %q", c.in, c.limit, got, c.lines)
		}
	}
}

func TestLink(t *testing.T) {
	for _, in := range []string{"https://acme.example/x?y=1#z", "http://127.0.0.1:80/"} {
		if got := foreign.Link(" " + in + "\n"); got != in {
			t.Errorf("Link(%q) is %q", in, got)
		}
	}
	for _, in := range []string{
		"", "acme.example", "javascript:alert(1)", "ftp://acme.example/", "https:///x", "https://ana:pw@acme.example/",
		"https://acme.example/a b", "https://acme.example/<x>", "https://acme.example/a|b", "https://acme.example/\"", "https://acme.example/\u202e",
		"https://acme.example/" + strings.Repeat("x", 2000),
	} {
		if got := foreign.Link(in); got != "" {
			t.Errorf("Link(%q) is %q", in, got)
		}
	}
}

// FuzzText: whatever is sent, one line of valid text comes out, which stays as it
// is when it is cleaned again.
func FuzzText(f *testing.F) {
	f.Add("a\u202e\n\xffb", 3)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = 1 + (limit%500+500)%500
		got := foreign.Text(s, limit)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > limit || strings.ContainsAny(got, "\n\r\t\u202e\ufeff") || foreign.Text(got, limit) != got {
			t.Errorf("Text(%q, %d) is %q", s, limit, got)
		}
	})
}

func TestOfAFaultOnlyTheRuntimesOwnWordsAreLogged(t *testing.T) {
	of := func(f func()) (said string) {
		defer func() { said = foreign.Fault(recover()) }()
		f()
		return ""
	}
	var none map[string]int
	if got := of(func() { none["token"] = 1 }); !strings.Contains(got, "nil map") {
		t.Errorf("of a fault of the runtime is said %q", got)
	}
	if got := of(func() { panic("token=abc") }); got != "string" {
		t.Errorf("of a fault in words is said %q", got)
	}
	if got := of(func() { panic(errors.New("token=abc")) }); got != "*errors.errorString" {
		t.Errorf("of a fault with an error is said %q", got)
	}
}
