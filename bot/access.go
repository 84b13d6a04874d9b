package bot

import (
	"context"

	"backout/bot/config"
	"backout/commands"
	"backout/templates"
	"backout/timeline"
)

// access is what the configuration says about who may use which command.
func access(a config.Access) commands.Access {
	out := commands.Access{Admins: a.Admins, Commands: a.Commands, Services: map[string]map[string][]string{}}
	for name, s := range a.Services {
		out.Services[name] = s.Commands
	}
	return out
}

// accessLists are all lists that may name groups.
func accessLists(a config.Access) [][]string {
	out := [][]string{a.Admins}
	for _, list := range a.Commands {
		out = append(out, list)
	}
	for _, s := range a.Services {
		for _, list := range s.Commands {
			out = append(out, list)
		}
	}
	return out
}

// mayMark judges reactions, live ones and those that are found in history.
func (b *Bot) mayMark(ctx context.Context, user, channel string, means timeline.Meaning) *templates.Message {
	if a := b.front.commands.MayMark(ctx, user, channel, means); a != nil {
		return a.Message
	}
	return nil
}

// warmGroups reads the groups that were never read.
func (b *Bot) warmGroups() {
	var cold []string
	for _, id := range groupsIn(b.opt.Config) {
		if _, read := b.client.GroupMembers(id); !read {
			cold = append(cold, id)
		}
	}
	b.client.RefreshGroups(b.ctx, cold)
}
