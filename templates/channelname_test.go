package templates_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"backout/templates"

	"pgregory.net/rapid"
)

func TestSlug(t *testing.T) {
	for title, want := range map[string]string{
		"Users are logged out":                    "users-are-logged-out",
		"Checkout: 500s & timeouts!!":             "checkout-500s-timeouts",
		"AT&amp;T login &lt;b&gt;":                "at-t-login-b",
		"Überlastung der Größe Öl":                "ueberlastung-der-groesse-oel",
		"U\u0308berlast, cafe\u0301":              "ueberlast-cafe",
		"Ærlig på Østerbro, Ångström":             "aerlig-paa-oesterbro-aangstroem",
		"Zażółć gęślą jaźń":                       "zazolc-gesla-jazn",
		"Příliš žluťoučký kůň":                    "prilis-zlutoucky-kun",
		"İstanbul ığdır ŞİŞLİ çöğüş":              "istanbul-igdir-sisli-coegues",
		"Авария: платежи не проходят, съезд":      "avariya-platezhi-ne-prokhodyat-sezd",
		"Не працює їжа та є":                      "ne-pratsyuye-yizha-ta-ye",
		"Το σύστημα έπεσε":                        "to-systima-epese",
		"Lỗi đăng nhập":                           "loi-dang-nhap",
		"ＡＢＣ １２":                                  "abc-12",
		"Can't pay, people’s carts":               "cant-pay-peoples-carts",
		"🔥🔥🔥":                                     "incident",
		":fire: logins fail :fire:":               "logins-fail",
		"支付失败":                                    "incident",
		"?!… --- ___":                             "incident",
		"":                                        "incident",
		"<@U0ANA> and <@U1|tom> saw it":           "and-tom-saw-it",
		"<https://a.example/x?y=1|the page> down": "the-page-down",
		"<https://a.example/x> down":              "down",
		"snake_case__name":                        "snake-case-name",
		"..-- a -- b --..":                        "a-b",
		"\u202eevil\u0000":                        "evil",
		strings.Repeat("word ", 40):               "word-word-word-word-word-word-word-word-word-word-word-word",
		strings.Repeat("x", 300):                  strings.Repeat("x", 60),
	} {
		if got := templates.Slug(title); got != want {
			t.Errorf("%q\n got %q\nwant %q", title, got, want)
		}
	}
}

func TestChannelName(t *testing.T) {
	in := templates.NameData{Number: 7, Title: "Users are logged out", Severity: "1", Service: "Web App", Date: time.Date(2026, 11, 20, 23, 0, 0, 0, time.FixedZone("", -7200))}
	long := in
	long.Title, long.Service = strings.Repeat("word ", 60), strings.Repeat("s", 200)
	emoji := templates.NameData{Number: 7, Title: "🔥"}
	for _, c := range []struct {
		pattern string
		in      templates.NameData
		want    string
	}{
		{"inc-{{.Number}}-{{.Slug}}", in, "inc-7-users-are-logged-out"},
		{"{{.Date}}_{{.Service}}_sev{{.Severity}}", in, "2026-11-21_web-app_sev1"},
		{"INC {{.Number}}!{{if .Service}} {{.Service}}{{end}}", in, "inc-7-web-app"},
		{"inc-{{.Number}}-{{.Slug}}", emoji, "inc-7-incident"},
		{"{{.Service}}-{{.Severity}}", emoji, "inc-7"},
		{"", emoji, "inc-7"},
		{"a-very-long-prefix-{{.Slug}}-{{.Number}}", long, "a-very-long-prefix-word-word-word-word-word-word-word-word-word-word-word-word-7"},
		{"a-still-much-longer-prefix-{{.Slug}}-{{.Number}}", long, "a-still-much-longer-prefix-word-word-word-word-word-word-word-word-word-word-7"},
		{"{{.Number}}-{{.Service}}", long, "7-" + strings.Repeat("s", 78)},
	} {
		got, err := templates.ChannelName(c.pattern, c.in)
		if err != nil || got != c.want {
			t.Errorf("%s: got %q, %v, want %q", c.pattern, got, err, c.want)
		}
	}
	for _, pattern := range []string{"{{.Number", "{{.Nobody}}", "{{template \"x\"}}"} {
		if name, err := templates.ChannelName(pattern, in); err == nil {
			t.Errorf("%s makes %q", pattern, name)
		}
	}
}

func TestChannelNameAttempt(t *testing.T) {
	full := strings.Repeat("a", 70) + "-bcdefghij"[:10]
	for _, c := range []struct {
		name    string
		attempt int
		want    string
	}{
		{"inc-7", 0, "inc-7"}, {"inc-7", 1, "inc-7-2"}, {"inc-7", 29, "inc-7-30"},
		{full, 1, strings.Repeat("a", 70) + "-2"},
		{strings.Repeat("b", 80), 9, strings.Repeat("b", 77) + "-10"},
	} {
		if got := templates.ChannelNameAttempt(c.name, c.attempt); got != c.want {
			t.Errorf("attempt %d at %q: got %q, want %q", c.attempt, c.name, got, c.want)
		}
	}
}

// Whatever an incident is called, its channel gets a name that Slack takes, and
// every attempt another one.
func TestChannelNameIsAlwaysTaken(t *testing.T) {
	valid := regexp.MustCompile(`^[a-z0-9]([a-z0-9]|[-_][a-z0-9]){0,79}$`)
	rapid.Check(t, func(t *rapid.T) {
		in := templates.NameData{Number: rapid.IntRange(1, 1<<40).Draw(t, "number"), Title: rapid.String().Draw(t, "title"), Service: rapid.String().Draw(t, "service"), Severity: rapid.String().Draw(t, "severity")}
		pattern := rapid.SampledFrom([]string{"inc-{{.Number}}-{{.Slug}}", "{{.Slug}}", "{{.Service}}{{.Slug}}--{{.Severity}}", "_{{.Date}}_{{.Service}}-", "- {{.Severity}} -"}).Draw(t, "pattern")
		name, err := templates.ChannelName(pattern, in)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for i := range 31 {
			got := templates.ChannelNameAttempt(name, i)
			if !valid.MatchString(got) || len(got) > 80 || seen[got] {
				t.Fatalf("attempt %d of %q: %q", i, name, got)
			}
			seen[got] = true
		}
	})
}
