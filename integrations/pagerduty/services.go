package pagerduty

import (
	"context"
	"time"

	pd "github.com/PagerDuty/go-pagerduty"
)

// serviceFor is how long what is known of a service counts as fresh.
const serviceFor = 5 * time.Minute

// Service is a service at PagerDuty.
type Service struct {
	ID, Name string
	PolicyID string // of its escalation policy
	Link     string
}

// Service reads a service, or remembers it for a few minutes.
func (c *Client) Service(ctx context.Context, id string) (Service, error) {
	if err := known(id); err != nil {
		return Service{}, err
	}
	if s, ok := c.services.get(id, c.opt.Now()); ok {
		return s, nil
	}
	var out Service
	err := c.call(ctx, job{name: "service", does: "read the service " + id, what: "service " + id}, func(ctx context.Context) error {
		s, err := c.api.GetServiceWithContext(ctx, id, &pd.GetServiceOptions{})
		if err != nil {
			return err
		}
		out = Service{ID: ident(s.ID), Name: name(s.Name), PolicyID: ident(s.EscalationPolicy.ID), Link: link(s.HTMLURL)}
		if out.ID == "" {
			return errIncomplete
		}
		return nil
	})
	if err != nil {
		return Service{}, err
	}
	c.services.put(id, out, c.opt.Now().Add(serviceFor))
	return out, nil
}
