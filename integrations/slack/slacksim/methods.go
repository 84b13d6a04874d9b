package slacksim

// method is a row of the table of methods: tier, scopes and form from each
// method's reference page.
type method struct {
	perMinute int
	// scopes by kind of conversation, or "any"; one of a list is enough.
	scopes map[string][]string
	// formOnly methods take no JSON: they are reads that grew up with GET.
	formOnly bool
	// appToken methods want the xapp- token and refuse the other.
	appToken bool
	run      func(*invocation) (reply, error)
}

func methodTable() map[string]method {
	t := map[string]method{}
	conversationMethods(t)
	messageMethods(t)
	otherMethods(t)
	return t
}

func one(scope ...string) map[string][]string { return map[string][]string{"any": scope} }

func byKind(suffix string) map[string][]string {
	return map[string][]string{"channel": {"channels:" + suffix}, "group": {"groups:" + suffix}, "im": {"im:" + suffix}, "mpim": {"mpim:" + suffix}}
}

// managing scopes: channels:manage became finer grained, both spellings count.
func managing(fine string) map[string][]string {
	public, private := []string{"channels:manage"}, []string{"groups:write"}
	if fine != "" {
		public, private = append(public, "channels:"+fine), append(private, "groups:"+fine)
	}
	return map[string][]string{"channel": public, "group": private, "im": {"im:write"}, "mpim": {"mpim:write"}}
}

func conversationMethods(t map[string]method) {
	reads, history := byKind("read"), byKind("history")
	t["conversations.create"] = method{perMinute: tier2, scopes: managing(""), run: conversationsCreate}
	t["conversations.invite"] = method{perMinute: tier3, scopes: managing("write.invites"), run: conversationsInvite}
	t["conversations.setTopic"] = method{perMinute: tier2, scopes: managing("write.topic"), run: conversationsSetTopic}
	t["conversations.setPurpose"] = method{perMinute: tier2, scopes: managing("write.topic"), run: conversationsSetPurpose}
	t["conversations.join"] = method{perMinute: tier3, scopes: one("channels:join"), run: conversationsJoin}
	t["conversations.archive"] = method{perMinute: tier2, scopes: managing(""), run: conversationsArchive}
	t["conversations.unarchive"] = method{perMinute: tier2, scopes: managing(""), run: conversationsUnarchive}
	t["conversations.rename"] = method{perMinute: tier2, scopes: managing(""), run: conversationsRename}
	t["conversations.kick"] = method{perMinute: tier3, scopes: managing(""), run: conversationsKick}
	t["conversations.leave"] = method{perMinute: tier3, scopes: managing(""), run: conversationsLeave}
	t["conversations.open"] = method{perMinute: tier3, scopes: one("im:write"), run: conversationsOpen}
	t["conversations.history"] = method{perMinute: tier3, scopes: history, formOnly: true, run: conversationsHistory}
	t["conversations.replies"] = method{perMinute: tier3, scopes: history, formOnly: true, run: conversationsReplies}
	t["conversations.list"] = method{perMinute: tier2, scopes: reads, formOnly: true, run: conversationsList}
	t["conversations.info"] = method{perMinute: tier3, scopes: reads, formOnly: true, run: conversationsInfo}
	t["conversations.members"] = method{perMinute: tier4, scopes: reads, formOnly: true, run: conversationsMembers}
	t["users.conversations"] = method{perMinute: tier3, scopes: reads, formOnly: true, run: usersConversations}
}

func messageMethods(t map[string]method) {
	write := one("chat:write")
	t["chat.postMessage"] = method{perMinute: special, scopes: write, run: chatPostMessage}
	t["chat.update"] = method{perMinute: tier3, scopes: write, run: chatUpdate}
	t["chat.delete"] = method{perMinute: tier3, scopes: write, run: chatDelete}
	t["chat.postEphemeral"] = method{perMinute: tier4, scopes: write, run: chatPostEphemeral}
	t["chat.getPermalink"] = method{perMinute: special, formOnly: true, run: chatGetPermalink}
	t["pins.add"] = method{perMinute: tier2, scopes: one("pins:write"), run: pinsAdd}
	t["pins.remove"] = method{perMinute: tier2, scopes: one("pins:write"), run: pinsRemove}
	t["pins.list"] = method{perMinute: tier2, scopes: one("pins:read"), formOnly: true, run: pinsList}
	t["bookmarks.add"] = method{perMinute: tier2, scopes: one("bookmarks:write"), run: bookmarksAdd}
	t["bookmarks.edit"] = method{perMinute: tier2, scopes: one("bookmarks:write"), run: bookmarksEdit}
	t["bookmarks.list"] = method{perMinute: tier3, scopes: one("bookmarks:read"), run: bookmarksList}
	t["reactions.add"] = method{perMinute: tier3, scopes: one("reactions:write"), run: reactionsAdd}
	t["reactions.get"] = method{perMinute: tier3, scopes: one("reactions:read"), formOnly: true, run: reactionsGet}
	t["files.getUploadURLExternal"] = method{perMinute: tier4, scopes: one("files:write"), formOnly: true, run: filesGetUploadURL}
	t["files.completeUploadExternal"] = method{perMinute: tier4, scopes: one("files:write"), run: filesComplete}
	t["files.info"] = method{perMinute: tier4, scopes: one("files:read"), formOnly: true, run: filesInfo}
}

func otherMethods(t map[string]method) {
	t["apps.connections.open"] = method{perMinute: tier3, scopes: one("connections:write"), appToken: true, run: appsConnectionsOpen}
	t["auth.test"] = method{perMinute: special, run: authTest}
	t["team.info"] = method{perMinute: tier3, scopes: one("team:read"), formOnly: true, run: teamInfo}
	t["users.info"] = method{perMinute: tier4, scopes: one("users:read"), formOnly: true, run: usersInfo}
	t["users.lookupByEmail"] = method{perMinute: tier3, scopes: one("users:read.email"), formOnly: true, run: usersLookupByEmail}
	t["users.list"] = method{perMinute: tier2, scopes: one("users:read"), formOnly: true, run: usersList}
	t["usergroups.list"] = method{perMinute: tier2, scopes: one("usergroups:read"), formOnly: true, run: usergroupsList}
	t["usergroups.users.list"] = method{perMinute: tier2, scopes: one("usergroups:read"), formOnly: true, run: usergroupsUsersList}
	t["views.open"] = method{perMinute: tier4, run: viewsOpen}
	t["views.push"] = method{perMinute: tier4, run: viewsPush}
	t["views.update"] = method{perMinute: tier4, run: viewsUpdate}
	t["views.publish"] = method{perMinute: tier4, run: viewsPublish}
}
