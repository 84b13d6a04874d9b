package postmortem

import (
	"slices"
	"strings"

	"backout/templates"
	"backout/timeline"
)

// storyRow is a row of the timeline: an entry, and those right behind it that say
// the same. These stand in the appendix.
type storyRow struct {
	*timeline.Entry
	more []*timeline.Entry
}

// grouped puts entries together that say the same as the row before them.
func (b *builder) grouped() []storyRow {
	var out []storyRow
	last := ""
	for _, e := range b.story {
		same := b.sameness(e)
		if same == "" || same != last || b.standsAlone(e) {
			out = append(out, storyRow{Entry: e})
		} else {
			head := &out[len(out)-1]
			head.more = append(head.more, e)
		}
		last = same
	}
	return b.ungrouped(out)
}

// ungrouped takes an alert's firing and its clearing apart again where it did both
// only once.
func (b *builder) ungrouped(rows []storyRow) []storyRow {
	out := make([]storyRow, 0, len(rows))
	for _, r := range rows {
		firings := 0
		for _, e := range append([]*timeline.Entry{r.Entry}, r.more...) {
			if body, ok := e.Body.(timeline.AlertNoted); ok && body.Alert.Event == timeline.AlertTriggered {
				firings++
			}
		}
		_, alert := r.Body.(timeline.AlertNoted)
		if !alert || firings > 1 {
			out = append(out, r)
			continue
		}
		out = append(out, storyRow{Entry: r.Entry})
		for _, e := range r.more {
			out = append(out, storyRow{Entry: e})
		}
	}
	return out
}

// standsAlone reports whether the entry is more than its words: a moment, where it
// was noticed, or a deploy that somebody judged or suspects.
func (b *builder) standsAlone(e *timeline.Entry) bool {
	if b.sets(e) != "" || (b.began != nil && b.began.N == e.N) {
		return true
	}
	if from, ok := b.detectedBy(); ok && from == e {
		return true
	}
	if n, ok := e.Body.(timeline.DeployNoted); ok {
		d, _ := b.in.Noted(n.Deploy.Number)
		return d.Standing != ""
	}
	return false
}

// sameness is equal for entries that tell the reader the same. It is empty for
// those that never do: an update is given to others each time anew, and a rollback
// or a page has steps and no repetitions.
func (b *builder) sameness(e *timeline.Entry) string {
	of := func(parts ...string) string {
		return string(e.Kind) + "\x00" + strings.Join(parts, "\x00")
	}
	if m := e.Message; m != nil {
		if e.Text == "" || len(m.Files) > 0 {
			return ""
		}
		return of(loosely(e.Text))
	}
	switch body := e.Body.(type) {
	case timeline.Note, timeline.ImpactSet, timeline.CauseSet:
		if e.Text == "" {
			return ""
		}
		return of(loosely(e.Text))
	case timeline.StatusSet:
		return of(string(body.Status), loosely(e.Text))
	case timeline.SeveritySet:
		return of(body.Severity)
	case timeline.TitleSet:
		return of(loosely(body.Title))
	case timeline.ServicesSet:
		return of(strings.ToLower(strings.Join(body.Services, ",")))
	case timeline.RoleSet:
		return of(body.Role, body.User)
	case timeline.Linked:
		return of(body.URL)
	case timeline.StepFailed:
		return of(body.Step, body.Reason)
	case timeline.DeployNoted:
		d := body.Deploy
		return of(d.Service, d.Environment, d.Label(), d.SHA, string(d.State))
	case timeline.AlertNoted:
		return b.sameAlert(e, body.Alert)
	}
	return ""
}

// sameAlert goes by what an alert is called: many systems tell each firing of a
// condition that comes and goes as an alert of its own. Firing and clearing are one
// story; what people did with it is another.
func (b *builder) sameAlert(e *timeline.Entry, a timeline.Alert) string {
	s, _ := b.in.AlertOf(a.Source, a.Key)
	title := s.Title
	if e.Reworded || strings.TrimSpace(title) == "" || (a.Event != timeline.AlertTriggered && a.Event != timeline.AlertResolved) {
		return ""
	}
	return strings.Join([]string{string(e.Kind), a.Source, loosely(title), strings.ToLower(s.Service)}, "\x00")
}

// loosely leaves out what makes no difference to a reader.
func loosely(s string) string {
	return strings.Trim(strings.Join(strings.Fields(strings.ToLower(s)), " "), " .!")
}

// repeated says how often the row happened, until when, and who else said so.
func (b *builder) repeated(r storyRow) Line {
	if len(r.more) == 0 {
		return nil
	}
	last := r.more[len(r.more)-1]
	if _, ok := r.Body.(timeline.AlertNoted); ok {
		return Line{Text(b.flapped(r))}
	}
	times := len(r.more) + 1
	words := " · " + itoa(times) + " times"
	if times == 2 {
		words = " · twice"
	}
	out := Line{Text(words + " until " + b.clock(b.at(last)))}
	seen := []string{r.Who}
	for _, e := range r.more {
		if timeline.IsPerson(e.Who) && !slices.Contains(seen, e.Who) {
			sep := ", "
			if len(seen) == 1 {
				sep = ", also by "
			}
			seen = append(seen, e.Who)
			out = append(out, Text(sep), Words(templates.R(person(e.Who))))
		}
	}
	return out
}

// flapped says how often an alert fired, and when it cleared if that came last.
func (b *builder) flapped(r storyRow) string {
	fired := 0
	last, end := r.Entry, ""
	for _, e := range append([]*timeline.Entry{r.Entry}, r.more...) {
		switch body, _ := e.Body.(timeline.AlertNoted); body.Alert.Event {
		case timeline.AlertTriggered:
			fired += b.firings(e)
			last, end = e, ""
		case timeline.AlertResolved:
			end = ", last cleared " + b.clock(e.At)
		}
	}
	return " · " + itoa(fired) + " times until " + b.clock(last.At) + end
}

// firings is how often the alert fired whose first row the entry is.
func (b *builder) firings(e *timeline.Entry) int {
	i := slices.IndexFunc(b.alerts, func(a alertStory) bool { return a.first == e })
	if i < 0 {
		return 1
	}
	return b.alerts[i].fired
}
