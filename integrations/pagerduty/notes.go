package pagerduty

import (
	"context"
	"strings"

	pd "github.com/PagerDuty/go-pagerduty"
)

// maxNote is how long a note of ours may be, its mark included: webhooks cut longer
// ones, and with their end the mark.
const maxNote = 2000

// AddNote writes a note on an incident, resolved or not. The marker, an effect's
// key, stands in a mark at its end.
func (c *Client) AddNote(ctx context.Context, id, text, marker string) error {
	if err := checkMarker(marker); err != nil {
		return err
	}
	if err := known(id); err != nil {
		return err
	}
	j := job{name: "add_note", does: "write a note on the incident " + id, what: "incident " + id, write: true}
	return c.call(ctx, j, func(ctx context.Context) error {
		// go-pagerduty takes From out of the note's user.
		_, err := c.api.CreateIncidentNoteWithContext(ctx, id, pd.IncidentNote{
			User: pd.APIObject{Summary: c.opt.From}, Content: marked(text, "\n\n", marker, maxNote),
		})
		return err
	})
}

// FindNote reports whether the incident has the note with this marker.
func (c *Client) FindNote(ctx context.Context, id, marker string) (bool, error) {
	if err := checkMarker(marker); err != nil {
		return false, err
	}
	if err := known(id); err != nil {
		return false, err
	}
	found := false
	j := job{name: "notes", does: "read the notes of the incident " + id, what: "incident " + id}
	err := c.call(ctx, j, func(ctx context.Context) error {
		list, err := c.api.ListIncidentNotesWithContext(ctx, id) // All of them: they are not paged.
		for _, n := range list {
			found = found || strings.Contains(n.Content, mark(marker))
		}
		return err
	})
	return found, err
}
