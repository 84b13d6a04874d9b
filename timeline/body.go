package timeline

import "time"

// Body is the kind-specific part of an [Event]. The JSON tags of the types
// below are the stored shape: fields may be added (absent ones decode to their
// zero value), none may be renamed, retyped or given a new meaning. What does
// not fit that rule is a new stored version with a conversion in codec.go.
type Body interface{ Kind() Kind }

// Declared opens an incident.
type Declared struct {
	Title    string   `json:"title"`
	Severity string   `json:"severity,omitempty"`
	Services []string `json:"services,omitempty"`
	Private  bool     `json:"private,omitempty"`
	// Invite lists user and user-group ids to bring into the channel.
	Invite []string `json:"invite,omitempty"`
	// DetectedAt is when the message it was declared from was written, or zero.
	DetectedAt time.Time `json:"detected_at,omitzero"`
	// Adopted is the channel that people had opened by hand, or empty.
	Adopted string `json:"adopted,omitempty"`
	// Triage: an alert declared it, and people have not said that it is one.
	Triage bool `json:"triage,omitempty"`
	Drill  bool `json:"drill,omitempty"`
}

// ChannelOpened says where the incident is worked on from now on.
type ChannelOpened struct {
	Channel string `json:"channel"`
	Name    string `json:"name"`
	Private bool   `json:"private,omitempty"`
	// From is the instant from which the channel's history belongs to the record.
	From time.Time `json:"from,omitzero"`
	// Successor is true when it replaces a channel that was lost.
	Successor bool `json:"successor,omitempty"`
}

// Message is a message as first seen, keyed by (Channel, TS).
type Message struct {
	Channel   string `json:"channel"`
	TS        string `json:"ts"`
	ThreadTS  string `json:"thread_ts,omitempty"`
	Text      string `json:"text,omitempty"`
	Subtype   string `json:"subtype,omitempty"`
	Broadcast bool   `json:"broadcast,omitempty"`
	Files     []File `json:"files,omitempty"`
	// BotName is the name a bot wrote under, when the author is no person.
	BotName string `json:"bot_name,omitempty"`
	// External marks guests and people of other organisations.
	External bool `json:"external,omitempty"`
	// EditedAt is set when the message was already edited when first seen.
	EditedAt time.Time `json:"edited_at,omitzero"`
	// Erased is set in storage when the text was erased.
	Erased bool `json:"erased,omitempty"`
}

// File is an upload that a message carries. The bytes stay in Slack.
type File struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

// MessageEdited is a new version of a message; Text and Files replace.
type MessageEdited struct {
	Channel string `json:"channel"`
	TS      string `json:"ts"`
	Text    string `json:"text,omitempty"`
	Files   []File `json:"files,omitempty"`
	Erased  bool   `json:"erased,omitempty"`
}

// MessageDeleted says that a message is gone.
type MessageDeleted struct {
	Channel string `json:"channel"`
	TS      string `json:"ts"`
}

// Starred and Unstarred move one person's star on entry N.
type Starred struct {
	N int `json:"n"`
}

// Unstarred takes one person's star back.
type Unstarred struct {
	N int `json:"n"`
	// What is empty for a star. It is the kind, lesson or follow_up, where a reaction
	// was taken back of which nothing had come yet: should it come, it is too late.
	What Kind `json:"what,omitempty"`
}

// Note is a line that a person wrote into the timeline.
type Note struct {
	Text string `json:"text"`
}

// Reworded replaces the text of entry N, which is not a message.
type Reworded struct {
	N    int    `json:"n"`
	Text string `json:"text"`
}

// Moved corrects when entry N happened.
type Moved struct {
	N  int       `json:"n"`
	To time.Time `json:"to"`
}

// Hidden takes entry N out of the story, or puts it back.
type Hidden struct {
	N      int  `json:"n"`
	Hidden bool `json:"hidden"`
}

// Update is a stakeholder update.
type Update struct {
	Text string `json:"text"`
	// Next is when the next update was promised, or zero.
	Next time.Time `json:"next,omitzero"`
}

// StatusSet moves the incident to a status, with the words that went with it.
type StatusSet struct {
	Status Status `json:"status"`
	Text   string `json:"text,omitempty"`
}

