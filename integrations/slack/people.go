package slack

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/singleflight"
)

// How long what is known of a person or channel counts as fresh, and how long a
// failed look-up keeps from asking again.
const (
	knownFor   = 24 * time.Hour
	unknownFor = 10 * time.Minute
)

// maxFills bounds the look-ups in the background; parallelFills those of Resolve.
const (
	maxFills      = 64
	parallelFills = 8
)

// person is what is known of a user. One that Slack does not tell of has no name.
type person struct {
	name, email, zone string
	// outside marks guests, strangers and people of other organisations.
	outside bool
	until   time.Time
}

// people is the cache of users.info. Entries past their time are still used while
// they are fetched again.
type people struct {
	flight  singleflight.Group
	mu      sync.Mutex
	known   map[string]person
	filling map[string]bool
}

func (p *people) init() { p.known, p.filling = map[string]person{}, map[string]bool{} }

// get gives what is known of somebody, and whether that is still fresh.
func (p *people) get(id string, now time.Time) (who person, fresh bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	who, known := p.known[id]
	return who, known && now.Before(who.until)
}

func (p *people) set(id string, who person) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.known[id] = who
}

func (p *people) forget(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.known, id)
}

// places is the same for channels, of which only the name matters.
type places struct {
	people
	aliases sync.Map // #name or person → channel id, see alias
}

func (p *places) set(id, name string, now time.Time) {
	if name != "" {
		p.people.set(id, person{name: name, until: now.Add(knownFor)})
	}
}

func isPerson(id string) bool  { return strings.HasPrefix(id, "U") || strings.HasPrefix(id, "W") }
func isChannel(id string) bool { return strings.HasPrefix(id, "C") || strings.HasPrefix(id, "G") }

// PersonName gives a person's name at once, from memory, or "" while it is not
// known; then it is fetched in the background.
func (c *Client) PersonName(id string) string {
	if !isPerson(id) {
		return ""
	}
	who, fresh := c.people.get(id, c.opt.Now())
	if !fresh {
		c.fill(&c.people, id, c.fetchPerson)
	}
	return who.name
}

// ChannelName does the same for channels.
func (c *Client) ChannelName(id string) string {
	if !isChannel(id) {
		return ""
	}
	who, fresh := c.places.get(id, c.opt.Now())
	if !fresh {
		c.fill(&c.places.people, id, c.fetchPlace)
	}
	return who.name
}

// fill fetches in the background, once at a time for each id, as far as there is
// room.
func (c *Client) fill(cache *people, id string, fetch func(context.Context, string) (person, error)) {
	cache.mu.Lock()
	defer cache.mu.Unlock()
	if cache.filling[id] || len(cache.filling) >= maxFills {
		return
	}
	cache.filling[id] = c.background(func(ctx context.Context) {
		_, _ = fetch(ctx, id)
		cache.mu.Lock()
		delete(cache.filling, id)
		cache.mu.Unlock()
	})
}

// shared looks something up once for all who ask at the same time. Each of them
// waits as long as its own ctx allows; the look-up goes on without them.
func (c *Client) shared(ctx context.Context, cache *people, id string, look func(ctx context.Context) (person, error)) (person, error) {
	type result struct {
		who person
		err error
	}
	done := make(chan result, 1)
	if !c.background(func(ctx context.Context) {
		v, err, _ := cache.flight.Do(id, func() (any, error) { return look(ctx) })
		who, _ := v.(person)
		done <- result{who, err}
	}) {
		return person{}, context.Canceled
	}
	select {
	case r := <-done:
		return r.who, r.err
	case <-ctx.Done():
		return person{}, ctx.Err()
	}
}

