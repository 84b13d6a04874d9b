// Package bot assembles Backout: the record, Slack, the outbox and the pages.
//
// It promises an order. Start listens first and serves second, carries out what
// is owed only when the record is open, and reads Slack's history on every
// connection. Stop takes nothing new, finishes commits and acknowledgements, and
// leaves what is owed in the store for the next start. Both may be called from
// any goroutine; Stop may be called twice and before Start.
package bot
