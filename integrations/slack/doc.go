// Package slack is the adapter to Slack: Socket Mode, the Web API and Block Kit.
//
// It promises:
//
//   - Nothing is acknowledged before it is durable. An envelope is answered only
//     after the record, or who handles requests, has returned without trouble of
//     the store; what is not acknowledged, Slack delivers again.
//   - Two links are kept, opened apart, so that one is up while Slack refreshes
//     the other. Links that die young are not reopened in a storm. A link on which
//     not even a ping arrives for [SocketOptions.DeadAfter] is replaced.
//   - What cannot heal (a refused token, a missing scope, Socket Mode switched off)
//     ends [Sockets.Run] with a sentence for people.
//   - Capturing costs no call: what was said, edited, deleted and reacted to is
//     recorded from the envelope alone. Only a reaction to a message that the
//     record does not have yet fetches that one message.
//   - Text is kept exactly as Slack encodes it; what we send is escaped in one
//     place ([templates.Rich] to mrkdwn) and never notifies anybody by what
//     somebody typed.
//   - Every error is a *timeline.Trouble with a sentence, sorted in one place. A
//     call whose answer was lost counts as unsure. Writes never sleep for Slack's
//     Retry-After, they return it; reads wait.
//   - Ephemeral answers and dialogs are at most once and never owed.
//   - Goroutines have an owner: [Sockets] waits in Stop, [Client] in Close.
//
// The raw JSON of deliveries and of history is read by a lenient parser of our own
// (wire.go) rather than by the SDK's types: those refuse a whole event, or a whole
// page of history, for one block of a shape that they do not know.
package slack