// fetchPerson asks Slack who somebody is.
func (c *Client) fetchPerson(ctx context.Context, id string) (person, error) {
	return c.shared(ctx, &c.people, id, func(ctx context.Context) (person, error) {
		var u *slack.User
		err := c.call(ctx, read("users.info", "Slack could not say who this is"), func(ctx context.Context) (err error) {
			u, err = c.api.GetUserInfoContext(ctx, id)
			return err
		})
		if err != nil {
			c.keepUnknown(&c.people, id, err)
			return person{}, err
		}
		team := c.identity().team
		who := person{
			name: first(u.Profile.DisplayName, u.Profile.RealName, u.RealName, u.Name), email: u.Profile.Email, zone: u.TZ,
			// On Grid, colleagues come from other workspaces of the same organisation.
			outside: u.IsRestricted || u.IsUltraRestricted || u.IsStranger ||
				(u.TeamID != "" && team != "" && u.TeamID != team && u.Enterprise.ID == ""),
			until: c.opt.Now().Add(knownFor),
		}
		c.people.set(id, who)
		return who, nil
	})
}

func (c *Client) fetchPlace(ctx context.Context, id string) (person, error) {
	return c.shared(ctx, &c.places.people, id, func(ctx context.Context) (person, error) {
		r, err := c.Room(ctx, id)
		if err != nil {
			c.keepUnknown(&c.places.people, id, err)
		}
		return person{name: r.Name}, err
	})
}

// keepUnknown remembers a refusal for a while: Slack would answer the same. What
// was known before stays in use.
func (c *Client) keepUnknown(cache *people, id string, err error) {
	if codeOf(err) == "" {
		return
	}
	old, _ := cache.get(id, c.opt.Now())
	old.until = c.opt.Now().Add(unknownFor)
	cache.set(id, old)
}

// Resolve fetches the people and channels among ids that are not known yet, as far
// as they can be had before ctx ends.
func (c *Client) Resolve(ctx context.Context, ids ...string) {
	var g errgroup.Group
	g.SetLimit(parallelFills)
	for _, id := range ids {
		g.Go(func() error {
			c.contained(func() {
				switch {
				case isPerson(id):
					c.person(ctx, id)
				case isChannel(id):
					if _, fresh := c.places.get(id, c.opt.Now()); !fresh {
						_, _ = c.fetchPlace(ctx, id)
					}
				}
			})
			return nil // who is not known is shown by id
		})
	}
	_ = g.Wait()
}

// person gives what is known, asking Slack when nothing fresh is.
func (c *Client) person(ctx context.Context, id string) person {
	who, fresh := c.people.get(id, c.opt.Now())
	if fresh || !isPerson(id) {
		return who
	}
	if now, err := c.fetchPerson(ctx, id); err == nil {
		return now
	}
	return who
}

// personWait bounds how long an answer to a person waits for what Slack knows of them.
const personWait = 700 * time.Millisecond

// Zone is the person's time zone, UTC when it is not known. It waits for Slack at
// most 0.7 s.
func (c *Client) Zone(ctx context.Context, user string) *time.Location {
	ctx, cancel := context.WithTimeout(ctx, personWait)
	defer cancel()
	who := c.person(ctx, user)
	if who.zone == "" {
		return time.UTC
	}
	zone, err := time.LoadLocation(who.zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// Email is the person's address, or "" when Slack does not tell it.
func (c *Client) Email(ctx context.Context, user string) string {
	who := c.person(ctx, user)
	return who.email
}

// outsideKnown reports whether a person is known to be from outside, without
// asking anybody.
func (c *Client) outsideKnown(user string) bool {
	who, _ := c.people.get(user, c.opt.Now())
	return who.outside
}

// outside reports whether a person who wants something is from outside. It asks
// Slack when that is not known; when Slack does not answer in time the person
// counts as a member, since a declaration must not fail for it.
func (c *Client) outside(ctx context.Context, user string) bool {
	ctx, cancel := context.WithTimeout(ctx, personWait)
	defer cancel()
	who := c.person(ctx, user)
	return who.outside
}

func first(options ...string) string {
	for _, o := range options {
		if o != "" {
			return o
		}
	}
	return ""
}
