package postmortem

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"backout/templates"
	"backout/timeline"
)

// cleaning takes out of words what strangers should not read.
type cleaning struct {
	people, rooms *regexp.Regexp // names and ids that the record knows; nil for none
	address       *regexp.Regexp // of pages and mailboxes
	handle        *regexp.Regexp // @name
	id            *regexp.Regexp // as Slack makes them
	room          *regexp.Regexp // #name
	ticket        *regexp.Regexp // a label such as #412 or owner/name#412
	leftover      *strings.Replacer
}

// cleaner knows the people and channels of the record by name.
func cleaner(in *timeline.Incident, opt Options) cleaning {
	people, rooms := known(in)
	var names, places []string
	for id := range people {
		names = append(names, id)
		if opt.Names != nil {
			names = append(names, opt.Names.PersonName(id))
		}
	}
	for id, name := range rooms {
		places = append(places, id, name)
		if opt.Names != nil {
			places = append(places, opt.Names.ChannelName(id))
		}
	}
	for _, a := range in.Alerts {
		names = append(names, a.AckedBy)
	}
	return cleaning{
		people: anyOf(names), rooms: anyOf(places),
		// A word with a colon and two slashes, one that begins with www., one with
		// an at sign inside, and a host with a path.
		address:  regexp.MustCompile(`(?i)[^\s()<>“”"]*://[^\s()<>“”"]*|mailto:\S*|\bwww\.[^\s()<>“”"]*|[^\s()<>“”"@]+@[^\s()<>“”"@]+\.[^\s()<>“”"]+|\b(?:[\pL\pN-]+\.)+\pL{2,}/[^\s()<>“”"]*`),
		handle:   regexp.MustCompile(`@[\pL\pN_][\pL\pN._-]*`),
		id:       regexp.MustCompile(`\b[UWCGDBST][0-9][A-Z0-9]{6,}\b`),
		room:     regexp.MustCompile(`#[\pL\pN_-]*\pL[\pL\pN_-]*`),
		ticket:   regexp.MustCompile(`^[\w./-]*#\d+$`),
		leftover: strings.NewReplacer("()", "", "( )", "", "(see)", "", "(see )", "", "“”", "", `""`, "", " .", ".", " ,", ",", " ;", ";", " )", ")", "( ", "(", " !", "!", " ?", "?", " :", ":", " 's", "'s", " ’s", "’s"),
	}
}

// known gives the ids of the people and channels that the record names, channels
// with their names.
func known(in *timeline.Incident) (people map[string]bool, rooms map[string]string) {
	people, rooms = map[string]bool{}, map[string]string{}
	add := func(ids ...string) {
		for _, id := range ids {
			if timeline.IsPerson(id) {
				people[id] = true
			}
		}
	}
	for _, e := range in.Timeline() {
		add(e.Who)
		add(e.StarredBy...)
		if e.Message != nil {
			rooms[e.Message.Channel] = "" // its name follows, where it is the incident's own
		}
	}
	for _, r := range in.Roles {
		add(r.User)
	}
	for _, f := range in.FollowUps {
		add(f.Owner)
	}
	for _, r := range in.Rollbacks {
		add(r.CancelBy)
	}
	for _, p := range in.Pages {
		add(p.Target)
	}
	add(in.Invite...)
	add(in.DeclaredBy)
	for _, c := range in.Channels {
		rooms[c.ID] = c.Name
	}
	return people, rooms
}

// anyOf finds any of the words where it stands alone, longer ones first. One letter
// is no name that could be told from a word, and neither are the words that are put
// in a name's place.
func anyOf(words []string) *regexp.Regexp {
	var clean []string
	for _, w := range words {
		switch w = oneLine(w); {
		case len([]rune(w)) < 2 || slices.Contains([]string{"someone", "everyone", "channel", "team"}, w):
		case strings.Contains(w, " "):
			clean = append(clean, "(?i:"+regexp.QuoteMeta(w)+")")
		default:
			clean = append(clean, regexp.QuoteMeta(w))
		}
	}
	if len(clean) == 0 {
		return nil
	}
	slices.SortFunc(clean, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return regexp.MustCompile(`(?:^|[^\pL\pN_])(` + strings.Join(slices.Compact(clean), "|") + `)(?:[^\pL\pN_]|$)`)
}

// words gives Slack's text as plain words on one line, without people, channels,
// addresses and signs.
func (c cleaning) words(text string) string {
	var b strings.Builder
	for _, s := range templates.FromSlack(text) {
		words := c.span(s)
		if s.Style >= templates.Person { // beside other words it is one of its own
			words = " " + words + " "
		}
		b.WriteString(words)
	}
	out := oneLine(b.String())
	// What is taken out may leave something behind that reads as an address again.
	for range len(out) + 1 {
		next := c.pass(out)
		if next == out {
			break
		}
		out = next
	}
	return out
}

// span gives what of a piece of text is left before its words are looked through.
func (c cleaning) span(s templates.Span) string {
	switch s.Style {
	case templates.Person:
		return "someone"
	case templates.Group:
		return "a team"
	case templates.Room:
		return "a channel"
	case templates.Alarm:
		return "everyone"
	case templates.Anchor:
		if c.address.MatchString(s.Label) || c.ticket.MatchString(s.Label) {
			return ""
		}
		return s.Label
	case templates.Emoji:
		return ""
	case templates.Instant:
		return templates.UTC(s.At)
	case templates.Block:
		return " " + s.Text + " "
	}
	return s.Text
}

func (c cleaning) pass(s string) string {
	s = c.address.ReplaceAllString(s, "")
	s = c.room.ReplaceAllString(s, " a channel")
	s = c.handle.ReplaceAllString(s, " someone")
	s = c.id.ReplaceAllString(s, " someone")
	s = alone(c.rooms, s, "a channel")
	s = alone(c.people, s, "someone")
	return oneLine(c.leftover.Replace(s))
}

// alone replaces words that stand alone, and keeps what is around them.
func alone(find *regexp.Regexp, s, with string) string {
	if find == nil {
		return s
	}
	var out strings.Builder
	for {
		m := find.FindStringSubmatchIndex(s)
		if m == nil {
			return out.String() + s
		}
		out.WriteString(s[:m[2]] + with)
		s = s[m[3]:]
	}
}
