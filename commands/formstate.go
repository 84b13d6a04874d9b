package commands

import (
	"encoding/json"
	"unicode/utf8"

	"backout/timeline"
)

// maxState is what Slack carries through a dialog, with a margin.
const maxState = 2900

// formState is what a dialog carries through: JSON that other versions of
// Backout may meet, so it says its version. It names no rights; all of it is
// checked again when it comes back.
type formState struct {
	V int `json:"v"`
	// Reply is the response URL of what opened the dialog; the Slack adapter reads
	// this key too.
	Reply string `json:"r,omitempty"`
	// Channel is where the dialog was opened.
	Channel string `json:"c,omitempty"`
	Number  int    `json:"n,omitempty"`
	// Part is what of the incident it is about, such as R1.
	Part string     `json:"p,omitempty"`
	From *fromState `json:"m,omitempty"`
}

// fromState is the message that an incident is declared from.
type fromState struct {
	Channel string `json:"c"`
	TS      string `json:"ts"`
	Thread  string `json:"th,omitempty"`
	Who     string `json:"w"`
	Bot     string `json:"b,omitempty"`
	Text    string `json:"t"`
	Link    string `json:"l,omitempty"`
}

// encode makes the state fit: the text of a message is cut, and its link leads
// to the rest.
func (s formState) encode() string {
	s.V = 1
	data := mustJSON(s)
	if s.From == nil || len(data) <= maxState {
		return string(data)
	}
	from := *s.From
	s.From = &from
	for len(data) > maxState && from.Text != "" {
		from.Text = cutText(from.Text, len(from.Text)-max(20, (len(data)-maxState)/6))
		data = mustJSON(s)
	}
	return string(data)
}

// cutText cuts at a character and never inside Slack's <…> or an entity.
func cutText(s string, to int) string {
	s = s[:max(0, to)]
	for s != "" && !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	for i := len(s) - 1; i >= 0 && s[i] != '>' && s[i] != ';'; i-- {
		if s[i] == '<' || s[i] == '&' {
			return s[:i]
		}
	}
	return s
}

func mustJSON(s formState) []byte {
	data, err := json.Marshal(s)
	if err != nil {
		panic(err) // strings and numbers only
	}
	return data
}

// readState reads what came back with a dialog.
func readState(s string) (formState, error) {
	var st formState
	if err := json.Unmarshal([]byte(s), &st); err != nil || st.V != 1 || st.Number < 0 {
		return st, timeline.Refuse(timeline.Invalid, "This dialog is from another version of Backout, and nothing was recorded.", "Close it and type the command again, for example `/incident new` or `/incident update`.")
	}
	return st, nil
}

func (f *fromState) said() *timeline.Said {
	if f == nil {
		return nil
	}
	return &timeline.Said{Channel: f.Channel, TS: f.TS, ThreadTS: f.Thread, Who: f.Who, BotName: f.Bot, Text: f.Text, Link: f.Link}
}
