package pagerduty

import (
	"context"
	"strings"

	pd "github.com/PagerDuty/go-pagerduty"
)

// maxAsk bounds what a responder is told; it is read out on the telephone.
const maxAsk = 1000

// ask asks a user, or those on call by a policy, to join an incident.
func (c *Client) ask(ctx context.Context, p Page) (Paged, error) {
	self, err := c.Self(ctx)
	if err != nil {
		return Paged{}, err
	}
	target := pd.ResponderRequestTarget{APIObject: pd.APIObject{ID: p.Target, Type: "user_reference"}}
	if p.Kind == KindPolicy {
		target.Type = "escalation_policy_reference"
	}
	j := p.job("ask_responder")
	j.does += " as a responder"
	j.what = "incident " + p.Incident + ", or no " + p.Kind + " " + p.Target
	err = c.call(ctx, j, func(ctx context.Context) error {
		_, err := c.api.ResponderRequestWithContext(ctx, p.Incident, pd.ResponderRequestOptions{
			From: c.opt.From, RequesterID: self.ID, Message: p.message(),
			Targets: []pd.ResponderRequestTargetWrapper{{Target: target}},
		})
		return err
	})
	if err != nil {
		return Paged{}, err
	}
	return Paged{Incident: Incident{ID: p.Incident}}, nil
}

func (p Page) message() string {
	said := text(p.Title, maxAsk)
	if body := text(p.Body, maxAsk); body != "" {
		if said != "" {
			said += ": "
		}
		said += body
	}
	return marked(said, " ", p.Key, maxAsk)
}

// findAsked looks at who was asked to join. Should PagerDuty not show what they
// were told, a user whose answer is pending counts as asked.
func (c *Client) findAsked(ctx context.Context, p Page) (Paged, bool, error) {
	got, err := c.read(ctx, p.Incident)
	if err != nil {
		return Paged{}, false, err
	}
	found := false
	for _, r := range got.Requests {
		found = found || strings.Contains(r.Message, mark(p.Key))
	}
	for _, r := range got.Responders {
		pending := r.Message == "" && r.State == "pending" && r.User.ID == p.Target
		found = found || pending || strings.Contains(r.Message, mark(p.Key))
	}
	if !found {
		return Paged{}, false, nil
	}
	return Paged{Incident: got.incident(), Already: true}, true, nil
}
