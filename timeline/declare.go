package timeline

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Limits of what people write. Titles go into channel names, topics and tables;
// longer statements belong into an update or a note.
const (
	MaxTitle = 200
	MaxText  = 12000
)

// sameTitle is how long a second declaration with the same title counts as the
// same one typed again: no key can tell, because each typing is a delivery.
const sameTitle = 2 * time.Minute

// Declaration is what is known when an incident is declared.
type Declaration struct {
	Title    string
	Severity string
	Services []string
	Private  bool
	// Lead takes the lead at once; empty leaves it open.
	Lead string
	// Invite lists further users and user groups to bring in.
	Invite []string
	// From is the message it is declared from, if any.
	From *Said
	// Link and DetectedAt are those of the alert it is declared from, if any.
	Link       string
	DetectedAt time.Time
	// Triage leaves open whether it is one; Drill marks an exercise.
	Triage, Drill bool
}

// Declare opens a new incident and owes its channel.
func Declare(key, who string, d Declaration) Change {
	return Change{Key: key, Decide: func(tx *Tx) error {
		title, err := cleanTitle(d.Title)
		if err != nil {
			return err
		}
		if err := notDeclaredTwice(tx, title); err != nil {
			return err
		}
		n := tx.NextNumber()
		declare(tx, n, who, title, d, "")
		tx.Owe(Effect{Kind: OweChannel, Incident: n})
		return nil
	}}
}

// Adoption is what is known of a hand-made channel that becomes an incident.
type Adoption struct {
	Channel, Name string
	Private       bool
	// Since is how far back the channel's history belongs to the record.
	Since time.Time
	Declaration
}

// Adopt makes the channel an incident, history and all.
func Adopt(key, who string, a Adoption) Change {
	return Change{Key: key, Decide: func(tx *Tx) error {
		if in, ok, err := tx.InChannel(a.Channel); err != nil {
			return err
		} else if ok {
			return Refuse(Conflict, fmt.Sprintf("This channel belongs to %s already.", in.ID()), "/incident status shows it.")
		}
		title := a.Title
		if strings.TrimSpace(title) == "" {
			title = strings.ReplaceAll(a.Name, "-", " ")
		}
		title, err := cleanTitle(title)
		if err != nil {
			return err
		}
		n := tx.NextNumber()
		a.Declaration.Private = a.Private
		declare(tx, n, who, title, a.Declaration, a.Channel)
		tx.Add(n, who, time.Time{}, Source{}, ChannelOpened{Channel: a.Channel, Name: a.Name, Private: a.Private, From: a.Since.UTC()})
		oweFurnishing(tx, n, a.Private)
		return nil
	}}
}

func declare(tx *Tx, n int, who, title string, d Declaration, adopted string) {
	body := Declared{Title: title, Severity: d.Severity, Services: d.Services, Private: d.Private, Adopted: adopted, DetectedAt: d.DetectedAt, Triage: d.Triage, Drill: d.Drill}
	body.Invite = slices.Clone(d.Invite)
	for _, u := range []string{d.Lead, who} {
		if IsPerson(u) && !slices.Contains(body.Invite, u) {
			body.Invite = append([]string{u}, body.Invite...)
		}
	}
	src := Source{Link: d.Link}
	if d.From != nil {
		src.Link = d.From.Link
		if at, ok := SlackTime(d.From.TS); ok {
			body.DetectedAt = at
		}
	}
	tx.Add(n, who, time.Time{}, src, body)
	if d.From != nil {
		if at, ok := SlackTime(d.From.TS); ok {
			m := tx.Add(n, d.From.Who, at, Source{Key: d.From.key(), Link: d.From.Link}, d.From.body())
			tx.Add(n, who, time.Time{}, Source{}, Starred{N: m})
		}
	}
	if d.Lead != "" {
		tx.Add(n, who, time.Time{}, Source{}, RoleSet{Role: LeadRole, User: d.Lead})
	}
	if d.Drill { // nobody is kept from deploying by an exercise
		return
	}
	in := newIncident(n)
	tx.oweSuspects(in)
	autoFreeze(tx, in, d.Severity, d.Services)
}

