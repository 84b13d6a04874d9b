// Package slacksim is a strict Slack of our own on loopback: the Web API, Socket
// Mode and the people who sit in front of it. Tests and benchmarks use it as a
// library, and "backout demo" shows it to people.
//
// # Promises
//
//   - It is at least as strict as Slack. Where Slack's documentation leaves room,
//     the stricter reading is taken: an acknowledgement counts only on the link
//     that brought its envelope, names of archived and of unseen private channels
//     are taken, a dialog wants a fresh trigger.
//   - It speaks the protocol of Slack's documentation, not the dialect of one
//     client. Everything (API, upload_url, url_private, response_url, WebSocket)
//     lives on one host and port.
//   - It keeps living while the bot under test is killed and started again; events
//     meanwhile follow Slack's redelivery, and are lost when Slack would lose them.
//   - Options.Clock stamps data (ts, event_time, dates) and nothing else. Deadlines
//     of the protocol (3 s for an acknowledgement, 3 s for a trigger, limits per
//     minute) run on real time, and each of them can be shortened.
//   - Faults happen on demand and only then: see Fault and the Server's methods in
//     chaos.go.
//   - Close stops everything and waits: no goroutine outlives it.
//
// # Use
//
//	srv, err := slacksim.Start(slacksim.Options{})
//	defer srv.Close()
//	// point the bot at srv.APIURL(), srv.BotToken(), srv.AppToken()
//	stage := slacksim.Test(t, srv)
//	ana := stage.Person("ana")
//	room := stage.Room("checkout")
//	ana.Joins(room)
//	ana.Types(room, "/incident new Checkout is down").Sees("INC-1")
//	stage.WaitRoom("inc-1").Sees("Checkout is down")
//
// Person, Room and Modal return errors, which suits the demo. Stage wraps them
// for tests, where every error ends the test.
package slacksim
