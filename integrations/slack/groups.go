package slack

import (
	"context"
	"slices"
	"sync"
)

// groups remembers who is in the user groups that own services.
type groups struct {
	mu      sync.Mutex
	members map[string][]string
}

func (g *groups) init() { g.members = map[string][]string{} }

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

// groupChanged reads a group again that somebody uses.
func (c *Client) groupChanged(id string) {
	if _, used := c.GroupMembers(id); used {
		c.background(func(ctx context.Context) { c.RefreshGroups(ctx, []string{id}) })
	}
}
