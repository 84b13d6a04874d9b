package slacksim

import "slices"

func authTest(c *invocation) (reply, error) {
	s := c.s
	return reply{
		"url": s.URL(), "team": s.opt.Team, "team_id": s.teamID, "user": s.bot.name, "user_id": s.bot.id,
		"bot_id": s.bot.botID, "is_enterprise_install": false,
	}, nil
}

func teamInfo(c *invocation) (reply, error) {
	s := c.s
	return reply{"team": map[string]any{
		"id": s.teamID, "name": s.opt.Team, "domain": s.opt.Domain, "url": s.URL(), "email_domain": s.opt.Domain + ".example",
		"icon": map[string]any{"image_default": true},
	}}, nil
}

func (s *Server) renderUser(u *user) map[string]any {
	profile := map[string]any{
		"real_name": u.realName, "real_name_normalized": u.realName, "display_name": u.displayName,
		"display_name_normalized": u.displayName, "team": s.teamID,
	}
	if u.email != "" && s.hasScope("users:read.email") {
		profile["email"] = u.email
	}
	out := map[string]any{
		"id": u.id, "team_id": s.teamID, "name": u.name, "deleted": u.deleted, "profile": profile, "is_bot": u.bot,
		"is_app_user": false, "updated": 0,
	}
	if u == s.bot {
		profile["api_app_id"], profile["bot_id"] = s.appID, u.botID
	}
	if u.stranger {
		out["is_stranger"], out["team_id"] = true, "T0STRANGERS"
	}
	if !u.deleted { // deactivated users come without these
		out["real_name"], out["tz"], out["tz_label"], out["tz_offset"] = u.realName, u.tz, u.tz, u.tzOffset
		out["is_restricted"], out["is_ultra_restricted"] = u.guest, false
		out["is_admin"], out["is_owner"], out["is_primary_owner"] = false, false, false
	}
	return out
}

func usersInfo(c *invocation) (reply, error) {
	u := c.s.w.users[c.str("user")]
	if u == nil {
		return nil, refuse("user_not_found")
	}
	return reply{"user": c.s.renderUser(u)}, nil
}

func usersLookupByEmail(c *invocation) (reply, error) {
	for _, u := range c.s.w.userList {
		if u.email != "" && u.email == c.str("email") && !u.deleted && !u.stranger {
			return reply{"user": c.s.renderUser(u)}, nil
		}
	}
	return nil, refuse("users_not_found")
}

// usersList wants paging beyond 500 people, as Slack does beyond a number it
// does not tell.
func usersList(c *invocation) (reply, error) {
	all := c.s.w.userList
	if c.number("limit", 0) == 0 && len(all) > 500 {
		return nil, refuse("limit_required")
	}
	from, to, next, err := c.page(len(all), 500)
	if err != nil {
		return nil, err
	}
	list := []any{}
	for _, u := range all[from:to] {
		list = append(list, c.s.renderUser(u))
	}
	return reply{"members": list, "cache_ts": c.s.opt.Clock().Unix(), "response_metadata": cursorOf(next)}, nil
}

func usergroupsList(c *invocation) (reply, error) {
	list := []any{}
	for _, g := range c.s.w.groupList {
		r := map[string]any{
			"id": g.id, "team_id": c.s.teamID, "is_usergroup": true, "is_subteam": true, "name": g.handle, "handle": g.handle,
			"description": "", "is_external": false, "date_create": g.updated, "date_update": g.updated, "date_delete": 0,
			"user_count": len(g.users), "prefs": map[string]any{"channels": []string{}, "groups": []string{}},
		}
		if c.yes("include_users") {
			r["users"] = slices.Clone(g.users)
		}
		list = append(list, r)
	}
	return reply{"usergroups": list}, nil
}

func usergroupsUsersList(c *invocation) (reply, error) {
	g := c.s.w.groups[c.str("usergroup")]
	if g == nil {
		return nil, refuse("no_such_subteam")
	}
	return reply{"users": append([]string{}, g.users...)}, nil
}
