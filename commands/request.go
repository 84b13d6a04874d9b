package commands

import (
	"backout/templates"
	"backout/timeline"
)

// Via is how a request came.
type Via int

// The ways in.
const (
	Slash Via = iota
	Mention
	Button
	Submission
	GlobalShortcut
	MessageShortcut
	HomeTab
)

// Request is one act of a person, as the Slack adapter understood it.
type Request struct {
	Via Via
	// Key names the delivery ("slash:<trigger>", "ui:<trigger>", "ev:<event id>").
	Key string
	// Command is the slash command as typed; Text is what followed it, or the
	// whole text of a mention.
	Command, Text string
	User          string
	Channel       string
	ChannelName   string
	// ThreadTS and MessageTS say which message a mention, button or shortcut is on.
	ThreadTS, MessageTS string
	// Action and Value are those of a button; Action is also the callback id of a
	// shortcut.
	Action, Value string
	// Form, State, Values and Lists are those of a submission, by input id.
	Form, State string
	Values      map[string]string
	Lists       map[string][]string
	// ResponseURL is where Slack takes answers; dialogs carry it through.
	ResponseURL string
	// Message is the message that a message shortcut is about.
	Message *timeline.Said
	// External marks guests and people of other organisations.
	External bool
	// Direct is set in direct messages with the bot.
	Direct bool
}

// Answer is what the person gets. Unless Public, only that person sees it.
type Answer struct {
	Message *templates.Message
	Public  bool
	// Refused is set when nothing was done and Message says what to do instead.
	Refused bool
	// Form is a dialog to open.
	Form *templates.Form
	// Errors keep a submitted dialog open; they are keyed by input id.
	Errors map[string]string
	// Home is the person's Home tab. A button pressed there gives it anew, beside
	// the Message.
	Home *templates.Message
	// Err is the cause for the log when something of ours failed, and ErrID the
	// name of it that the person was shown.
	Err   error
	ErrID string
	// Declared is the number of an incident just declared, so that the person can
	// be told when its channel is there.
	Declared int
	// Wanted is what could not be declared because the record cannot be written.
	Wanted *timeline.Declaration
}
