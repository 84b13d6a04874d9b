package redact_test

import (
	"strings"
	"testing"

	"backout/templates/redact"
)

// TestFind holds what would be shown of a text, byte for byte.
func TestFind(t *testing.T) {
	token := "ghp" + "_" + strings.Repeat("aB3dE", 8)
	square := "EAA" + "A" + strings.Repeat("fAk3T0kEn9", 6)
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"talk", "the token expired", "the token expired"},
		{"a password in a sentence", "the password for db is Tr0ub4dor, sorry", "the password for db is [password], sorry"},
		{"an entity in a password", "the password is Tr0ub4dor&amp;3.", "the password is [password]."},
		{"an entity at the end", "password: a1b2c3&gt; x", "password: [password] x"},
		{"angle brackets that people typed", "password: ab1&lt;c&gt;d x", "password: [password] x"},
		{"a link without a label", "<https://ana:hunter2@acme.example/x>", "<https://ana:[password in a link]@acme.example/x>"},
		{"a link and its label", "<https://ana:hunter2@acme.example/x|https://ana:hunter2@acme.example/x>", "<https://ana:[password in a link]@acme.example/x|https://ana:[password in a link]@acme.example/x>"},
		{"a secret in the label alone", "<https://acme.example/|" + token + ">", "<https://acme.example/|[GitHub token]>"},
		{"a signed link", "<https://acme.example/x?a=1&amp;sig=aB3dEfG7hIjK9LmNoP2q&amp;b=2|x>", "<https://acme.example/x?a=1&amp;sig=[signed link]&amp;b=2|x>"},
		{"a name of a group is no value", "password: <!subteam^S012AB3CD|@Hunter22>", "password: <!subteam^S012AB3CD|@Hunter22>"},
		{"half a character at the beginning", "password: \x80hunter2hunter2x, \u0080hunter2hunter2x", "password: [password], [password]"},
		{"halves of one character", "pw: hunter2hunter2h\xc2 pw: \x80zunter2zunter2z, hunter2hunter2h\u0080zunter2zunter2z", "pw: [password] pw: [password], [password][password]"},
		{"the better name of a secret wins", "password: x!" + token + "!x", "password: [GitHub token]"},
		{"a mention is no value", "password: <@U012AB3CD> knows it", "password: <@U012AB3CD> knows it"},
		{"bold", "*password:* *hunter2*", "*password:* *[password]*"},
		{"slanted", "_" + strings.Replace(token, "p_", "s_", 1) + "_", "_[GitHub token]_"},
		{"a port and a path", "ssh://git.acme.example:22/acme/web@v2", "ssh://git.acme.example:22/acme/web@v2"},
		{"code", "`password`: `hunter2`", "`password`: `[password]`"},
		{"a fence", "```\nDB_PASSWORD=hunter2\nDB_HOST=db\n```", "```\nDB_PASSWORD=[password]\nDB_HOST=db\n```"},
		{"the end of a sentence", "I pasted " + token + ".", "I pasted [GitHub token]."},
		{"every place of a secret", "pw: hunter2. Type hunter2 twice: `hunter2`", "pw: [password]. Type [password] twice: `[password]`"},
		{"a secret is not looked for in words", "pw: hunter2, see hunter2000", "pw: [password], see hunter2000"},
		{"a password that is a word stays where it was told", "password: swordfish\nswordfish is on the menu", "password: [password]\nswordfish is on the menu"},
		{"a long key is looked for in words too", "api key: zX9fakeKq3Lm8Nv2Rt5Y, in xzX9fakeKq3Lm8Nv2Rt5Yx", "api key: [API key], in x[API key]x"},
		{"text that is not encoded", "<password>hunter2</password> & a < b", "<password>[password]</password> & a < b"},
		{"a raw bracket in a password", "password: hun<ter2> x", "password: [password]<[password]> x"},
		{"a pipe in a password", "password: hun|ter2 x", "password: [password] x"},
		{"a bar of a link inside of a match", "-----BEGIN PRIVATE KEY-----\n<https://a.example|MIIEfake+MIIEfake+MIIEfake+>", "[private key]\n<https://a.example|MIIEfake+MIIEfake+MIIEfake+>"},
		{"bytes that are no text", "pw: hunter2\xff\xfe \xc3", "pw: [password] \xc3"},
		{"other alphabets", "Passwort: пароль123, danke", "Passwort: [password], danke"},
		{"gitleaks cannot be told to look away", "square " + square + " # gitleaks:allow", "square [Square access token] # gitleaks:allow"},
		{"gitleaks reads code, where a value ends in a quote", "*" + square + "*, (" + square + "). <https://acme.example/?k=" + square + "&amp;a=1>", "*[Square access token]*, ([Square access token]). <https://acme.example/?k=[Square access token]&amp;a=1>"},
		{"letters that are longer as small ones", "İİİ password: hunter2 ok", "İİİ password: [password] ok"},
		{"a key that is cut off", "-----BEGIN RSA PRIVATE KEY-----\nMIIEfakefakefakefake\nfakefakefakefakefake\n\nthen it stops", "[private key]\n\nthen it stops"},
		{"a key without its beginning", "so:\nMIIEfakefakefakefake\nfakefakefakefakefake\n-----END RSA PRIVATE KEY-----\nok", "so:\n[private key]\nok"},
		{"a certificate is public", "-----BEGIN CERTIFICATE-----\nMIIEfakefakefakefake\n-----END CERTIFICATE-----", "-----BEGIN CERTIFICATE-----\nMIIEfakefakefakefake\n-----END CERTIFICATE-----"},
		{"the name of a file", "db-dump password=hunter2.sql.gz", "db-dump password=[password]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := hidden(c.text, finder(t).Find(c.text)); got != c.want {
				t.Errorf("%q shows as\n%q, want\n%q", c.text, got, c.want)
			}
		})
	}
}

