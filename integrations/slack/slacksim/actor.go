package slacksim

// Actor is a Person in a test: an error ends the test. What Slack shows to the
// person (Answer.Err, Modal.Errors) does not, tests ask for it.
type Actor struct {
	*Person
	tb TB
}

// Joins enters a public room.
func (a *Actor) Joins(r Place) { a.tb.Helper(); must(a.tb, a.Person.Joins(r)) }

// Leaves leaves a room.
func (a *Actor) Leaves(r Place) { a.tb.Helper(); must(a.tb, a.Person.Leaves(r)) }

// Invites brings others (the bot too: Server.BotUserID) into a room.
func (a *Actor) Invites(r Place, userIDs ...string) {
	a.tb.Helper()
	must(a.tb, a.Person.Invites(r, userIDs...))
}

// Kicks removes somebody (the bot too) from a room.
func (a *Actor) Kicks(r Place, userID string) { a.tb.Helper(); must(a.tb, a.Person.Kicks(r, userID)) }

// Creates makes a public room.
func (a *Actor) Creates(name string) *Scene {
	a.tb.Helper()
	r, err := a.Person.Creates(name)
	must(a.tb, err)
	return &Scene{r, a.tb}
}

// Archives archives a room.
func (a *Actor) Archives(r Place) { a.tb.Helper(); must(a.tb, a.Person.Archives(r)) }

// Unarchives opens an archived room again.
func (a *Actor) Unarchives(r Place) { a.tb.Helper(); must(a.tb, a.Person.Unarchives(r)) }

// Renames gives a room another name.
func (a *Actor) Renames(r Place, name string) { a.tb.Helper(); must(a.tb, a.Person.Renames(r, name)) }

// SetsTopic sets a room's topic.
func (a *Actor) SetsTopic(r Place, text string) {
	a.tb.Helper()
	must(a.tb, a.Person.SetsTopic(r, text))
}

// DeletesRoom deletes a room with all that is in it.
func (a *Actor) DeletesRoom(r Place) { a.tb.Helper(); must(a.tb, a.Person.DeletesRoom(r)) }

// Says posts a message.
func (a *Actor) Says(r Place, text string) Message {
	a.tb.Helper()
	return a.message(a.Person.Says(r, text))
}

// Replies answers in the message's thread.
func (a *Actor) Replies(m Message, text string) Message {
	a.tb.Helper()
	return a.message(a.Person.Replies(m, text))
}

// Broadcasts answers in the thread and shows the answer in the room as well.
func (a *Actor) Broadcasts(m Message, text string) Message {
	a.tb.Helper()
	return a.message(a.Person.Broadcasts(m, text))
}

// Edits changes an own message.
func (a *Actor) Edits(m Message, text string) { a.tb.Helper(); must(a.tb, a.Person.Edits(m, text)) }

// Deletes takes an own message away.
func (a *Actor) Deletes(m Message) { a.tb.Helper(); must(a.tb, a.Person.Deletes(m)) }

// Reacts adds a reaction.
func (a *Actor) Reacts(m Message, emoji string) { a.tb.Helper(); must(a.tb, a.Person.Reacts(m, emoji)) }

// Unreacts takes an own reaction back.
func (a *Actor) Unreacts(m Message, emoji string) {
	a.tb.Helper()
	must(a.tb, a.Person.Unreacts(m, emoji))
}

// Pins pins a message to its room.
func (a *Actor) Pins(m Message) { a.tb.Helper(); must(a.tb, a.Person.Pins(m)) }

// Unpins takes a pin off.
func (a *Actor) Unpins(m Message) { a.tb.Helper(); must(a.tb, a.Person.Unpins(m)) }

// Uploads shares a file in a room, or in a thread when the place is a message.
func (a *Actor) Uploads(where Place, filename string, content []byte, comment string) Message {
	a.tb.Helper()
	return a.message(a.Person.Uploads(where, filename, content, comment))
}

// Types enters a slash command and waits for its acknowledgement.
func (a *Actor) Types(where Place, line string) *Reply {
	a.tb.Helper()
	return &Reply{a.Person.Types(where, line), a.tb}
}

// Clicks presses a button, by label or action_id, and confirms what it asks.
func (a *Actor) Clicks(where Place, button string) *Reply {
	a.tb.Helper()
	return a.reply(a.Person.Clicks(where, button))
}

// Chooses picks options of a select, overflow, radio or checkboxes, by label,
// value or (for people and rooms) name or id.
func (a *Actor) Chooses(where Place, element string, options ...string) *Reply {
	a.tb.Helper()
	return a.reply(a.Person.Chooses(where, element, options...))
}

// Shortcut starts a global shortcut.
func (a *Actor) Shortcut(callbackID string) *Reply {
	return &Reply{a.Person.Shortcut(callbackID), a.tb}
}

// MessageShortcut starts a shortcut from a message's menu.
func (a *Actor) MessageShortcut(m Message, callbackID string) *Reply {
	return &Reply{a.Person.MessageShortcut(m, callbackID), a.tb}
}

// Modal waits for a dialog.
func (a *Actor) Modal() *Dialog {
	a.tb.Helper()
	m, err := a.Person.Modal()
	must(a.tb, err)
	return &Dialog{m, a.tb}
}

// OpensHome opens the app's Home tab.
func (a *Actor) OpensHome() { a.tb.Helper(); must(a.tb, a.Person.OpensHome()) }

// HomeSees waits until the Home tab contains the text.
func (a *Actor) HomeSees(text string) { a.tb.Helper(); must(a.tb, a.Person.Home().Sees(text)) }

// DM is the conversation with the bot.
func (a *Actor) DM() *Scene { return &Scene{a.Person.DM(), a.tb} }

func (a *Actor) message(m Message, err error) Message {
	a.tb.Helper()
	must(a.tb, err)
	return m
}

func (a *Actor) reply(r *Answer, err error) *Reply {
	a.tb.Helper()
	must(a.tb, err)
	return &Reply{r, a.tb}
}

// Reply is an Answer in a test.
type Reply struct {
	*Answer
	tb TB
}

// Sees waits until an answer contains the text.
func (r *Reply) Sees(text string) *Reply {
	r.tb.Helper()
	must(r.tb, r.Answer.Sees(text))
	return r
}

// Dialog is a Modal in a test.
type Dialog struct {
	*Modal
	tb TB
}

// Fill fills a field, by label, block_id or action_id.
func (d *Dialog) Fill(field string, values ...string) *Dialog {
	d.tb.Helper()
	must(d.tb, d.Modal.Fill(field, values...))
	return d
}

// Submit presses the submit button; a refusal by the app ends the test.
func (d *Dialog) Submit() { d.tb.Helper(); must(d.tb, d.Modal.Submit()) }

// SubmitRefused presses submit and wants the app to refuse; it returns the errors by block_id.
func (d *Dialog) SubmitRefused() map[string]string {
	d.tb.Helper()
	if err := d.Modal.Submit(); err == nil {
		d.tb.Fatalf("slacksim: the app took a dialog that it should have refused")
	}
	return d.Errors()
}

// Clicks presses a button in the dialog.
func (d *Dialog) Clicks(button string) { d.tb.Helper(); must(d.tb, d.Modal.Clicks(button)) }

// Sees waits until the dialog contains the text.
func (d *Dialog) Sees(text string) { d.tb.Helper(); must(d.tb, d.Modal.Sees(text)) }

// Close presses Cancel.
func (d *Dialog) Close() { d.tb.Helper(); must(d.tb, d.Modal.Close()) }
