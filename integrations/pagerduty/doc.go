// Package pagerduty is the adapter to PagerDuty: the REST API and what its V3
// webhooks say.
//
// It promises:
//
//   - Nothing is repeated (but a read on a connection that had died unnoticed, by
//     net/http) and nothing is waited for. What may be tried again, and when, stands
//     in the error; [Client.FindNote] and [Client.FindPaged] look for what an attempt
//     may have left behind, and changes of state look at the state first.
//   - Every error of a call is a *timeline.Trouble with a sentence, sorted in one
//     place. A write whose answer was lost counts as unsure; one that never got a
//     connection does not. "Already acknowledged", "already resolved" and "merged"
//     are success for who wanted that.
//   - The token goes to the host of [Options.APIURL] alone: redirects are not
//     followed. No error carries it, nor the addresses of people that are asked for.
//   - Webhooks are decoded without a token, by types of our own, and so that what is
//     odd in one field costs that field and no more: a refused webhook is lost, and
//     three of them silence PagerDuty for a day.
//   - Texts from outside are valid UTF-8, without control characters, bounded; links
//     are http or https; ids can be parts of paths. Texts are still hostile and must
//     be escaped where they are shown.
//
// # Echoes
//
// What Backout does comes back as a webhook. [Event.Own] recognises it: notes and
// requests for responders by the mark at their end, "[backout INC-7/news/12]", which
// the decoder takes off into [Event.Marker]; changes of state and of priority, and
// incidents that [Client.Page] opened, by the agent, who is then the user that the
// token or [Options.From] stands for ([Client.Self]). PagerDuty promises nothing more
// (client may be null), so give Backout a user of its own: a person who shares it
// cannot be told from Backout when acknowledging, resolving, setting the priority or
// opening an incident. Who must be sure compares what is owed with the state, and an
// incident's Key with the keys of pages.
//
// # Why not everything through go-pagerduty
//
// Its transport errors hide their cause, its errors lack the headers, and its type
// for incidents refuses a whole answer when the body of one incident is an object.
// So all calls go through a Do of ours that remembers what happened, and incidents
// are read by our own types.
package pagerduty
