package slack

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"backout/timeline"
)

// lenient decodes JSON and forgives fields of an unexpected type: those stay
// empty, the rest is read. Only what is no JSON at all is an error.
func lenient(data []byte, into any) error {
	err := json.Unmarshal(data, into)
	if _, wrongType := errors.AsType[*json.UnmarshalTypeError](err); wrongType {
		return nil
	}
	return err
}

// frame is an envelope of Socket Mode.
type frame struct {
	Type       string          `json:"type"`
	EnvelopeID string          `json:"envelope_id"`
	Payload    json.RawMessage `json:"payload"`
	Attempt    int             `json:"retry_attempt"`
}

// outer is the Events API object around an event.
type outer struct {
	Type      string          `json:"type"`
	TeamID    string          `json:"team_id"`
	EventID   string          `json:"event_id"`
	Event     json.RawMessage `json:"event"`
	ExtShared bool            `json:"is_ext_shared_channel"`
	Minute    int64           `json:"minute_rate_limited"`
}

// event holds the fields of all events but messages that are looked at.
type event struct {
	Type     string          `json:"type"`
	User     json.RawMessage `json:"user"`    // an id, or an object with one
	Channel  json.RawMessage `json:"channel"` // likewise
	Tab      string          `json:"tab"`
	Reaction string          `json:"reaction"`
	ItemUser string          `json:"item_user"`
	Item     struct {
		Type    string `json:"type"`
		Channel string `json:"channel"`
		TS      string `json:"ts"`
	} `json:"item"`
	SubteamID string `json:"subteam_id"`
	Subteam   struct {
		ID string `json:"id"`
	} `json:"subteam"`
	EventTS string `json:"event_ts"`
	Tokens  struct {
		Bot []string `json:"bot"`
	} `json:"tokens"`
	OldChannel string `json:"old_channel_id"`
}

// idOf reads an id that stands alone or in an object, and the object's name.
func idOf(raw json.RawMessage) (id, name string) {
	if json.Unmarshal(raw, &id) == nil {
		return id, ""
	}
	var o struct{ ID, Name string }
	_ = lenient(raw, &o)
	return o.ID, o.Name
}

type wireFile struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Title     string `json:"title"`
	Permalink string `json:"permalink"`
	Mode      string `json:"mode"`
}

type wireReaction struct {
	Name  string   `json:"name"`
	Users []string `json:"users"`
	Count int      `json:"count"`
}

// message is a message of events and of history, as far as it is looked at.
type message struct {
	Type        string `json:"type"`
	Subtype     string `json:"subtype"`
	Channel     string `json:"channel"`
	ChannelType string `json:"channel_type"`
	User        string `json:"user"`
	UserTeam    string `json:"user_team"`
	BotID       string `json:"bot_id"`
	Username    string `json:"username"`
	BotProfile  struct {
		Name string `json:"name"`
	} `json:"bot_profile"`
	Text     string `json:"text"`
	TS       string `json:"ts"`
	ThreadTS string `json:"thread_ts"`
	EventTS  string `json:"event_ts"`
	Edited   *struct {
		User string `json:"user"`
		TS   string `json:"ts"`
	} `json:"edited"`
	Files       []wireFile     `json:"files"`
	Message     *message       `json:"message"`
	Previous    *message       `json:"previous_message"`
	DeletedTS   string         `json:"deleted_ts"`
	ReplyCount  int            `json:"reply_count"`
	LatestReply string         `json:"latest_reply"`
	Reactions   []wireReaction `json:"reactions"`
	Metadata    struct {
		EventType string         `json:"event_type"`
		Payload   map[string]any `json:"event_payload"`
	} `json:"metadata"`
}

func (m *message) author() string {
	if m.User != "" {
		return m.User
	}
	return m.BotID
}

func (m *message) botName() string {
	if m.Username != "" {
		return m.Username
	}
	if m.User == "" {
		return m.BotProfile.Name
	}
	return ""
}

func (m *message) reply() bool { return m.ThreadTS != "" && m.ThreadTS != m.TS }

func (m *message) tombstone() bool { return m.Subtype == "tombstone" }

// reacted reports whether the person's reaction stands. Slack names only some of
// many.
func (m *message) reacted(reaction, user string) bool {
	for _, r := range m.Reactions {
		if reactionName(r.Name) == reactionName(reaction) && (slices.Contains(r.Users, user) || r.Count > len(r.Users)) {
			return true
		}
	}
	return false
}

// broadcast reports a reply that the channel shows as well. History gives the
// subtype; "reply_broadcast" is its old name.
func (m *message) broadcast() bool {
	return m.Subtype == "thread_broadcast" || m.Subtype == "reply_broadcast"
}

func (m *message) files() []timeline.File {
	var out []timeline.File
	for _, f := range m.Files {
		if f.Mode == "tombstone" || f.Mode == "hidden_by_limit" {
			continue
		}
		name := f.Name
		if name == "" {
			name = f.Title
		}
		out = append(out, timeline.File{ID: f.ID, Name: name, URL: f.Permalink})
	}
	return out
}

func sameFiles(a, b []wireFile) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].ID != b[i].ID || a[i].Name != b[i].Name || a[i].Mode != b[i].Mode {
			return false
		}
	}
	return true
}

// reactionName strips the skin tone: a hand is a hand.
func reactionName(name string) string {
	base, _, _ := strings.Cut(name, "::skin-tone-")
	return base
}