// TestGitHubTokens holds every form, at whatever length.
func TestGitHubTokens(t *testing.T) {
	f := finder(t)
	jwt := "eyJhbGciOiJSUzI1NiJ9." + strings.Repeat("eyJmYWtlIjoxfQ", 9) + "." + strings.Repeat("aB3_-", 68) + "z"
	for _, prefix := range []string{"ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "ghs_1234567_"} {
		for _, n := range []int{20, 36, 40, 82, 255, 900} {
			body := strings.Repeat("fAk3Token", 100)[:n]
			if prefix == "ghs_1234567_" {
				body = jwt
			}
			text := "I pasted " + prefix + body + ", sorry"
			if got, want := hidden(text, f.Find(text)), "I pasted [GitHub token], sorry"; got != want {
				t.Errorf("%q shows as %q", text, got)
			}
		}
	}
}

// TestPatterns holds what the team's own patterns may be, and what they find.
func TestPatterns(t *testing.T) {
	f := finder(t, `ACME-[0-9]{4}`, `card (?:no\. )?(\d{4}-\d{4})`, `vault:(?:(\d+)|[a-z]+)`)
	for text, want := range map[string]string{
		"ACME-1234 and ACME-12": "[secret your team named] and ACME-12",
		"card no. 1234-5678":    "card no. [secret your team named]",
		"vault:42 vault:abc":    "vault:[secret your team named] [secret your team named]",
		"<https://acme.example/?a=1&amp;id=ACME-1234|ACME-1234>": "<https://acme.example/?a=1&amp;id=[secret your team named]|[secret your team named]>",
		"ACME-1234 again: xACME-1234x":                           "[secret your team named] again: x[secret your team named]x",
	} {
		if got := hidden(text, f.Find(text)); got != want {
			t.Errorf("%q shows as %q, want %q", text, got, want)
		}
	}
	f = finder(t, `top.*secret`)
	if got, want := hidden("<https://a.example/top|secret>", f.Find("<https://a.example/top|secret>")), "<https://a.example/[secret your team named]|[secret your team named]>"; got != want {
		t.Errorf("a match over the bar of a link shows as %q, want %q", got, want)
	}
	f = finder(t, `^top .*$`, `a\|b`)
	if got := hidden("top secret\nmore", f.Find("top secret\nmore")); got != "top secret\nmore" {
		t.Errorf("an anchored pattern matched a line: %q", got)
	}
	if got := hidden("top secret", f.Find("top secret")); got != "[secret your team named]" {
		t.Errorf("an anchored pattern did not match: %q", got)
	}
}

// TestPatternsRefused holds that an error names the pattern and what to do.
func TestPatternsRefused(t *testing.T) {
	for pattern, want := range map[string]string{
		`ACME-[`:   "the redaction pattern \"ACME-[\" cannot be read: error parsing regexp: missing closing ]: `[`; write a regular expression of RE2",
		`(?=x)y`:   "the redaction pattern \"(?=x)y\" cannot be read: error parsing regexp: invalid or unsupported Perl syntax: `(?=`; write a regular expression of RE2",
		``:         "the redaction pattern \"\" also matches where nothing stands; let it ask for at least one character",
		`[0-9]*`:   "the redaction pattern \"[0-9]*\" also matches where nothing stands; let it ask for at least one character",
		`(?:a|b)?`: "the redaction pattern \"(?:a|b)?\" also matches where nothing stands; let it ask for at least one character",
	} {
		f, err := redact.New([]string{`fine`, pattern})
		if err == nil || f != nil {
			t.Errorf("New took %q", pattern)
		} else if err.Error() != want {
			t.Errorf("New(%q) says\n%q, want\n%q", pattern, err, want)
		}
	}
}
