package timeline

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Secret is a stretch of a text that nobody but its author should have read: bytes
// [From, To) of the body's text with the number, counted in the order of
// [mapTexts]. Kind names it for people, such as "GitHub token".
type Secret struct {
	Text int    `json:"text,omitempty"`
	From int    `json:"from"`
	To   int    `json:"to"`
	Kind string `json:"kind"`
}

// Scan finds secrets in a text. It must be fast and safe for concurrent use; the
// stretches are in order and do not overlap.
type Scan func(text string) []Secret

// minSecret is how short a text is not worth looking at.
const minSecret = 8

// scanned finds the secrets of a body.
func (s Scan) scanned(b Body) []Secret {
	if s == nil {
		return nil
	}
	var out []Secret
	i := 0
	mapTexts(b, func(text string) string {
		if len(text) >= minSecret {
			for _, found := range s(text) {
				found.Text = i
				out = append(out, found)
			}
		}
		i++
		return text
	})
	return out
}

// masked gives the body with its secrets replaced. Everything that people see is
// made from masked bodies; what was really said is compared with, and stored.
func masked(b Body, secrets []Secret) Body {
	if len(secrets) == 0 {
		return b
	}
	i := -1
	return mapTexts(b, func(text string) string {
		i++
		return mask(text, i, secrets)
	})
}

// mask replaces the secrets of text number n.
func mask(text string, n int, secrets []Secret) string {
	var out strings.Builder
	last := 0
	for _, s := range secrets {
		if s.Text != n || s.From < last || s.To > len(text) || s.From >= s.To {
			continue
		}
		out.WriteString(text[last:s.From])
		if inURL(text, s.From) {
			out.WriteString("removed")
		} else {
			out.WriteString("[" + s.Kind + " removed]")
		}
		last = s.To
	}
	if last == 0 {
		return text
	}
	out.WriteString(text[last:])
	return out.String()
}

// inURL reports whether a place of a text stands in an address, where a blank
// would end it: one of Slack's, or a text that is nothing else.
func inURL(text string, at int) bool {
	before := text[:at]
	if i := strings.LastIndexByte(before, '<'); i >= 0 && !strings.ContainsAny(before[i:], ">| \n") {
		return true
	}
	i := strings.LastIndexAny(before, " \n\t|>") + 1
	return strings.Contains(before[i:], "://")
}

// kindsOf names the kinds of secrets, each once.
func kindsOf(secrets []Secret) []string {
	var out []string
	for _, s := range secrets {
		if !slices.Contains(out, s.Kind) {
			out = append(out, s.Kind)
		}
	}
	return out
}

// Masked gives the event with its secrets taken out of the words.
func (e Event) Masked() Event {
	e.Body, e.Secrets = masked(e.Body, e.Secrets), nil
	return e
}

func maskAll(events []Event) []Event {
	if !slices.ContainsFunc(events, func(e Event) bool { return len(e.Secrets) > 0 }) {
		return events
	}
	out := slices.Clone(events)
	for i := range out {
		out[i] = out[i].Masked()
	}
	return out
}

// warn owes the author of a text that holds a secret a private word about it, the
// first time only.
func (tx *Tx) warn(e Event) {
	if e.Incident == Ledger || !IsPerson(e.Who) {
		return
	}
	n := e.N
	if in, ok := tx.state.open[e.Incident]; ok {
		if en, ok := corrected(in, e.Body); ok {
			if len(en.Secrets) > 0 {
				return // told when it was first written
			}
			n = en.N
		}
	}
	tx.Owe(Effect{Kind: OweSecretNotice, Incident: e.Incident, N: n, Users: []string{e.Who}})
}

// corrected gives the entry whose words the body replaces.
func corrected(in *Incident, b Body) (*Entry, bool) {
	switch b := b.(type) {
	case MessageEdited:
		return in.MessageEntry(b.Channel, b.TS)
	case Reworded:
		return in.Entry(b.N)
	}
	return nil, false
}

// Erased takes the words of entry N out of the record.
type Erased struct {
	N int `json:"n"`
}

// Kind names the kind of the body.
func (Erased) Kind() Kind { return KindErased }

// Erase takes the words of entry n out of the record and out of storage, on the
// wish of who wrote them. The row stays.
func Erase(key, who string, number, n int) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		en, err := rowOf(in, n)
		if err != nil {
			return err
		}
		switch {
		case en.Who != who:
			return Refuse(Forbidden, "Only who wrote "+Ref(n)+" can have it erased.", "Ask its author, or delete the message in Slack.")
		case en.Kind == KindDeclared || en.Kind == KindTitle:
			return Refuse(Conflict, Ref(n)+" is the title.", "/incident title <text> gives it another.")
		case en.Erased || en.Text == "" && en.Message == nil:
			return Refuse(Conflict, Ref(n)+" has no words.", "")
		}
		tx.Add(number, who, time.Time{}, Source{}, Erased{N: n})
		tx.eraseText(number, in.carriers(en))
		refresh(tx, in)
		return nil
	})
}

// carriers are the events that carry the words of an entry.
func (in *Incident) carriers(en *Entry) []int {
	if en.Message != nil && in.texts != nil {
		return in.texts[messageKey(en.Message.Channel, en.Message.TS)]
	}
	return append([]int{en.N}, en.rewordings...)
}

func (in *Incident) applyErased(b Erased) {
	in.change(b.N, func(en *Entry) {
		en.Text, en.Erased, en.Secrets = "", true, nil
		en.Body, _ = erased(en.Body)
		if en.Message != nil {
			m := *en.Message
			m.Versions, m.Files, m.said = nil, nil, nil
			en.Message = &m
		}
	})
	in.rewordFact(Reworded{N: b.N})
	for rule, v := range in.Judged {
		if v.N == b.N {
			v.Text = ""
			in.Judged = maps.Clone(in.Judged) // snapshots share the old map
			in.Judged[rule] = v
		}
	}
}
