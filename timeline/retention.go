package timeline

import "time"

// Expired says that the words of all messages were erased, because they had been
// kept as long as the configuration wants.
type Expired struct{}

// Kind names the kind of the body.
func (Expired) Kind() Kind { return KindExpired }

// Expire erases the words of all messages of an incident that ended before the
// instant. Rows stay, as do notes, updates and what else people typed for the
// record. An incident that is open, that ended later, or whose messages have no
// words any more changes nothing.
func Expire(number int, endedBefore time.Time) Change {
	return on("", number, func(tx *Tx, in *Incident) error {
		if in.Expired || in.Ended.IsZero() || !in.Ended.Before(endedBefore) {
			return nil
		}
		tx.Add(number, Backout, time.Time{}, Source{}, Expired{})
		for _, ns := range in.texts {
			tx.eraseText(number, ns)
		}
		return nil
	})
}

func (in *Incident) applyExpired() {
	in.Expired = true
	for i, en := range in.entries {
		if en.Message == nil || !en.Message.DeletedAt.IsZero() {
			continue
		}
		c, m := *en, *en.Message
		m.Versions, m.Files, m.said = nil, nil, nil
		c.Text, c.Erased, c.Secrets, c.Message = "", true, nil, &m
		c.Body, _ = erased(c.Body)
		in.entries[i] = &c
	}
}
