package templates

import "strings"

// asciiLetters gives the ASCII letters for a small letter of the Latin, Cyrillic
// and Greek scripts, or "" for any other. Umlauts are written the German way; a
// letter followed by a combining mark counts as the letter, except that the
// diaeresis on a, o and u adds its e. Letters of other scripts have no agreed
// spelling and are left out.
func asciiLetters(r, before rune) string {
	switch {
	case r < 0x80:
		return ""
	case r == 0x308 && strings.ContainsRune("aou", before):
		return "e"
	case r >= 0xff10 && r <= 0xff19, r >= 0xff41 && r <= 0xff5a: // full-width forms
		return string(r - 0xfee0)
	case r >= 0x400 && r <= 0x4ff:
		return fromCyrillic(r)
	case r >= 0x370 && r <= 0x3ff:
		return fromGreek(r)
	case r >= 0x1ea0 && r <= 0x1ef9:
		return fromVietnamese(r)
	}
	return fromLatin(r)
}

func fromLatin(r rune) string {
	for _, row := range [...]struct{ from, to string }{
		{"äæ", "ae"}, {"öœ", "oe"}, {"ü", "ue"}, {"ß", "ss"}, {"þ", "th"},
		{"àáâãāăąǎ", "a"}, {"å", "aa"}, {"ø", "oe"}, {"çćĉċč", "c"}, {"ďđð", "d"},
		{"èéêëēĕėęěə", "e"}, {"ĝğġģ", "g"}, {"ĥħ", "h"}, {"ìíîïĩīĭįıǐ", "i"},
		{"ĵ", "j"}, {"ķĸ", "k"}, {"ĺļľŀł", "l"}, {"ñńņňŋ", "n"}, {"òóôõōŏőơǒ", "o"},
		{"ŕŗř", "r"}, {"śŝşšș", "s"}, {"ţťŧț", "t"}, {"ùúûũūŭůűųưǔ", "u"},
		{"ŵ", "w"}, {"ýÿŷ", "y"}, {"źżž", "z"},
	} {
		if strings.ContainsRune(row.from, r) {
			return row.to
		}
	}
	return ""
}

func fromCyrillic(r rune) string {
	for _, row := range [...]struct{ from, to string }{
		{"а", "a"}, {"б", "b"}, {"в", "v"}, {"гґѓ", "g"}, {"дђ", "d"}, {"еэ", "e"},
		{"ё", "yo"}, {"є", "ye"}, {"ж", "zh"}, {"з", "z"}, {"иі", "i"}, {"ї", "yi"},
		{"й", "y"}, {"ј", "j"}, {"кќ", "k"}, {"л", "l"}, {"љ", "lj"}, {"м", "m"},
		{"н", "n"}, {"њ", "nj"}, {"о", "o"}, {"п", "p"}, {"р", "r"}, {"с", "s"},
		{"т", "t"}, {"ћ", "c"}, {"уў", "u"}, {"ф", "f"}, {"х", "kh"}, {"ц", "ts"},
		{"ч", "ch"}, {"џ", "dz"}, {"ш", "sh"}, {"щ", "shch"}, {"ы", "y"}, {"ѕ", "dz"},
		{"ю", "yu"}, {"я", "ya"},
	} {
		if strings.ContainsRune(row.from, r) {
			return row.to
		}
	}
	return "" // the hard and the soft sign are not heard
}

func fromGreek(r rune) string {
	for _, row := range [...]struct{ from, to string }{
		{"αά", "a"}, {"β", "v"}, {"γ", "g"}, {"δ", "d"}, {"εέ", "e"}, {"ζ", "z"},
		{"ηήιίϊΐ", "i"}, {"θ", "th"}, {"κ", "k"}, {"λ", "l"}, {"μ", "m"}, {"ν", "n"},
		{"ξ", "x"}, {"οόωώ", "o"}, {"π", "p"}, {"ρ", "r"}, {"σς", "s"}, {"τ", "t"},
		{"υύϋΰ", "y"}, {"φ", "f"}, {"χ", "ch"}, {"ψ", "ps"},
	} {
		if strings.ContainsRune(row.from, r) {
			return row.to
		}
	}
	return ""
}

// fromVietnamese reads the block of letters with tone marks, which is in order
// of the letter below them.
func fromVietnamese(r rune) string {
	switch {
	case r <= 0x1eb7:
		return "a"
	case r <= 0x1ec7:
		return "e"
	case r <= 0x1ecb:
		return "i"
	case r <= 0x1ee3:
		return "o"
	case r <= 0x1ef1:
		return "u"
	}
	return "y"
}
