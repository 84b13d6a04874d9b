package pagerduty

import (
	"context"
	"fmt"
	"strings"
	"time"

	pd "github.com/PagerDuty/go-pagerduty"

	"backout/timeline"
)

// prioritiesFor is how long the list of priorities counts as fresh.
const prioritiesFor = 10 * time.Minute

// Acknowledge says that somebody works on the incident. One that is acknowledged
// or resolved already is left alone. PagerDuty assigns it to the user whom the
// token or From stands for.
func (c *Client) Acknowledge(ctx context.Context, id string) error {
	now, err := c.read(ctx, id)
	if err != nil || now.Status == StateAcknowledged || now.Status == StateResolved {
		return err
	}
	return c.manage(ctx, job{
		name: "acknowledge", does: "acknowledge the incident " + id, fine: []int{codeAcknowledged, codeResolved, codeMerged},
	}, pd.ManageIncidentsOptions{ID: id, Status: StateAcknowledged})
}

// Resolve ends the incident. One that is resolved already is left alone.
func (c *Client) Resolve(ctx context.Context, id string) error {
	now, err := c.read(ctx, id)
	if err != nil || now.Status == StateResolved {
		return err
	}
	return c.manage(ctx, job{
		name: "resolve", does: "resolve the incident " + id, fine: []int{codeResolved, codeMerged},
	}, pd.ManageIncidentsOptions{ID: id, Status: StateResolved})
}

// SetPriority sets the priority of that name, unless the incident has it.
func (c *Client) SetPriority(ctx context.Context, id, priority string) error {
	now, err := c.Incident(ctx, id)
	if err != nil || priority != "" && strings.EqualFold(now.Priority, strings.TrimSpace(priority)) {
		return err
	}
	p, fresh, err := c.priority(ctx, priority)
	if err != nil {
		return err
	}
	err = c.manage(ctx, job{name: "priority", does: "set the priority of the incident " + id}, pd.ManageIncidentsOptions{
		ID: id, Priority: &pd.APIReference{ID: p.id, Type: "priority_reference"},
	})
	if r := refusedWith(err); r != nil && r.code == codeNoPriority && !fresh {
		// Priorities were changed since they were listed.
		c.priorities.put("", nil, time.Time{})
		return &timeline.Trouble{After: shortWait, Cause: r, Sentence: "the priorities at PagerDuty have changed; it is tried again with the new ones"}
	}
	return err
}

func (c *Client) manage(ctx context.Context, j job, change pd.ManageIncidentsOptions) error {
	j.write, j.what = true, "incident "+change.ID
	return c.call(ctx, j, func(ctx context.Context) error {
		_, err := c.api.ManageIncidentsWithContext(ctx, c.opt.From, []pd.ManageIncidentsOptions{change})
		return err
	})
}

type priority struct{ id, name string }

// priority finds one by its name; fresh says whether PagerDuty was asked just now.
func (c *Client) priority(ctx context.Context, want string) (p priority, fresh bool, err error) {
	want = strings.TrimSpace(want)
	list, ok := c.priorities.get("", c.opt.Now())
	for {
		if !ok {
			if list, err = c.listPriorities(ctx); err != nil {
				return priority{}, true, err
			}
			c.priorities.put("", list, c.opt.Now().Add(prioritiesFor))
			fresh = true
		}
		for _, p := range list {
			if strings.EqualFold(p.name, want) {
				return p, fresh, nil
			}
		}
		if fresh {
			return priority{}, true, no(unknownPriority(want, list))
		}
		ok = false // It may be new.
	}
}

func unknownPriority(want string, list []priority) string {
	if len(list) == 0 {
		return "PagerDuty has no priorities; make them there, or take them out of alerts.priorities"
	}
	var names []string
	for _, p := range list {
		names = append(names, p.name)
	}
	return fmt.Sprintf("PagerDuty has no priority %q; it has %s", text(want, 40), text(strings.Join(names, ", "), maxName))
}

func (c *Client) listPriorities(ctx context.Context) ([]priority, error) {
	var out []priority
	j := job{name: "priorities", does: "use priorities", what: "priorities"}
	err := c.paged(ctx, j, func(ctx context.Context, offset uint) (bool, error) {
		got, err := c.api.ListPrioritiesWithContext(ctx, pd.ListPrioritiesOptions{Limit: pageSize, Offset: offset})
		if err != nil {
			return false, err
		}
		for _, p := range got.Priorities {
			if id := ident(p.ID); id != "" {
				out = append(out, priority{id, name(p.Name)})
			}
		}
		return got.More && len(got.Priorities) > 0, nil
	})
	return out, err
}

// paged reads pages until there is no more.
func (c *Client) paged(ctx context.Context, j job, page func(ctx context.Context, offset uint) (more bool, err error)) error {
	for offset := uint(0); offset <= lastOffset; offset += pageSize {
		more := false
		err := c.call(ctx, j, func(ctx context.Context) (err error) {
			more, err = page(ctx, offset)
			return err
		})
		if err != nil || !more {
			return err
		}
	}
	return nil
}
