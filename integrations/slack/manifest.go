package slack

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Callback ids of the shortcuts. They carry a version and are never reused:
// apps that were installed long ago still send the old ones.
const (
	ShortcutDeclare     = "declare_incident_v1" // global
	ShortcutDeclareFrom = "declare_from_v1"     // on a message
	ShortcutTimeline    = "add_to_timeline_v1"  // on a message
	ShortcutFollowUp    = "follow_up_v1"        // on a message
)

// Slack's limits on what stands in a manifest, in characters.
const (
	maxAppName      = 35
	maxDisplayName  = 80
	maxShortcutName = 24
	maxCallbackID   = 255
	maxShortcutText = 150
	maxUsageHint    = 1000
)

// ManifestOptions is what differs from one workspace's app to another's.
type ManifestOptions struct {
	Name    string // of the app and its bot; "Backout" when empty
	Command string // "/incident" when empty
	Alias   string // a second command; none when empty
}

// Scopes lists the bot scopes that Backout asks for, in alphabetical order.
func Scopes() []string {
	return []string{
		"app_mentions:read",
		"channels:history", "channels:join", "channels:manage", "channels:read",
		"chat:write", "chat:write.public",
		"commands",
		"files:read", "files:write",
		"groups:history", "groups:read", "groups:write",
		"im:history", "im:read", "im:write",
		"pins:read", "pins:write",
		"reactions:read", "reactions:write",
		"team:read",
		"usergroups:read",
		"users:read", "users:read.email",
	}
}

// BotEvents lists the events that Backout subscribes to, in alphabetical order.
func BotEvents() []string {
	return []string{
		"app_home_opened", "app_mention", "app_uninstalled",
		"channel_archive", "channel_deleted", "channel_id_changed", "channel_rename", "channel_unarchive",
		"group_archive", "group_deleted", "group_rename", "group_unarchive",
		"member_joined_channel", "member_left_channel",
		"message.channels", "message.groups", "message.im",
		"pin_added", "pin_removed",
		"reaction_added", "reaction_removed",
		"subteam_members_changed", "subteam_updated",
		"tokens_revoked",
	}
}

// Manifest returns the app manifest as YAML, ready to be pasted where Slack asks
// for one; the same options always give the same bytes. It holds no address,
// because with Socket Mode nothing calls in. Names that Slack would refuse are
// refused here, with a sentence.
func Manifest(o ManifestOptions) ([]byte, error) {
	if o.Name == "" {
		o.Name = "Backout"
	}
	if o.Command == "" {
		o.Command = "/incident"
	}
	m := build(o)
	if err := m.check(); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := errors.Join(enc.Encode(m), enc.Close()); err != nil {
		return nil, fmt.Errorf("the manifest could not be written as YAML: %w", err)
	}
	return out.Bytes(), nil
}

// manifest is the part of Slack's manifest format that Backout uses, in the order
// in which people read it.
type manifest struct {
	Meta struct {
		Major int `yaml:"major_version"`
		Minor int `yaml:"minor_version"`
	} `yaml:"_metadata"`
	Display struct {
		Name  string `yaml:"name"`
		Text  string `yaml:"description"`
		Color string `yaml:"background_color"`
	} `yaml:"display_information"`
	Features struct {
		Home struct {
			Tab      bool `yaml:"home_tab_enabled"`
			Messages bool `yaml:"messages_tab_enabled"`
			ReadOnly bool `yaml:"messages_tab_read_only_enabled"`
		} `yaml:"app_home"`
		Bot struct {
			Name   string `yaml:"display_name"`
			Online bool   `yaml:"always_online"`
		} `yaml:"bot_user"`
		Shortcuts []shortcut      `yaml:"shortcuts"`
		Commands  []listedCommand `yaml:"slash_commands"`
	} `yaml:"features"`
	OAuth struct {
		Scopes struct {
			Bot []string `yaml:"bot"`
		} `yaml:"scopes"`
	} `yaml:"oauth_config"`
	Settings struct {
		Events struct {
			Bot []string `yaml:"bot_events"`
		} `yaml:"event_subscriptions"`
		Interactivity struct {
			Enabled bool `yaml:"is_enabled"`
		} `yaml:"interactivity"`
		OrgDeploy     bool `yaml:"org_deploy_enabled"`
		SocketMode    bool `yaml:"socket_mode_enabled"`
		TokenRotation bool `yaml:"token_rotation_enabled"` // cannot be switched off again once on
	} `yaml:"settings"`
}

