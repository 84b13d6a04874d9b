package slack

import (
	"context"
	"slices"
	"sync"

	"github.com/slack-go/slack"
)

// groups remembers the user groups that own services or may do things: who is in
// them, and their handles.
type groups struct {
	mu      sync.Mutex
	members map[string][]string
	names   map[string]string
	wanted  map[string]bool // asked for, read or not
}

func (g *groups) init() {
	g.members, g.names, g.wanted = map[string][]string{}, map[string]string{}, map[string]bool{}
}

// GroupName gives the handle of a user group from memory, without @; "" when it was
// never read.
func (c *Client) GroupName(id string) string {
	c.groups.mu.Lock()
	defer c.groups.mu.Unlock()
	return c.groups.names[id]
}

// GroupMembers gives the members of a user group from memory; false when it was
// never read.
func (c *Client) GroupMembers(id string) ([]string, bool) {
	c.groups.mu.Lock()
	defer c.groups.mu.Unlock()
	m, ok := c.groups.members[id]
	return slices.Clone(m), ok
}

// RefreshGroups reads the members of user groups again. What cannot be read stays
// as it was: an old list of owners is better than none.
func (c *Client) RefreshGroups(ctx context.Context, ids []string) {
	c.groups.mu.Lock()
	for _, id := range ids {
		c.groups.wanted[id] = true
	}
	c.groups.mu.Unlock()
	if len(ids) > 0 {
		c.nameGroups(ctx, ids) // first: a refusal that names a group follows from its members
	}
	for _, id := range ids {
		var members []string
		err := c.call(ctx, read("usergroups.users.list", "the members of a user group could not be listed"), func(ctx context.Context) (err error) {
			members, err = c.api.GetUserGroupMembersContext(ctx, id)
			return err
		})
		if err != nil {
			c.opt.Log.Warn("a user group could not be read", "group", id, "error", err)
			continue
		}
		c.groups.mu.Lock()
		c.groups.members[id] = members
		c.groups.mu.Unlock()
	}
}

// nameGroups reads the handles of groups. Slack gives them only in the list of all;
// refusals can do without, so a failure is only noted.
func (c *Client) nameGroups(ctx context.Context, ids []string) {
	var all []slack.UserGroup
	err := c.call(ctx, read("usergroups.list", "the user groups could not be listed"), func(ctx context.Context) (err error) {
		all, err = c.api.GetUserGroupsContext(ctx)
		return err
	})
	if err != nil {
		c.opt.Log.Info("the names of user groups could not be read", "error", err)
		return
	}
	c.groups.mu.Lock()
	defer c.groups.mu.Unlock()
	for _, g := range all {
		if slices.Contains(ids, g.ID) {
			c.groups.names[g.ID] = g.Handle
		}
	}
}

// groupChanged reads a group again that somebody uses, or was never able to read.
func (c *Client) groupChanged(id string) {
	c.groups.mu.Lock()
	used := c.groups.wanted[id]
	c.groups.mu.Unlock()
	if used {
		c.background(func(ctx context.Context) { c.RefreshGroups(ctx, []string{id}) })
	}
}
