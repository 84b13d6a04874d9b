// Package pagerdutysim is a strict PagerDuty of our own on loopback: the REST API,
// the Events API v2, the V3 webhooks and the people who sit behind them. Tests use
// it as a library, and "backout demo" shows it to people.
//
// # Promises
//
//   - It is at least as strict as PagerDuty. Where PagerDuty's documentation leaves
//     room, the stricter reading is taken: the versioned Accept header must be
//     there, a write wants the From of a user whom the account knows, a resolved
//     incident changes in no way but by being reopened, a list of changes is applied
//     as a whole or not at all.
//   - It speaks the protocol of PagerDuty's documentation, not the dialect of one
//     client. The REST API and the Events API share a port but not a path, because
//     they share no host in the world: a call to the wrong one is 404.
//   - The Events API is asynchronous: 202 says that the event was taken. Settle waits
//     until it was worked off.
//   - Webhooks are signed with each active secret, repeated under the same
//     X-Webhook-Id while the receiver is in trouble, and dropped at once when it
//     refuses. A failing webhook holds back the later ones of the same subscription
//     and incident and no others. Three drops in a row disable the subscription for
//     a day; what is queued, and what happens in that time, is lost.
//   - Two subscriptions that cover one incident are both served: one event.id, two
//     X-Webhook-Ids.
//   - Options.Clock stamps data and ends a disablement. Timeouts of services and
//     snoozes run on it too, but only when Tick looks at it. Deadlines of the
//     protocol (limits per minute, 5 s for a webhook, pauses between attempts, 48 h
//     of attempts) run on real time, and each of them can be shortened.
//   - Faults happen on demand and only then: see Fault and HookFault.
//   - Close stops everything and waits: no goroutine outlives it.
//
// # Use
//
//	srv, err := pagerdutysim.Start(pagerdutysim.Options{})
//	defer srv.Close()
//	// point the bot at srv.APIURL(), srv.EventsURL(), srv.Token()
//	ana := srv.User("Ana Lopez", "ana@acme.example")
//	web := srv.Service("web-app", pagerdutysim.ServiceOptions{Policy: srv.EscalationPolicy("Web", pagerdutysim.Level{ana})})
//	srv.Subscribe(pagerdutysim.Subscription{URL: bot.URL + "/webhooks/pagerduty", Secrets: []string{secret}})
//	inc := srv.Trigger(web, "Checkout is down", pagerdutysim.Trigger{Priority: srv.Priority("P1")})
//	err = inc.Acknowledge(ana)
//
// What a test builds by hand is not checked as an API call is: an id that nothing
// has panics with a sentence. What people do to an incident returns an error when
// its state does not allow it, as the website would.
//
// # Left out
//
// Anything the bot does not use: overrides and layers of schedules, automatic
// escalation, rules and orchestrations, extensions, audit records (and so paging by
// cursor), scopes of OAuth, mutual TLS.
package pagerdutysim
