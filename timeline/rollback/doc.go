// Package rollback holds the rules of rolling a service back: what may follow
// what, who may say yes, what is checked first, and what is recorded at each
// step.
//
// It promises:
//
//   - At most one dispatch for each confirmation. The intention is recorded before
//     the call; a call whose outcome is not known is looked up and never repeated.
//     When nobody can tell, a person is asked, and their yes is a new confirmation
//     with an id of its own.
//   - One rollback of a service in an environment at a time, over all incidents.
//   - Guards are looked at again at the moment somebody says yes. What they block
//     goes on only where the configuration lets that person set it aside, and then
//     the record has who and why.
//   - Every phase is an entry of the timeline.
//
// Functions return timeline.Change values and touch nothing themselves. Those for
// people take the key of their delivery; those for the outbox look at the state.
package rollback
