package slack

// sentences words Slack's error codes. They follow a colon: "the channel could not
// be created: a workspace setting forbids it".
func sentences() map[string]string {
	const (
		inside   = "Backout is not in the channel; type /invite with the bot's name there"
		unseen   = "Slack does not show the channel to Backout: it is gone, or private and Backout was not invited"
		archived = "the channel is archived; an archived channel can be read but not written to"
		setting  = "a setting of the workspace forbids it; a workspace admin can allow it"
		name     = "Slack does not take this name; see channel in backout.yaml"
		token    = "Slack does not accept SLACK_BOT_TOKEN; copy it from Install App in the app's settings"
	)
	return map[string]string{
		"not_in_channel":                           inside,
		"channel_not_found":                        unseen,
		"is_archived":                              archived,
		"is_inactive":                              archived,
		"restricted_action":                        setting,
		"cannot_create_channel":                    setting,
		"restricted_action_read_only_channel":      "only some people may post in this channel; ask who manages it to add Backout",
		"restricted_action_thread_only_channel":    "this channel takes replies only",
		"restricted_action_non_threadable_channel": "this channel takes no replies",
		"restricted_action_thread_locked":          "the thread is locked",
		"posting_to_channel_denied":                "Backout may not post files there",
		"name_taken":                               "a channel with this name exists, perhaps archived or private",
		"invalid_name":                             name,
		"invalid_name_maxlength":                   name,
		"invalid_name_punctuation":                 name,
		"invalid_name_required":                    name,
		"invalid_name_specials":                    name,
		"too_long":                                 "the text is too long for Slack",
		"msg_too_long":                             "the message is too long for Slack",
		"msg_blocks_too_long":                      "the message is too long for Slack",
		"invalid_blocks":                           "Slack does not take the message's layout; this is a fault of Backout",
		"invalid_blocks_format":                    "Slack does not take the message's layout; this is a fault of Backout",
		"invalid_arguments":                        "Slack does not take the call; this is a fault of Backout",
		"message_not_found":                        "the message is gone",
		"cant_update_message":                      "the message is not Backout's own",
		"edit_window_closed":                       "a setting of the workspace no longer lets the message be edited",
		"too_many_pins":                            "the channel has as many pins as it can have; take one off",
		"not_pinnable":                             "this message cannot be pinned",
		"user_not_found":                           "Slack knows no such person",
		"user_not_in_channel":                      "the person is not in the channel",
		"user_disabled":                            "the person's account is deactivated",
		"user_not_visible":                         "Slack does not show the person to Backout",
		"storage_limit_reached":                    "the workspace's file storage is full",
		"file_uploads_disabled":                    "file uploads are switched off in this workspace",
		"file_type_not_allowed":                    "the workspace does not allow files of this type",
		"method_not_supported_for_channel_type":    "Backout cannot join a private channel by itself; type /invite with the bot's name there",
		"too_many_members":                         "the channel has as many members as it can have",
		"messages_tab_disabled":                    "direct messages with the app are switched off; see App Home in its settings",
		"not_enabled":                              "the Home tab is switched off; see App Home in the app's settings",
		"invalid_auth":                             token,
		"not_authed":                               token,
		"account_inactive":                         "the app's account is switched off; reinstall the app",
		"token_revoked":                            "the app's token was revoked; reinstall the app and set the new token",
		"token_expired":                            "the app's token has expired; switch token rotation off or set a new token",
		"not_allowed_token_type":                   "this is a token of the wrong kind: SLACK_BOT_TOKEN begins with xoxb-, SLACK_APP_TOKEN with xapp-",
		"socket_mode_disabled":                     "Socket Mode is switched off; switch it on in the app's settings",
		"not_allowed":                              "Slack does not allow the app to connect; see Socket Mode in its settings",
		"org_login_required":                       "the workspace has moved to an organisation; reinstall the app there",
		"plan_upgrade_required":                    "the workspace's plan has no user groups",
		"channel_is_limited_access":                "the channel is limited; ask who manages it to add Backout",
		"expired_trigger_id":                       "Slack's three seconds were over",
		"trigger_expired":                          "Slack's three seconds were over",
		"exchanged_trigger_id":                     "a dialog was opened for this already",
		"trigger_exchanged":                        "a dialog was opened for this already",
		"invalid_trigger_id":                       "Slack's three seconds were over",
		"no_permission":                            "the app may not do this; reinstall it with the scopes of the manifest",
	}
}

// missingWhy words why a person could not be invited.
func missingWhy(code string) string {
	switch code {
	case "user_not_found", "no_user", "users_not_found":
		return "Slack knows no such person"
	case "cant_invite", "user_disabled":
		return "the account is deactivated or may not be invited"
	case "user_is_restricted", "ura_max_channels":
		return "guests may be in few channels; a workspace admin can add them"
	case "org_user_not_in_team":
		return "they are in another workspace"
	case "invitee_cant_see_channel", "no_external_invite_permission", "external_channel_migrating":
		return "they are in another organisation and may not see this channel"
	case "app_cannot_join_channel":
		return "this is an app, and apps cannot be invited here"
	}
	return "Slack refuses it (" + code + ")"
}
