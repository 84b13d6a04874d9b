// Package commands turns what a person typed, pressed or submitted into a change
// of the record and an answer.
//
// It promises four things:
//
//   - One table says what can be typed. It dispatches and it is the help, so the
//     two cannot differ ([Reference]).
//   - A delivery counts once: the key of the [Request] goes into the record, and
//     answers are worded from what the record made of it, so that the same
//     delivery gets the same answer again.
//   - Every refusal says what to type instead.
//   - A private incident exists only for those who are in its channel. From
//     elsewhere it is refused in the words used for a number that was never given.
//
// Handle touches nothing but the record. Opening channels, posting and inviting
// are owed by the record and carried out by others; adopting a channel and making
// one private look at Slack through [Rooms], because their rules need what only
// Slack knows.
//
// Texts arrive as Slack encodes them (&amp;, <@U…>, <https://…>) and are stored
// so. Values that come back from buttons and dialogs are read anew each time and
// never give anybody a right.
package commands
