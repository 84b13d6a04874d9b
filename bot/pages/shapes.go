package pages

import (
	"encoding/json"
	"time"

	"backout/templates"
	"backout/timeline"
)

// The shapes below are the API: names and meanings stay as they are.

// Entry is one line of /api/incidents/INC-n/events.
type Entry struct {
	N          int           `json:"n"`
	Kind       timeline.Kind `json:"kind"`
	At         time.Time     `json:"at"`
	RecordedAt time.Time     `json:"recorded_at"`
	Who        string        `json:"who"`
	WhoName    string        `json:"who_name,omitempty"`
	Text       string        `json:"text,omitempty"`
	Source     string        `json:"source,omitempty"`
	Starred    bool          `json:"starred"`
	Hidden     bool          `json:"hidden"`
	Channel    string        `json:"channel,omitempty"`
	TS         string        `json:"ts,omitempty"`
	ThreadTS   string        `json:"thread_ts,omitempty"`
	Subtype    string        `json:"subtype,omitempty"`
	EditedAt   *time.Time    `json:"edited_at,omitempty"`
	DeletedAt  *time.Time    `json:"deleted_at,omitempty"`
	// Erased is set when the words were erased on their author's wish, or because
	// they were kept long enough.
	Erased   bool            `json:"erased,omitempty"`
	Versions []Version       `json:"versions,omitempty"`
	Files    []File          `json:"files,omitempty"`
	Data     json.RawMessage `json:"data,omitempty"`
}

// Version is an earlier text of a message.
type Version struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// File is an upload of a message.
type File struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

// RawEvent is one line of /api/incidents/INC-n/events?raw=1: the append-only
// record itself. Texts are as Slack encodes them.
type RawEvent struct {
	N          int             `json:"n"`
	Kind       timeline.Kind   `json:"kind"`
	At         time.Time       `json:"at"`
	RecordedAt time.Time       `json:"recorded_at"`
	Who        string          `json:"who"`
	Key        string          `json:"key,omitempty"`
	Source     string          `json:"source,omitempty"`
	Data       json.RawMessage `json:"data"`
}

// toEntry gives the API's shape of an entry as it stands now.
func toEntry(in *timeline.Incident, e *timeline.Entry, names templates.Names, hides func(int) bool) (Entry, error) {
	out := Entry{
		N: e.N, Kind: e.Kind, At: e.At, RecordedAt: e.Recorded, Who: e.Who, WhoName: names.PersonName(e.Who),
		Text: entryWords(in, e, names, hides), Source: e.Source.Link, Starred: e.Starred(), Hidden: e.Hidden, Erased: e.Erased,
	}
	m := e.Message
	if m == nil {
		data, err := json.Marshal(within(in.Number, e.Body, hides))
		out.Data = data
		return out, err
	}
	out.Channel, out.TS, out.ThreadTS, out.Subtype = m.Channel, m.TS, m.ThreadTS, m.Subtype
	if m.BotName != "" && out.WhoName == "" {
		out.WhoName = m.BotName
	}
	if !m.EditedAt.IsZero() {
		out.EditedAt = &m.EditedAt
	}
	if !m.DeletedAt.IsZero() {
		out.DeletedAt = &m.DeletedAt
	}
	for _, v := range m.Versions {
		out.Versions = append(out.Versions, Version{At: v.At, Text: templates.FromSlack(v.Text).Plain(names)})
	}
	for _, f := range m.Files {
		out.Files = append(out.Files, File{Name: f.Name, URL: f.URL})
	}
	return out, nil
}

// entryWords are the words of an entry, in plain text.
func entryWords(in *timeline.Incident, e *timeline.Entry, names templates.Names, hides func(int) bool) string {
	text := e.Text
	switch b := e.Body.(type) {
	case timeline.FollowUpAdded:
		text = in.Words(text, b.From)
	case timeline.LessonAdded:
		text = in.Words(text, b.From)
	case timeline.MergedInto:
		return mergedWords(b, hides)
	case timeline.PageSet:
		if !e.Reworded {
			text = "" // what the page says is a part of the words that are made
		}
	}
	words, made := templates.EntryWords(in, e)
	switch {
	case text == "" && made:
		return words
	case text == "":
		text = e.Text
	}
	return templates.FromSlack(text).Plain(names)
}

// toRaw gives the API's shape of an event as recorded, but for what it says of other
// incidents.
func toRaw(e timeline.Event, hides func(int) bool) (RawEvent, error) {
	data, err := json.Marshal(within(e.Incident, e.Body, hides))
	return RawEvent{
		N: e.N, Kind: e.Kind(), At: e.At, RecordedAt: e.Recorded, Who: e.Who,
		Key: e.Source.Key, Source: e.Source.Link, Data: data,
	}, err
}

// Incident is /api/incidents/INC-n, and in short form an element of
// /api/incidents.
type Incident struct {
	ID       string          `json:"id"`
	Number   int             `json:"number"`
	Title    string          `json:"title"`
	Status   timeline.Status `json:"status"`
	Severity string          `json:"severity"`
	Services []string        `json:"services"`
	Lead     string          `json:"lead,omitempty"`
	Channel  Channel         `json:"channel"`
	Private  bool            `json:"private"`
	Drill    bool            `json:"drill"`
	// Review is how far the postmortem is, empty while it is not due.
	Review  timeline.ReviewState `json:"review,omitempty"`
	Moments timeline.Moments     `json:"moments"`
	URL     string               `json:"url,omitempty"`

	*Details
}

// Channel is where the incident is worked on.
type Channel struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Details are what only the single incident shows.
type Details struct {
	CompleteTo *time.Time          `json:"complete_to"`
	Gaps       []Gap               `json:"gaps"`
	Impact     string              `json:"impact"`
	Cause      string              `json:"cause"`
	FollowUps  []timeline.FollowUp `json:"follow_ups"`
	Suspects   []Suspect           `json:"suspects"`
	Rollbacks  []Rollback          `json:"rollbacks"`
	Freezes    []timeline.Freeze   `json:"freezes"`
	Alerts     []Alert             `json:"alerts"`
	Pages      []Page              `json:"pages"`
	// MergedInto is the incident that this one was merged into, Merged are those that
	// were merged into this one.
	MergedInto string   `json:"merged_into"`
	Merged     []string `json:"merged"`
}

// Gap is a stretch that cannot be shown to be complete.
type Gap struct {
	From   time.Time `json:"from"`
	Reason string    `json:"reason"`
}

func (s *server) short(sum timeline.Summary) Incident {
	out := Incident{
		ID: sum.ID(), Number: sum.Number, Title: sum.Title, Status: sum.Status, Severity: sum.Severity,
		Services: sum.Services, Lead: sum.Lead, Channel: Channel{ID: sum.Channel.ID, Name: sum.Channel.Name},
		Private: sum.Private, Drill: sum.Drill, Moments: sum.Moments, Review: sum.Review,
	}
	if out.Services == nil {
		out.Services = []string{}
	}
	if s.BaseURL != "" {
		out.URL = s.BaseURL + "/incidents/" + sum.ID()
	}
	return out
}
