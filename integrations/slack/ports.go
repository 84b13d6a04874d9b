package slack

import (
	"context"

	"backout/templates"
	"backout/timeline"
)

// Recorder is what capturing needs of the record.
type Recorder interface {
	// Record returns when the change is durable. Errors that are no refusal of the
	// change itself mean that nothing was recorded.
	Record(ctx context.Context, c timeline.Change) (timeline.Outcome, error)
	// InChannel gives the incident that is, or was, worked on in the channel.
	InChannel(channel string) (int, bool)
}

// Record is what reading history needs: it compares what Slack has with the state.
type Record interface {
	Recorder
	Incident(ctx context.Context, number int) (*timeline.Incident, error)
	// Raw gives the stored events; it is asked only when a star may have been
	// taken back while nobody listened.
	Raw(ctx context.Context, number int) ([]timeline.Event, error)
}

// Receiver carries out what a person typed, pressed or submitted. It is called
// from several goroutines at once, with a deadline, and repeated with the same
// key when Slack delivers something again.
type Receiver interface {
	Handle(ctx context.Context, r Request) Reply
}

// MayMark judges a reaction that would mean something: nil when the person may, else
// the words for the person. A nil MayMark lets every full member.
type MayMark func(ctx context.Context, user, channel string, means timeline.Meaning) *templates.Message

func (may MayMark) refuses(ctx context.Context, user, channel string, means timeline.Meaning) *templates.Message {
	if may == nil {
		return nil
	}
	return may(ctx, user, channel, means)
}

// Meter takes figures; labels never hold ids or words of people. It must be safe
// for concurrent use.
type Meter interface {
	Count(name string, labels ...string)
	Observe(name string, seconds float64, labels ...string)
}

type noMeter struct{}

func (noMeter) Count(string, ...string)            {}
func (noMeter) Observe(string, float64, ...string) {}

// Via is how a request came.
type Via int

// The ways in.
const (
	ViaSlash Via = iota
	ViaMention
	ViaButton
	ViaSubmission
	ViaGlobalShortcut
	ViaMessageShortcut
	ViaHome
)

// String is a word for logs and metrics.
func (v Via) String() string {
	switch v {
	case ViaMention:
		return "mention"
	case ViaButton:
		return "button"
	case ViaSubmission:
		return "submission"
	case ViaGlobalShortcut:
		return "shortcut"
	case ViaMessageShortcut:
		return "message_shortcut"
	case ViaHome:
		return "home"
	}
	return "slash"
}

// Request is one act of a person.
type Request struct {
	Via Via
	// Key names the delivery: "slash:<trigger>", "ui:<trigger>", "ui:<view>" for a
	// submission (so that pressing twice counts once), "ev:<event id>".
	Key string
	// Command is the slash command with its slash; Text what followed it, or the
	// whole text of a mention, as Slack encodes it.
	Command, Text string
	User          string
	// Channel is empty on the Home tab and for global shortcuts.
	Channel, ChannelName string
	ThreadTS, MessageTS  string
	// Action is the id of a button or shortcut, Value the button's value.
	Action, Value string
	// Form, State, Values and Lists are those of a submission, by input id; Lists
	// holds inputs of several values. What people typed there comes as they typed
	// it, not escaped as in messages.
	Form, State string
	Values      map[string]string
	Lists       map[string][]string
	// Message is the message of a mention or message shortcut.
	Message *timeline.Said
	// External marks guests and people of other organisations.
	External bool
	// Direct is set in direct messages with the bot.
	Direct      bool
	TriggerID   string
	ResponseURL string
}

// Reply answers a request. All of it is optional.
type Reply struct {
	Message *templates.Message
	// Public shows Message to the channel and not only to the person.
	Public bool
	// Replace puts Message in the place of the message whose button was pressed.
	Replace bool
	Form    *templates.Form
	// Errors keep a submitted form open; keys are input ids.
	Errors map[string]string
	// Failed says that the store could not be written: an event is then left
	// unacknowledged, so that Slack brings it again.
	Failed bool
	Home   *templates.Message
}
