// Package timeline is the heart of Backout: what happened, what is true, and
// what is owed to the outside.
//
// An incident is what happened to it, so this package is the domain and not a
// store. It promises four things:
//
//   - The record is append-only. A correction is a new [Event] that refers to
//     the old one; state ([Incident]) is a fold over events and nothing else.
//   - A delivery counts once. A [Change] carries a key that names the delivery;
//     the [Recorder] looks it up, decides, and stores events, effects and key in
//     one transaction. The same key again changes nothing and returns the events
//     that the first delivery made.
//   - Nobody is told before the commit has returned: neither the caller, nor
//     subscribers, nor readers.
//   - Erased means erased. The text of a deleted message leaves every stored
//     record in the transaction that records the deletion.
//
// Things owed to the outside are [Effect] values, written in the transaction of
// the events that cause them and settled by the events that carry them out.
//
// The package uses the standard library only. It knows Slack's ids, because
// they are the identities and addresses in use, but no Slack code: texts are
// kept exactly as Slack encodes them (& < > as entities, mentions as <@U…>) and
// are decoded where they are shown.
//
// All instants are UTC. Functions named after a rule ([Declare], [Mitigate], …)
// return a Change and touch nothing themselves.
package timeline
