package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"strings"
	"time"

	"backout/bot/pages"
	"backout/integrations/slack/slacksim"
)

// The two sides that are compared: what Slack has, and what the bot's API says.

// slackMessage is a message as Slack gives it.
type slackMessage struct {
	TS       string `json:"ts"`
	ThreadTS string `json:"thread_ts"`
	Subtype  string `json:"subtype"`
	User     string `json:"user"`
	BotID    string `json:"bot_id"`
	Text     string `json:"text"`
	Files    []struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"files"`
	Edited    *struct{} `json:"edited"`
	Reactions []struct {
		Name  string   `json:"name"`
		Users []string `json:"users"`
	} `json:"reactions"`
	Metadata struct {
		Payload struct {
			Key string `json:"key"`
		} `json:"event_payload"`
	} `json:"metadata"`
}

// at is when it was written.
func (m slackMessage) at() time.Time {
	var sec, micro int64
	_, _ = fmt.Sscanf(m.TS, "%d.%d", &sec, &micro)
	return time.Unix(sec, micro*1000).UTC()
}

// thread is the parent's ts of a reply, else "".
func (m slackMessage) thread() string {
	if m.ThreadTS == m.TS {
		return ""
	}
	return m.ThreadTS
}

func (m slackMessage) has(emoji string) bool {
	for _, r := range m.Reactions {
		if r.Name == emoji && len(r.Users) > 0 {
			return true
		}
	}
	return false
}

// written reports people's and other bots' own words: joins, topics and tombstones
// are none.
func (m slackMessage) written() bool {
	switch m.Subtype {
	case "", "file_share", "thread_broadcast", "bot_message":
		return true
	}
	return false
}

// slackHas reads a room: what people wrote, and what the bot posted.
func (ta *tale) slackHas(r *slacksim.Room) (people, bot []slackMessage, err error) {
	for _, m := range r.Messages() {
		var s slackMessage
		shown := m.JSON()
		if len(shown) == 0 {
			continue // deleted since the room was listed
		}
		if err := json.Unmarshal(shown, &s); err != nil {
			return nil, nil, err
		}
		switch {
		case s.BotID == ta.sim.BotID() || s.User == ta.sim.BotUserID():
			bot = append(bot, s)
		case s.written():
			people = append(people, s)
		}
	}
	return people, bot, nil
}

// incidentRecord is what the bot says of an incident.
type incidentRecord struct {
	pages.Incident
	entries []pages.Entry
	raw     []pages.RawEvent
	rawText string
}

func (ta *tale) into(path string, v any) error {
	body, err := ta.bot.get(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(body, v)
}

// record reads one incident: first how complete it is said to be, then the rest.
func (ta *tale) record(id string) (*incidentRecord, error) {
	rec := &incidentRecord{}
	rec.Details = &pages.Details{}
	if err := ta.into("/api/incidents/"+id, &rec.Incident); err != nil {
		return nil, err
	}
	body, err := ta.bot.get("/api/incidents/" + id + "/events")
	if err != nil {
		return nil, err
	}
	for dec := json.NewDecoder(bytes.NewReader(body)); dec.More(); {
		var e pages.Entry
		if err := dec.Decode(&e); err != nil {
			return nil, err
		}
		rec.entries = append(rec.entries, e)
	}
	if body, err = ta.bot.get("/api/incidents/" + id + "/events?raw=1"); err != nil {
		return nil, err
	}
	rec.rawText = string(body)
	for dec := json.NewDecoder(bytes.NewReader(body)); dec.More(); {
		var e pages.RawEvent
		if err := dec.Decode(&e); err != nil {
			return nil, err
		}
		rec.raw = append(rec.raw, e)
	}
	return rec, nil
}

// records reads all incidents, oldest first.
func (ta *tale) records() ([]*incidentRecord, error) {
	var list struct{ Incidents []struct{ ID string } }
	if err := ta.into("/api/incidents?status=all&limit=200", &list); err != nil {
		return nil, err
	}
	var out []*incidentRecord
	for i := range list.Incidents {
		rec, err := ta.record(list.Incidents[len(list.Incidents)-1-i].ID)
		if err != nil {
			return nil, err
		}
		out = append(out, rec)
	}
	return out, nil
}

// spoken is the data of a raw event about a message.
type spoken struct{ Channel, TS, Text string }

// encoded gives the texts of the room's messages exactly as Slack encodes them, by
// ts: the last version of each, by when it was made.
func (rec *incidentRecord) encoded(channel string) map[string]string {
	text, since := map[string]string{}, map[string]time.Time{}
	for _, e := range rec.raw {
		var s spoken
		if e.Kind != "message" && e.Kind != "message_edited" || json.Unmarshal(e.Data, &s) != nil || s.Channel != channel {
			continue
		}
		at := e.At
		if e.Kind == "message" { // perhaps first heard of as an edited one
			at = editedAt(e.Data)
		}
		if last, known := since[s.TS]; !known || !at.Before(last) {
			text[s.TS], since[s.TS] = s.Text, at
		}
	}
	return text
}

func editedAt(data json.RawMessage) time.Time {
	var m struct {
		At time.Time `json:"edited_at"`
	}
	_ = json.Unmarshal(data, &m)
	return m.At
}

// madeFrom counts, by kind and by the row of the message, the lessons and follow-ups
// that were made from messages and not taken back.
func (rec *incidentRecord) madeFrom() map[string]map[int]int {
	made := map[string]map[int]int{"lesson": {}, "follow_up": {}}
	from, numbers := map[int]int{}, map[int]int{} // rows of messages by lesson and by follow-up
	for _, e := range rec.raw {
		var d struct {
			From, N, Number int
			State           string
		}
		_ = json.Unmarshal(e.Data, &d)
		switch {
		case e.Kind == "lesson" && d.From > 0:
			made["lesson"][d.From]++
			from[e.N] = d.From
		case e.Kind == "lesson_dropped" && from[d.N] > 0:
			made["lesson"][from[d.N]]--
		case e.Kind == "follow_up" && d.From > 0:
			made["follow_up"][d.From]++
			numbers[d.Number] = d.From
		case e.Kind == "follow_up_set" && d.State == "dropped" && numbers[d.Number] > 0:
			made["follow_up"][numbers[d.Number]]--
		}
	}
	return made
}

// plain gives Slack's text as people read it, where nothing in it is a link, a
// mention or formatted.
func plain(text string) (string, bool) {
	return html.UnescapeString(text), !strings.ContainsAny(text, "<*_`")
}
