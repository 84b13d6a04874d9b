package slack

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// scopeOf is Slack's table of what an event needs; events that need nothing are
// not in it.
func scopeOf() map[string]string {
	return map[string]string{
		"message.channels": "channels:history", "message.groups": "groups:history", "message.im": "im:history",
		"app_mention": "app_mentions:read", "reaction_added": "reactions:read", "reaction_removed": "reactions:read",
		"pin_added": "pins:read", "pin_removed": "pins:read",
		"member_joined_channel": "channels:read", "member_left_channel": "groups:read",
		"channel_archive": "channels:read", "channel_unarchive": "channels:read", "channel_rename": "channels:read", "channel_deleted": "channels:read",
		"group_archive": "groups:read", "group_unarchive": "groups:read", "group_rename": "groups:read", "group_deleted": "groups:read",
		"subteam_updated": "usergroups:read", "subteam_members_changed": "usergroups:read",
	}
}

func TestManifestHasWhatItsEventsNeed(t *testing.T) {
	free := []string{"app_home_opened", "app_uninstalled", "channel_id_changed", "tokens_revoked"}
	for _, event := range BotEvents() {
		scope, ok := scopeOf()[event]
		if !ok && !slices.Contains(free, event) {
			t.Errorf("%s is in no table", event)
		}
		if ok && !slices.Contains(Scopes(), scope) {
			t.Errorf("%s needs %s", event, scope)
		}
	}
	for name, list := range map[string][]string{"scopes": Scopes(), "events": BotEvents()} {
		if !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list) {
			t.Errorf("%s are out of order or repeated", name)
		}
	}
}

// TestManifestSaysWhatMatters reads the YAML back without our own types.
func TestManifestSaysWhatMatters(t *testing.T) {
	out, err := Manifest(ManifestOptions{Alias: "/inc"})
	if err != nil {
		t.Fatal(err)
	}
	again, err := Manifest(ManifestOptions{Name: "Backout", Command: "/incident", Alias: "/inc"})
	if err != nil || !bytes.Equal(out, again) {
		t.Errorf("two calls differ: %v", err)
	}
	var m struct {
		Features struct {
			Home     map[string]bool  `yaml:"app_home"`
			Commands []map[string]any `yaml:"slash_commands"`
		} `yaml:"features"`
		Settings map[string]any `yaml:"settings"`
	}
	if err := yaml.Unmarshal(out, &m); err != nil {
		t.Fatal(err)
	}
	if h := m.Features.Home; !h["home_tab_enabled"] || !h["messages_tab_enabled"] || h["messages_tab_read_only_enabled"] {
		t.Errorf("home %v", h)
	}
	if s := m.Settings; s["socket_mode_enabled"] != true || s["token_rotation_enabled"] != false || s["org_deploy_enabled"] != false {
		t.Errorf("settings %v", s)
	}
	if c := m.Features.Commands; len(c) != 2 || c[0]["command"] != "/incident" || c[1]["command"] != "/inc" || c[1]["should_escape"] != true {
		t.Errorf("commands %v", c)
	}
	for _, id := range []string{ShortcutDeclare, ShortcutDeclareFrom, ShortcutTimeline, ShortcutFollowUp} {
		if !bytes.Contains(out, []byte("callback_id: "+id+"\n")) {
			t.Errorf("%s is missing", id)
		}
	}
	if bytes.Contains(out, []byte("http")) {
		t.Error("an address stands in a manifest for Socket Mode")
	}
}

func TestManifestRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		o    ManifestOptions
		want string
	}{
		"long name":     {ManifestOptions{Name: strings.Repeat("ä", 36)}, "has 36 characters, Slack takes 1 to 35"},
		"command":       {ManifestOptions{Command: "incident"}, `"incident" is no slash command`},
		"short command": {ManifestOptions{Command: "/"}, `"/" is no slash command`},
		"long alias":    {ManifestOptions{Alias: "/" + strings.Repeat("i", 32)}, "is no slash command"},
		"same":          {ManifestOptions{Alias: "/incident"}, `"/incident" is there twice`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Manifest(tt.o); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
	m := build(ManifestOptions{Name: "b", Command: "/b"})
	m.Features.Shortcuts[0].Name = "Declare incident from this"
	if err := m.check(); err == nil || !strings.Contains(err.Error(), "has 26 characters, Slack takes 1 to 24") {
		t.Errorf("a long shortcut's name: %v", err)
	}
}

func TestBotName(t *testing.T) {
	for app, want := range map[string]string{"Backout": "backout", "Acme Incidents!": "acme-incidents", "障害": "backout"} {
		if got := botName(app); got != want {
			t.Errorf("%s: %s", app, got)
		}
	}
}
