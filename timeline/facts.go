package timeline

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// On makes a change to one incident out of a rule over its state.
func on(key string, number int, rule func(tx *Tx, in *Incident) error) Change {
	return Change{Key: key, Decide: func(tx *Tx) error {
		in, err := tx.Incident(number)
		if err != nil {
			return err
		}
		return rule(tx, in)
	}}
}

// tell owes what a change of facts owes: the living card and announcement, the
// topic where it names what changed, and one post that says what happened.
func tell(tx *Tx, in *Incident, n int, topic bool) {
	refresh(tx, in)
	if topic && in.Channel.ID != "" {
		tx.Owe(Effect{Kind: OweTopic, Incident: in.Number})
	}
	if in.Channel.ID != "" {
		tx.Owe(Effect{Kind: OweNews, Incident: in.Number, N: n})
	}
}

// refresh owes the card and the announcement anew. Before there is a channel
// they are not owed: both come with it.
func refresh(tx *Tx, in *Incident) {
	if in.Channel.ID == "" {
		return
	}
	tx.Owe(again(in, OweCard))
	renew(tx, in)
	if !in.Private && !in.Drill {
		tx.Owe(again(in, OweAnnouncement))
	}
}

// again is a state effect of the incident. One that was given up may have left its
// post, which is looked for before there is a second.
func again(in *Incident, kind EffectKind) Effect {
	e := Effect{Kind: kind, Incident: in.Number}
	for _, f := range in.Failures {
		if f.Owed.Key == EffectKey(in.Number, kind, 0) {
			e.Created, e.Unsure = f.Owed.Created, true
		}
	}
	return e
}

// SetSeverity sets the severity, which the caller has checked to be one of those
// configured.
func SetSeverity(key, who string, number int, severity string) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		if in.Severity == severity {
			return Refuse(Conflict, fmt.Sprintf("%s is SEV %s already.", in.ID(), severity), "")
		}
		n := tx.Add(number, who, time.Time{}, Source{}, SeveritySet{Severity: severity})
		tell(tx, in, n, true)
		autoFreeze(tx, in, severity, in.Services)
		tx.tellAlerts(in, OweAlertLevel, AlertState.Open)
		return nil
	})
}

// SetTitle renames the incident. The channel keeps its name.
func SetTitle(key, who string, number int, title string) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		title, err := cleanTitle(title)
		if err != nil {
			return err
		}
		if title == in.Title {
			return Refuse(Conflict, in.ID()+" has this title already.", "")
		}
		n := tx.Add(number, who, time.Time{}, Source{}, TitleSet{Title: title})
		tell(tx, in, n, true)
		return nil
	})
}

// SetServices replaces the affected services.
func SetServices(key, who string, number int, services []string) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		if slices.Equal(slices.Sorted(slices.Values(in.Services)), slices.Sorted(slices.Values(services))) {
			return Refuse(Conflict, in.ID()+" names these services already.", "")
		}
		n := tx.Add(number, who, time.Time{}, Source{}, ServicesSet{Services: services})
		tell(tx, in, n, false)
		tx.oweSuspects(in)
		autoFreeze(tx, in, in.Severity, services)
		return nil
	})
}

// SetImpact replaces the statement of who notices what.
func SetImpact(key, who string, number int, text string) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		text, err := cleanText(text, "The impact says who notices what.", "/incident impact Login fails for about a third of users")
		if err != nil {
			return err
		}
		n := tx.Add(number, who, time.Time{}, Source{}, ImpactSet{Text: text})
		tell(tx, in, n, false)
		return nil
	})
}

// SetCause replaces the statement of cause. "unknown" is a fine one.
func SetCause(key, who string, number int, text string) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		text, err := cleanText(text, "The cause says what is known by now; unknown is fine.", "/incident cause unknown")
		if err != nil {
			return err
		}
		n := tx.Add(number, who, time.Time{}, Source{}, CauseSet{Text: text})
		tell(tx, in, n, false)
		return nil
	})
}

