package redact

import "strings"

// saying are words of grammar: where one of them stands, somebody talks.
const saying = ` in is are was be been am not no the a an and or for from on at to of with without via per only still must should can could will may has had have it its this
that these those we you they he she i me my our your too very than then when if but so as by again already currently please see ask
im am nicht wie immer siehe bitte ist sind war der die das den dem ein eine und oder für von vom zum zur auf aus bei noch schon hat wird
le la les est de des du el los es en pour para por `

// states are what people say of a password, a key or a token instead of what it is,
// and what a field of that name holds in code.
const states = ` required optional none null nil true false yes ok okay empty blank missing invalid valid wrong incorrect correct bad weak strong
unset set reset resets change changed changes rotate rotated rotation expired expires expiry never always unknown unchanged same use check enter try
string str text varchar char bytea bool boolean int integer number any object secretstr optional undefined void
works work working fails failed failing fail broken fine done gone here there nothing something anything everything
disabled enabled default off denied allowed blocked locked accepted rejected leaked exposed hashed hash encrypted plain plaintext cleartext redacted hidden masked
prompt login logins logout auth authentication authorization error errors warning info debug trace flow page field form policy manager service server column table mail mails
vault onepassword keepass bitwarden lastpass keychain tresor sso saml ldap oauth oidc kerberos iam mfa build lint test tests deploy pending skipped success unauthorized forbidden timeout
input getpass prompted stored rotating unavailable down up green red late slow ready later soon sorry tomorrow today yesterday
abgelaufen vergessen falsch leer keins keines neu alt gesetzt geändert gesperrt richtig unbekannt fehlt
basic bearer digest negotiate ntlm scram peer ident md trust permission access interactive publickey keyboard `

// isSaid says whether a value is only a word that people say of secrets.
func isSaid(v string) bool { return among(saying, v) || among(states, v) }

// among says whether a word is in a list, whatever its case.
func among(list, w string) bool {
	if w == "" || len(w) > 20 || strings.ContainsAny(w, " \n") {
		return false
	}
	w = lower(w)
	for at := 0; ; at++ {
		i := strings.Index(list[at:], w)
		if i < 0 {
			return false
		}
		at += i
		if end := at + len(w); at > 0 && list[at-1] <= ' ' && end < len(list) && list[end] <= ' ' {
			return true
		}
	}
}