// oweFurnishing owes everything behind a channel that is there.
func oweFurnishing(tx *Tx, n int, quiet bool) {
	tx.Owe(Effect{Kind: OweCard, Incident: n})
	tx.Owe(Effect{Kind: OweTopic, Incident: n})
	tx.Owe(Effect{Kind: OweSweep, Incident: n})
	if !quiet {
		tx.Owe(Effect{Kind: OweAnnouncement, Incident: n})
	}
}

// oweWorkPosts owes the posts about what is going on to a channel that is new.
func oweWorkPosts(tx *Tx, in *Incident) {
	for _, d := range in.Deploys {
		if d.During {
			tx.Owe(Effect{Kind: OweDeployPost, Incident: in.Number, N: d.Deploy.Number})
		}
	}
	for _, r := range in.Rollbacks {
		if !r.State.Finished() {
			tx.Owe(Effect{Kind: OweRollbackPost, Incident: in.Number, N: r.Number})
		}
	}
}

// ChannelIsOpen records that the owed channel exists and owes what follows. The
// people are invited only now: whoever comes in finds the channel recorded.
func ChannelIsOpen(e Effect, c Channel) Change {
	return Change{Decide: func(tx *Tx) error {
		if !tx.Settle(e.Key, e.Gen) {
			return nil
		}
		in, err := tx.Incident(e.Incident)
		if err != nil {
			return err
		}
		if other, ok, err := tx.InChannel(c.ID); err != nil {
			return err
		} else if ok {
			return tx.giveUp(e, in, "the channel that was found belongs to "+other.ID())
		}
		successor := in.Channel.ID != ""
		n := tx.Add(in.Number, Backout, time.Time{}, Source{}, ChannelOpened{Channel: c.ID, Name: c.Name, Private: c.Private, From: c.From, Successor: successor})
		invite := slices.Concat(in.Invite, e.Users)
		if len(invite) > 0 {
			tx.Owe(Effect{Kind: OweInvite, Incident: in.Number, N: n, Users: invite})
		}
		oweFurnishing(tx, in.Number, c.Private || in.Drill)
		oweWorkPosts(tx, in)
		if successor {
			tx.Owe(Effect{Kind: OweNotice, Incident: in.Number, N: n, Channel: in.Channel.ID})
		}
		return nil
	}}
}

func cleanTitle(s string) (string, error) {
	title := strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if title == "" {
		return "", Refuse(Invalid, "An incident needs a title that says what people notice.", "Type for example: /incident new Checkout fails for everyone sev:1")
	}
	if r := []rune(title); len(r) > MaxTitle {
		return "", Refuse(Invalid, fmt.Sprintf("The title has %d characters; at most %d fit.", len(r), MaxTitle), "Keep the title short and put the rest into the channel.")
	}
	return title, nil
}

func notDeclaredTwice(tx *Tx, title string) error {
	for _, s := range tx.declaredWithin(sameTitle) {
		if age := tx.Now().Sub(s.Moments.Declared.At); s.Status.Open() && !s.Private && strings.EqualFold(s.Title, title) {
			return Refuse(Conflict,
				fmt.Sprintf("%s was declared %d s ago with this title%s.", s.ID(), int(age.Seconds()), inChannel(s.Channel)),
				"Join it there, or change the title if this is another outage.")
		}
	}
	return nil
}

func inChannel(c Channel) string {
	if c.ID == "" {
		return ""
	}
	return " in <#" + c.ID + ">"
}

// IsPerson reports whether the id is a Slack user's, and not a source's name.
func IsPerson(id string) bool {
	return len(id) > 1 && (id[0] == 'U' || id[0] == 'W')
}