type shortcut struct {
	Name string `yaml:"name"`
	Type string `yaml:"type"`
	ID   string `yaml:"callback_id"`
	Text string `yaml:"description"`
}

type listedCommand struct {
	Command string `yaml:"command"`
	Text    string `yaml:"description"`
	Hint    string `yaml:"usage_hint"`
	Escape  bool   `yaml:"should_escape"` // else mentions arrive as bare names that must be guessed at
}

// build fills the manifest in.
func build(o ManifestOptions) manifest {
	var m manifest
	m.Meta.Major, m.Meta.Minor = 2, 1
	m.Display.Name = o.Name
	m.Display.Text = "Runs incidents: opens the channel, keeps the record, drafts the postmortem."
	m.Display.Color = "#1f2937"
	m.Features.Home.Tab, m.Features.Home.Messages = true, true
	m.Features.Bot.Name, m.Features.Bot.Online = botName(o.Name), true
	m.Features.Shortcuts = []shortcut{
		{"Declare incident", "global", ShortcutDeclare, "Open an incident and its channel"},
		{"Declare from this", "message", ShortcutDeclareFrom, "Open an incident that begins with this message"},
		{"Add to timeline", "message", ShortcutTimeline, "Put this message on the incident's timeline"},
		{"Make follow-up", "message", ShortcutFollowUp, "Make a follow-up of this message"},
	}
	for _, name := range []string{o.Command, o.Alias} {
		if name != "" {
			m.Features.Commands = append(m.Features.Commands, listedCommand{
				Command: name, Text: "Declare and run incidents", Hint: "new <title> | status | update | resolve | help", Escape: true,
			})
		}
	}
	m.OAuth.Scopes.Bot = Scopes()
	m.Settings.Events.Bot = BotEvents()
	m.Settings.Interactivity.Enabled, m.Settings.SocketMode = true, true
	return m
}

// check holds the manifest against Slack's limits and reports all that is wrong.
func (m manifest) check() error {
	var errs []error
	limit := func(what, text string, most int) {
		if n := utf8.RuneCountInString(text); n < 1 || n > most {
			errs = append(errs, fmt.Errorf("%s has %d characters, Slack takes 1 to %d; choose a fitting one", what, n, most))
		}
	}
	limit("the app's name "+quoted(m.Display.Name), m.Display.Name, maxAppName)
	limit("the bot's name "+quoted(m.Features.Bot.Name), m.Features.Bot.Name, maxDisplayName)
	command := regexp.MustCompile(`^/[a-z0-9_-]{1,31}$`)
	seen := map[string]bool{}
	for _, c := range m.Features.Commands {
		if !command.MatchString(c.Command) {
			errs = append(errs, fmt.Errorf("%q is no slash command; write / and 1 to 31 small letters, digits, - or _", c.Command))
		}
		if seen[c.Command] {
			errs = append(errs, fmt.Errorf("%q is there twice; give the second command another name or leave it out", c.Command))
		}
		seen[c.Command] = true
		limit("the usage hint of "+c.Command, c.Hint, maxUsageHint)
	}
	for _, s := range m.Features.Shortcuts {
		limit("the shortcut's name "+quoted(s.Name), s.Name, maxShortcutName)
		limit("the callback id "+quoted(s.ID), s.ID, maxCallbackID)
		limit("the description of "+quoted(s.Name), s.Text, maxShortcutText)
	}
	return errors.Join(errs...)
}

// botName makes the bot's name of the app's: Slack allows small letters, digits,
// hyphens, underscores and dots there.
func botName(app string) string {
	name := regexp.MustCompile(`[^a-z0-9_.-]+`).ReplaceAllString(strings.ToLower(app), "-")
	if name = strings.Trim(name, "-."); name == "" {
		return "backout"
	}
	return name
}

// quoted shows a name within a sentence.
func quoted(s string) string { return fmt.Sprintf("%q", s) }
