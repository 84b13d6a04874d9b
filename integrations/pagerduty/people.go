package pagerduty

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	pd "github.com/PagerDuty/go-pagerduty"
)

// selfFor is how long it counts as known who we are.
const selfFor = time.Hour

// OnCall is somebody who is on call now.
type OnCall struct {
	Policy string // id
	Level  int    // of the policy, from 1
	Person Person
	// Until is zero when it does not end.
	Until time.Time
}

// OnCall tells who is on call now by these policies: policies in the order asked
// for, levels ascending, each person once per policy, with the lowest level. Of no
// policies it is nobody.
func (c *Client) OnCall(ctx context.Context, policyIDs []string) ([]OnCall, error) {
	if err := known(policyIDs...); err != nil {
		return nil, err
	}
	now := c.opt.Now()
	var out []OnCall
	for some := range slices.Chunk(policyIDs, maxInQuery) {
		err := c.paged(ctx, job{name: "oncalls", does: "see who is on call", what: "list of who is on call"}, func(ctx context.Context, offset uint) (bool, error) {
			// Neither since nor until: now. Addresses come with the users only.
			got, err := c.api.ListOnCallsWithContext(ctx, pd.ListOnCallOptions{
				Limit: pageSize, Offset: offset, EscalationPolicyIDs: some, Includes: []string{"users"},
			})
			if err != nil {
				return false, err
			}
			for _, o := range got.OnCalls {
				if one := onCall(o); one.Person.ID != "" && !moment(o.Start).After(now) {
					out = append(out, one)
				}
			}
			return got.More && len(got.OnCalls) > 0, nil
		})
		if err != nil {
			return nil, err
		}
	}
	return eachOnce(out, policyIDs), nil
}

func onCall(o pd.OnCall) OnCall {
	return OnCall{Policy: ident(o.EscalationPolicy.ID), Level: int(min(o.EscalationLevel, 1000)), Person: user(o.User), Until: moment(o.End)}
}

// eachOnce sorts and keeps the first entry of each person and policy; of two on one
// level that is the one that lasts longer.
func eachOnce(all []OnCall, policies []string) []OnCall {
	slices.SortStableFunc(all, func(a, b OnCall) int {
		return cmp.Or(
			cmp.Compare(slices.Index(policies, a.Policy), slices.Index(policies, b.Policy)),
			cmp.Compare(a.Level, b.Level), cmp.Compare(a.Person.Name, b.Person.Name), longerFirst(a.Until, b.Until),
		)
	})
	type who struct{ policy, id string }
	seen := map[who]bool{}
	return slices.DeleteFunc(all, func(o OnCall) bool {
		w := who{o.Policy, o.Person.ID}
		again := seen[w]
		seen[w] = true
		return again
	})
}

func longerFirst(a, b time.Time) int {
	switch {
	case a.IsZero() && !b.IsZero():
		return -1
	case b.IsZero() && !a.IsZero():
		return 1
	}
	return b.Compare(a)
}

func user(u pd.User) Person {
	p := ref{ID: u.ID, Type: u.Type, Summary: u.Summary, URL: u.HTMLURL}.person()
	if u.Name != "" {
		p.Name = name(u.Name)
	}
	p.Email = email(u.Email)
	return p
}

// email keeps what looks like an address, else it is "".
func email(s string) string {
	if !strings.Contains(s, "@") || strings.ContainsFunc(s, notInHeader) || name(s) != s {
		return ""
	}
	return s
}

// UserByEmail finds the user with this address, whatever its case.
func (c *Client) UserByEmail(ctx context.Context, address string) (Person, bool, error) {
	address = strings.TrimSpace(address)
	if email(address) == "" {
		return Person{}, false, nil
	}
	var found Person
	err := c.paged(ctx, job{name: "users", does: "look for users", what: "list of users"}, func(ctx context.Context, offset uint) (bool, error) {
		// The query looks at names too and for parts.
		got, err := c.api.ListUsersWithContext(ctx, pd.ListUsersOptions{Limit: pageSize, Offset: offset, Query: address})
		if err != nil {
			return false, err
		}
		for _, u := range got.Users {
			if p := user(u); p.ID != "" && strings.EqualFold(p.Email, address) {
				found = p
			}
		}
		return found.ID == "" && got.More && len(got.Users) > 0, nil
	})
	return found, found.ID != "", err
}

// Self is the user as whom Backout writes: that of the token, else that of From.
func (c *Client) Self(ctx context.Context) (Person, error) {
	if p, ok := c.self.get("", c.opt.Now()); ok {
		return p, nil
	}
	p, err := c.ofToken(ctx)
	if r := refusedWith(err); r != nil && r.status != http.StatusUnauthorized {
		p, err = c.ofFrom(ctx) // The token belongs to no user.
	}
	if err != nil {
		return Person{}, err
	}
	c.self.put("", p, c.opt.Now().Add(selfFor))
	return p, nil
}

func (c *Client) ofToken(ctx context.Context) (Person, error) {
	var p Person
	err := c.call(ctx, job{name: "self", does: "see whose token it is", what: "user of the token"}, func(ctx context.Context) error {
		u, err := c.api.GetCurrentUserWithContext(ctx, pd.GetCurrentUserOptions{})
		if err != nil {
			return err
		}
		if p = user(*u); p.ID == "" {
			return errIncomplete
		}
		return nil
	})
	return p, err
}

func (c *Client) ofFrom(ctx context.Context) (Person, error) {
	if c.opt.From == "" {
		return Person{}, no("the PagerDuty token belongs to no user; set PAGERDUTY_FROM to the e-mail address of the one that Backout writes as")
	}
	p, found, err := c.UserByEmail(ctx, c.opt.From)
	if err == nil && !found {
		err = no("PagerDuty knows no user " + c.opt.From + "; write the e-mail address of one in PAGERDUTY_FROM")
	}
	return p, err
}