// SetRole gives a role to a person and owes that person private instructions.
func SetRole(key, who string, number int, role, user string) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		if err := notFinal(in); err != nil {
			return err
		}
		if in.Holder(role) == user {
			return Refuse(Conflict, fmt.Sprintf("<@%s> has the role %s already.", user, role), "")
		}
		n := tx.Add(number, who, time.Time{}, Source{}, RoleSet{Role: role, User: user})
		tell(tx, in, n, role == LeadRole)
		if role == LeadRole && user != "" {
			tx.tellAlerts(in, OweAlertAck, triggered)
		}
		if user == "" || in.Channel.ID == "" {
			return nil
		}
		tx.Owe(Effect{Kind: OweInvite, Incident: number, N: n, Users: []string{user}})
		if user != who || role == LeadRole {
			tx.Owe(Effect{Kind: OweBriefing, Incident: number, N: n, Users: []string{user}})
		}
		return nil
	})
}

// Handoff gives the lead from who holds it to another.
func Handoff(key, who string, number int, to string) Change {
	c := SetRole(key, who, number, LeadRole, to)
	decide := c.Decide
	c.Decide = func(tx *Tx) error {
		in, err := tx.Incident(number)
		if err != nil {
			return err
		}
		if in.Lead() == "" {
			return Refuse(Conflict, "Nobody leads "+in.ID()+" yet, so there is nothing to hand over.", fmt.Sprintf("/incident lead <@%s> gives the lead.", to))
		}
		return decide(tx)
	}
	return c
}

// GiveUpdate records a stakeholder update; next is when the following one is
// promised, or zero.
func GiveUpdate(key, who string, number int, text string, next time.Time) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		text, err := cleanText(text, "An update says what others should know now.", "/incident update Rolled back, watching the error rate next:30m")
		if err != nil {
			return err
		}
		if err := notFinal(in); err != nil {
			return err
		}
		n := tx.Add(number, who, time.Time{}, Source{}, Update{Text: text, Next: next})
		tell(tx, in, n, false)
		tx.tellNote(in, n)
		return nil
	})
}

// KeepLink keeps a link with the incident.
func KeepLink(key, who string, number int, link, name string) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		u, err := url.Parse(link)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			return Refuse(Invalid, "That is no web link.", "Type for example: /incident link https://status.example/1 Status page")
		}
		tx.Add(number, who, time.Time{}, Source{Link: link}, Linked{URL: link, Name: strings.TrimSpace(name)})
		refresh(tx, in)
		return nil
	})
}

// Tell is tell for the rules of other packages.
func (tx *Tx) Tell(in *Incident, n int) { tell(tx, in, n, false) }

// Refresh is refresh for the rules of other packages.
func (tx *Tx) Refresh(in *Incident) { refresh(tx, in) }

// MakePrivate moves the work on a public incident into a private channel. What
// was said in public stays public: bots cannot convert a channel.
func MakePrivate(key, who string, number int, members []string) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		if in.Private {
			return Refuse(Conflict, in.ID()+" is private already.", "")
		}
		if err := notFinal(in); err != nil {
			return err
		}
		n := tx.Add(number, who, time.Time{}, Source{}, PrivacySet{})
		tx.Owe(Effect{Kind: OweChannel, Incident: number, N: n, Users: members})
		tx.Owe(Effect{Kind: OweAnnouncement, Incident: number})
		return nil
	})
}

func notFinal(in *Incident) error {
	switch in.Status {
	case CancelledSt:
		return Refuse(Conflict, in.ID()+" was cancelled, which is final.", "/incident new declares another one.")
	case Merged:
		return Refuse(Conflict, in.ID()+" was merged, which is final.", "Go on in the incident that it was merged into.")
	}
	return nil
}

// cleanText trims and bounds what people wrote. Invalid UTF-8 is repaired rather
// than refused: the words matter more than the bytes.
func cleanText(s, what, example string) (string, error) {
	s = strings.TrimSpace(strings.ToValidUTF8(s, "\uFFFD"))
	if s == "" {
		return "", Refuse(Invalid, what, "Type for example: "+example)
	}
	if n := utf8.RuneCountInString(s); n > MaxText {
		return "", Refuse(Invalid, fmt.Sprintf("The text has %d characters; at most %d fit.", n, MaxText), "Post it as a message in the channel and star it.")
	}
	return s, nil
}
