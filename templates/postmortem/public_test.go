package postmortem_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"backout/templates"
	"backout/templates/postmortem"
	"backout/timeline"

	"pgregory.net/rapid"
)

func (p *tape) publish(n int) { p.add("23:00:00", "U0ANA", timeline.PublicSet{N: n, Public: true}) }

// publishedLogin is the story with some of it marked for the public.
func publishedLogin(t testing.TB) (*timeline.Incident, postmortem.Options) {
	p := loginTape(t)
	note := p.add("15:50:00", "U0SAM", timeline.Note{Text: "All sessions were ended at 14:30 UTC; see <https://acme.slack.example/archives/C7/p1|the thread> or https://wiki.acme.example/x. Thanks to <@U0PRI> and Tom Weber in <#C7>!"})
	p.publish(note)
	lesson := p.add("15:51:00", "U0SAM", timeline.LessonAdded{Text: "We test sessions with many users at once now"})
	p.publish(lesson)
	for _, e := range p.events {
		switch e.Body.(type) {
		case timeline.ImpactSet, timeline.FollowUpAdded, timeline.CauseSet:
			p.publish(e.N)
		}
	}
	return p.fold(), p.options("16:00:00")
}

func TestPublicGolden(t *testing.T) {
	for _, s := range []story{{"login", login}, {"published-login", publishedLogin}, {"two-days", twoDays}, {"cancelled", cancelled}, {"open", open}} {
		in, opt := s.make(t)
		golden(t, "public-"+s.name, postmortem.Render(postmortem.Public(in, opt)))
	}
}

// The title is internal until its row is marked, and the services with it.
func TestPublicTitle(t *testing.T) {
	p := loginTape(t)
	public := func() string {
		return string(postmortem.Render(postmortem.Public(p.fold(), p.options("16:00:00"))))
	}
	has(t, public(), "# Incident on 20 November 2026\n")
	hasNot(t, public(), "logged out", "web-app", "Critical")
	p.publish(1)
	has(t, public(), "# Users are logged out, some see other people's accounts\n", "| **Service** | web-app |")
	renamed := p.add("15:55:00", "U0ANA", timeline.TitleSet{Title: "Sessions mixed up by jlind's change"})
	has(t, public(), "# Incident on 20 November 2026\n")
	p.publish(renamed)
	has(t, public(), "# Sessions mixed up")
}

// What may not be told is what people said to each other.
func TestPublicWords(t *testing.T) {
	for said, want := range map[string]string{
		"Thanks <@U0ANA> and <@U0NEW|newbie>":                           "Thanks someone and someone",
		"Tom Weber and tom weber fixed it":                              "someone and someone fixed it",
		"in <#C7|inc-7> and #inc-7-users-are-logged-out":                "in a channel and a channel",
		"<!subteam^S012345AB|@oncall> <!here>":                          "a team everyone",
		"See <https://x.example/a|the page> (<https://x.example/b>)":    "See the page",
		"<https://x.example/a|https://x.example/a> www.x.example":       "",
		"<https://x.example|mail me@x.example>":                         "",
		"write to <mailto:me@x.example|me@x.example> or you@x.example!": "write to or",
		"go to wiki.acme.example/login now":                             "go to now",
		"h*ttps://*x.example stays away":                                "stays away",
		"U0123ABCDE9 wrote to C0123ABCDE9":                              "someone wrote to someone",
		"ask @ana.ruiz":                                                 "ask someone",
		"14:05 UTC, 3 of 4 nodes, v2.3.9/v2.4.0 at 5 %":                 "14:05 UTC, 3 of 4 nodes, v2.3.9/v2.4.0 at 5 %",
		"Analysis by Ana Ruiz's team":                                   "Analysis by someone's team",
		"Done (see <https://x.example/pull/412|acme/web#412>)":          "Done",
		"<@U0ANA>Tom Weber<#C7>x":                                       "someone someone a channel x",
		":fire: It burns":                                               "It burns",
	} {
		p := loginTape(t)
		p.publish(p.add("15:50:00", "U0SAM", timeline.Note{Text: said}))
		doc := string(postmortem.Render(postmortem.Public(p.fold(), p.options("16:00:00"))))
		line := "- 15:50:00 UTC: " + want + "\n"
		if want == "" {
			hasNot(t, doc, "15:50:00")
		} else {
			has(t, doc, line)
		}
	}
}

// A lesson or follow-up that is a message's words is not public, marked or not, and
// neither is what was hidden or erased.
func TestPublicLeavesOut(t *testing.T) {
	p := loginTape(t)
	m := p.say("15:50:00", "U0TOM", "kumquat one")
	p.publish(p.add("15:50:10", "U0ANA", timeline.LessonAdded{From: m}))
	p.publish(p.add("15:50:20", "U0ANA", timeline.FollowUpAdded{Number: 3, From: m}))
	p.publish(m) // a record may hold it, although it is refused
	hidden := p.add("15:51:00", "U0ANA", timeline.Note{Text: "kumquat two"})
	p.publish(hidden)
	p.add("15:51:10", "U0ANA", timeline.Hidden{N: hidden, Hidden: true})
	update := p.add("15:52:00", "U0ANA", timeline.Update{Text: "kumquat three"})
	p.add("15:52:10", "U0ANA", timeline.Hidden{N: update, Hidden: true})
	erased := p.add("15:53:00", "U0ANA", timeline.ImpactSet{Text: "kumquat four"})
	p.publish(erased)
	p.add("15:53:10", "U0ANA", timeline.Erased{N: erased})
	taken := p.add("15:54:00", "U0ANA", timeline.Note{Text: "kumquat five"})
	p.publish(taken)
	p.add("15:54:10", "U0ANA", timeline.PublicSet{N: taken})
	hasNot(t, string(postmortem.Render(postmortem.Public(p.fold(), p.options("16:00:00")))), "kumquat")
}

