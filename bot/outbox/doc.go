// Package outbox carries out what is owed to the outside: it takes effects from
// the record, performs them, and records how they ended.
//
// It promises:
//
//   - An effect ends as done, again, or never. "Never" is an entry in the
//     timeline with its reason and a way to try again; nothing fails silently.
//   - Look before retry. Where an attempt may have succeeded without our knowing
//     (a timeout, a cut, a 5xx, a crash between doing and recording), its earlier
//     success is looked for before it is repeated.
//   - What the outside asks (Retry-After) is obeyed, and only the effect concerned
//     waits. Effects of one incident never hold up another's; posts to the same
//     channel keep their order.
//   - State effects (card, topic, announcement) are set from the newest state, at
//     most once per [Options.Settle].
//   - Stop leaves what is not carried out in the store for the next start.
//
// Waiting belongs here and nowhere else: adapters do not retry.
package outbox