// SeveritySet, TitleSet, ServicesSet, ImpactSet and CauseSet replace a fact.
type SeveritySet struct {
	Severity string `json:"severity"`
}

// TitleSet replaces the title.
type TitleSet struct {
	Title string `json:"title"`
}

// ServicesSet replaces the list of affected services.
type ServicesSet struct {
	Services []string `json:"services"`
}

// ImpactSet replaces the statement of impact.
type ImpactSet struct {
	Text string `json:"text"`
}

// CauseSet replaces the statement of cause; "unknown" is a valid one.
type CauseSet struct {
	Text string `json:"text"`
}

// RoleSet gives a role to a person; an empty User leaves it vacant.
type RoleSet struct {
	Role string `json:"role"`
	User string `json:"user"`
}

// MomentSet corrects one of the five moments.
type MomentSet struct {
	Moment MomentName `json:"moment"`
	To     time.Time  `json:"to"`
}

// FollowUpAdded is later work, F1 and so on.
type FollowUpAdded struct {
	Number int    `json:"number"`
	Text   string `json:"text,omitempty"`
	Owner  string `json:"owner,omitempty"`
	// Due is a day, 2006-01-02, or empty.
	Due string `json:"due,omitempty"`
	// From is the entry whose words are the text, when Text is empty.
	From int `json:"from,omitempty"`
}

// FollowUpSet changes a follow-up; nil fields stay as they are.
type FollowUpSet struct {
	Number int           `json:"number"`
	State  FollowUpState `json:"state,omitempty"`
	Owner  *string       `json:"owner,omitempty"`
	Due    *string       `json:"due,omitempty"`
}

// LessonAdded is a lesson in people's own words, or in those of entry From.
type LessonAdded struct {
	Text string `json:"text,omitempty"`
	From int    `json:"from,omitempty"`
}

// LessonDropped takes the lesson with number N back.
type LessonDropped struct {
	N int `json:"n"`
}

// Linked adds a link worth keeping.
type Linked struct {
	URL  string `json:"url"`
	Name string `json:"name,omitempty"`
}

// Exported says that the postmortem went somewhere.
type Exported struct {
	What string `json:"what"`
	Link string `json:"link,omitempty"`
	File string `json:"file,omitempty"`
}

// Posted says where a thing that is kept current stands in Slack.
type Posted struct {
	What    string `json:"what"`
	Channel string `json:"channel"`
	TS      string `json:"ts"`
}

// StepFailed says that something owed was given up, and why.
type StepFailed struct {
	Step   string `json:"step"`
	Effect string `json:"effect"`
	Reason string `json:"reason"`
	// Owed is the effect itself, so that a person can have it tried again.
	Owed Effect `json:"owed"`
}

// StepDone says that something that had failed was done, or is tried again.
type StepDone struct {
	Step   string `json:"step"`
	Effect string `json:"effect"`
}

// Swept says that a channel's history was read completely from From to To.
type Swept struct {
	Channel string    `json:"channel"`
	From    time.Time `json:"from,omitzero"`
	To      time.Time `json:"to"`
	Found   int       `json:"found,omitempty"`
}

// GapOpened says that the record cannot be shown to be complete after From.
type GapOpened struct {
	Channel string    `json:"channel"`
	From    time.Time `json:"from"`
	Reason  string    `json:"reason"`
	// Silent is set when a link to Slack was not heard of for a while.
	Silent bool `json:"silent,omitempty"`
	// Filled and Found are when the gap was closed and how much was missing in it.
	// They stand in the entry only; the event is stored without them.
	Filled time.Time `json:"filled,omitzero"`
	Found  int       `json:"found,omitempty"`
}

// GapClosed says that the gap opened by event N is no more.
type GapClosed struct {
	N int `json:"n"`
	// Found is how many messages and changes were missing.
	Found int `json:"found,omitempty"`
}

// PrivacySet makes a public incident private: from now on it is worked on in a
// private channel.
type PrivacySet struct{}

// Reopened leads from resolved back to investigating.
type Reopened struct {
	Why string `json:"why,omitempty"`
}

// Cancelled ends an incident that was none.
type Cancelled struct {
	Why string `json:"why,omitempty"`
}
