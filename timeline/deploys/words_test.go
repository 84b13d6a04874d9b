package deploys_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"backout/timeline"
	"backout/timeline/deploys"
)

// shared gives the words that the ranking finds in both a report and a change.
func shared(t testing.TB, title, message string, paths ...string) (words, touches []string) {
	t.Helper()
	in := incidentOf(t, timeline.Declared{Title: title, Services: []string{"web-app"}, DetectedAt: at("14:06:31")}, nil, knows(1, touching(message, paths...)))
	got := deploys.Rank(deploys.Question{Incident: in, Catalogue: catalogue(), Deploys: []timeline.Deploy{deploy(1, "v1", "14:02:10")}})
	if len(got) != 1 {
		t.Fatalf("%q: want one suspect, got %v", title, told(got))
	}
	for _, r := range got[0].Reasons {
		switch r.Kind {
		case timeline.ReasonReport:
			words = r.Words
		case timeline.ReasonTouches:
			touches = r.Words
		}
	}
	return words, touches
}

func TestWordsOfTheReport(t *testing.T) {
	for _, c := range []struct{ title, message, path, want string }{
		{"Session lost", "Rework sessions", "", "session"},
		{"Sessions lost", "", "auth/session.go", "sessions"},
		{"Nobody stays logged in", "Rework login", "", "logged in"},
		{"Logins fail", "", "web/loginForm.tsx", "logins"},
		{"Users cannot log in", "", "auth/LoginService.java", "log in"},
		{"Users cannot log in", "Add logging to search", "", ""},
		{storyTitle, "Login: new cookies", "", "logged"},
		{storyTitle, "", "auth/log_out.go", "logged out"},
		{"Checking out hangs", "", "checkout/cart.ts", "checking out"},
		{"Payments time out", "raise TIMEOUTS", "", "time out"},
		{"Caches are stale", "Caching of prices", "", "caches"},
		{"Retries pile up", "Retry once", "", "retries"},
		{"Payments are retried for ever", "Retry once", "", "retried"},
		{"Wrong addresses on invoices", "address lookup per invoice", "", "addresses, invoices"},
		{"GitHub hooks are lost", "bump github client", "", "github"},
		{"SessionStore is slow", "", "lib/session_cache.rb", "session"},
		{"HTTPServer panics", "", "net/server.go", "server"},
		{"Überweisungen fehlen", "überweisung geprüft, überweisungen", "", "überweisungen"},
		// At most three, in the order in which people said them.
		{"Carts, prices, coupons and taxes", "taxes coupons prices carts", "", "carts, prices, coupons"},
		// What proves nothing.
		{"Errors on all pages", "Fix errors, update tests", "", ""},
		{"The UI is down", "ui: go", "ui/go.go", ""},
		{"500 at 14:02", "return 500", "", ""},
		{"web-app: web requests fail", "web-app: bump", "web/main.go", ""},
		{"Go service eats memory", "", "server/cart.memory", ""}, // an extension
		{strings.Repeat("a", 41), strings.Repeat("a", 41), "", ""},
		// What Slack encodes, and what only looks like it.
		{"<@U0CART> says carts &amp; <https://cart.example/search|search> are gone", "amp cart search u0cart", "", "carts"},
		{"<#C1|checkout> <!here> <mailto:coupon@x.example|coupon>", "checkout here coupon", "", ""},
		{"x <cart> y < coupon &lt;price&gt; <", "cart coupon price", "", "cart, coupon, price"},
		// Hostile text is words like any other.
		{"'; DROP TABLE carts; -- `rm -rf`", "<script>carts</script> [x](javascript:drop) table", "", "drop, table, carts"},
		{"\x00\xff\u202ecart\u202c", "cart\xff", "", "cart"},
	} {
		got, _ := shared(t, c.title, c.message, c.path)
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%q and %q %s: got %q, want %q", c.title, c.message, c.path, strings.Join(got, ", "), c.want)
		}
	}
}

func TestTouches(t *testing.T) {
	// Three at most: what is sensitive and spoken of, what is sensitive, what is
	// spoken of.
	_, got := shared(t, "Sessions are lost", "", "README.md", "web/sessions.ts", "auth/keys.go", "auth/session.go", "lib/session.rb")
	if want := []string{"auth/session.go", "auth/keys.go", "web/sessions.ts"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if _, got := shared(t, "Sessions are lost", "", "README.md"); got != nil {
		t.Errorf("nothing of it is worth naming, got %v", got)
	}
}

func TestWordsComeFromTheWholeReport(t *testing.T) {
	declared := timeline.Declared{Title: "It is broken", Services: []string{"web-app"}, DetectedAt: at("14:06:31")}
	from := timeline.Message{Channel: "C0SUPPORT", TS: timeline.SlackTS(at("14:06:31")), Text: "my cart is empty"}
	other := timeline.Message{Channel: "C0INC", TS: timeline.SlackTS(at("14:09:00")), Text: "or the coupons?"}
	impact := timeline.ImpactSet{Text: "No invoices"}
	facts := touching("invoices for carts with coupons")
	facts.Pulls = []timeline.ChangePull{{Title: "Empty lists", Files: []string{"cart.go"}}}
	in := incidentOf(t, declared, []timeline.Body{from, other, impact}, knows(1, facts))
	got := deploys.Rank(deploys.Question{Incident: in, Catalogue: catalogue(), Deploys: []timeline.Deploy{deploy(1, "v1", "14:02:10")}})
	same(t, "impact and the message it was declared from", told(got),
		[]string{"D1: same_service; before 4m21s; touches cart.go; report invoices + cart + empty"})

	gone := timeline.MessageDeleted{Channel: from.Channel, TS: from.TS}
	in = incidentOf(t, declared, []timeline.Body{from, impact, gone}, knows(1, facts))
	got = deploys.Rank(deploys.Question{Incident: in, Catalogue: catalogue(), Deploys: []timeline.Deploy{deploy(1, "v1", "14:02:10")}})
	same(t, "the message was deleted, and nothing of it is left", told(got),
		[]string{"D1: same_service; before 4m21s; report invoices"})
}

// FuzzWords: whatever people and commits say, at most three short words come out,
// of letters and digits, and each stands in the report.
func FuzzWords(f *testing.F) {
	f.Add(storyTitle, "Login: new cookies", "auth/session.go")
	f.Add("<@U1> &amp; <https://x|y> < >", "log in HTTPServer", "a/b_c.D/eF.go")
	f.Add("İstanbul ǅ ſession K", "istanbul ǆ Session k", "ſ.K")
	f.Add("<<<<>>>> ies sses ing ed e s", "ies\xff\x00", "../../.x/")
	f.Fuzz(func(t *testing.T, title, message, path string) {
		words, paths := shared(t, title, message, path)
		if len(words) > 3 || len(paths) > 1 || len(paths) == 1 && paths[0] != path {
			t.Fatalf("too much: words %q, paths %q", words, paths)
		}
		for _, w := range words {
			if utf8.RuneCountInString(w) > 44 || strings.ContainsFunc(strings.Replace(w, " ", "", 1), func(r rune) bool {
				return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
			}) {
				t.Fatalf("%q is no word", w)
			}
			first, _, _ := strings.Cut(w, " ")
			if !strings.Contains(strings.ToLower(title), first) {
				t.Fatalf("%q does not stand in %q", w, title)
			}
		}
	})
}