// The public version and the full one never get into each other's files.
func TestPublicAndFullStayApart(t *testing.T) {
	in, opt := publishedLogin(t)
	full, public := postmortem.Render(postmortem.Build(in, opt)), postmortem.Render(postmortem.Public(in, opt))
	for _, c := range [][2][]byte{{full, public}, {public, full}} {
		got, notes := postmortem.Merge(c[0], c[1])
		if string(got) != string(c[0]) || len(notes) != 1 {
			t.Errorf("one was put into the other: %v", notes)
		}
	}
	if again, notes := postmortem.Merge(public, public); string(again) != string(public) || notes != nil {
		t.Errorf("the public version does not merge with itself: %v", notes)
	}
}

// Whatever a record holds, the public version has no id, no name, no address, and
// no word that was not marked.
func TestPublicTellsNothingElse(t *testing.T) {
	piece := rapid.OneOf(rapid.String(), rapid.SampledFrom(slices.Concat(hostile(), []string{
		"<@U0ANA>", "<@U0ANA|Zoe Quux>", "Zoe Quux", "zoe  quux", "Bo", "<#C7|secret-room>", "#secret-room", "secret-room", "C0SUPPORT9", "https://", "http", "://", "www.", "evil.example/x", "@", ".example",
		"U0ANA", "<https://acme.slack.example/archives/C7/p1|thread>", "<https://a.example|Zoe Quux>", "<https://a.example|https://b.example>", "mailto:", " ", "h", "ttps:", "//", "(", ")", "\u200b", "\u00ad",
	})))
	alone := func(words string) *regexp.Regexp { // Unicode's words: an é is a letter
		return regexp.MustCompile(`(?:^|[^\pL\pN_])(?:` + words + `)(?:[^\pL\pN_]|$)`)
	}
	id, name := alone(`U0ANA|U0PRI|U0TOM|C0SUPPORT9|C7|secret-room`), alone(`(?i:zoe quux)|Bo`)
	address := regexp.MustCompile(`(?i)://|\bwww\.|mailto:|\w@\w`)
	rapid.Check(t, func(rt *rapid.T) {
		words := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(piece, 0, 6).Draw(t, "pieces"), "") })
		p := newTape(t, "2026-11-20")
		count := 0
		secret := func() string { // words that nobody marked
			count++
			return words.Draw(rt, "words") + fmt.Sprintf(" kumquat%d ", count)
		}
		open := func() string { return words.Draw(rt, "words") }
		p.everything(secret)
		for _, e := range p.events {
			if e.Kind() == timeline.KindUpdate { // these need no mark
				p.add("09:19:00", "U0ANA", timeline.Hidden{N: e.N, Hidden: true})
			}
		}
		p.publish(p.add("09:20:00", "U0ANA", timeline.TitleSet{Title: open()}))
		p.add("09:20:01", "U0ANA", timeline.ServicesSet{Services: []string{open(), open()}})
		p.add("09:21:00", "U0ANA", timeline.Update{Text: open()})
		for _, b := range []timeline.Body{
			timeline.Note{Text: open()}, timeline.ImpactSet{Text: open()}, timeline.CauseSet{Text: open()}, timeline.LessonAdded{Text: open()},
			timeline.FollowUpAdded{Number: 9, Text: open(), Owner: "U0TOM"}, timeline.StatusSet{Status: timeline.Resolved, Text: open()},
		} {
			p.publish(p.add("09:22:00", "U0PRI", b))
		}
		opt := p.options("09:30:00")
		known := maps.Clone(people())
		known["U0ANA"], known["U0PRI"], known["C7"], known["C0SUP"] = "Zoe Quux", "Bo", "secret-room", "secret-room"
		opt.Names = known
		opt.Usual = postmortem.Usual{Detect: time.Minute}
		opt.Chart = "chart.png"
		src := postmortem.Render(postmortem.Public(p.fold(), opt))
		doc := unescaped(src)
		for what, find := range map[string]*regexp.Regexp{"an id": id, "a name": name, "an address": address, "unmarked words": regexp.MustCompile("kumquat")} {
			if m := find.FindString(doc); m != "" {
				rt.Errorf("the public version has %s, %q:\n%s", what, m, src)
			}
		}
		if m := regexp.MustCompile(`\]\(#t\d|<a id`).FindString(outsideCode(src)); m != "" {
			rt.Errorf("the public version has a row, %q", m)
		}
		if links := shapeOf(rt, src).links; len(links) > 0 {
			rt.Errorf("the public version has links: %q", links)
		}
	})
}

// unescaped gives the words as people see them.
func unescaped(src []byte) string {
	s := regexp.MustCompile(`<!-- .* -->`).ReplaceAllString(string(src), "")
	s = regexp.MustCompile(`\\([[:punct:]])`).ReplaceAllString(s, "$1")
	return strings.ReplaceAll(templates.Harmless(s), "\u200b", "")
}
