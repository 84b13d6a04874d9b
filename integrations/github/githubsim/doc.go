// Package githubsim is a strict GitHub of our own on loopback: the REST API, the
// workflow runs behind it and the webhooks that it sends. Tests use it as a
// library, and "backout demo" shows it to people.
//
// # Promises
//
//   - It is at least as strict as GitHub. Where GitHub's documentation leaves room,
//     the stricter reading is taken: no call without a token, no dispatch of a SHA,
//     no input that the workflow does not declare, no second pull request for a head,
//     no commit but on top of what the branch has.
//   - It speaks the protocol of GitHub's documentation, not the dialect of one
//     client. API, pages and everything else live on one host and port.
//   - A dispatch that was accepted makes exactly one run, whatever the caller was
//     told about it: see Dispatches.
//   - Webhooks are signed, sent once, in order for each hook, and never again by
//     themselves. What was not delivered can be listed and redelivered for three
//     days, under the same GUID.
//   - Options.Clock stamps data (created_at, expires_at, delivered_at) and ends
//     installation tokens and kept deliveries. Deadlines of the protocol (limits per
//     hour and minute, 10 s for a webhook, the lag of lists, the life of an
//     automatic run) run on real time, and each of them can be shortened. An App's
//     JWT counts when it is valid by either of the two.
//   - Faults happen on demand and only then: see Fault and HookFault.
//   - Close stops everything and waits: no goroutine outlives it.
//
// # Use
//
//	srv, err := githubsim.Start(githubsim.Options{})
//	defer srv.Close()
//	// point the bot at srv.APIURL() with srv.Token()
//	web := srv.Repo("acme/web-app")
//	sha := web.Commit(githubsim.Commit{Message: "Faster checkout", Author: "ana"})
//	web.Tag("v2.4.0", sha)
//	web.Workflow(githubsim.Workflow{File: "rollback.yml", Inputs: inputs, Auto: &githubsim.AutoRun{}})
//	srv.Hook("acme/web-app", bot.URL+"/webhooks/github", secret, "deployment_status", "workflow_run")
//	id := web.Deploy(githubsim.Deployment{Ref: "v2.4.0", Environment: "production"})
//	web.DeployStatus(id, "success")
//	web.Edit("backout/inc-7", "2026/7-users.md", text, "ana") // a person's commit
//	web.Merge(1, "ana")                                       // a person merges
//	web.CloseIssue(2, "ana", "completed")
//
// What a test builds by hand (commits, pull requests, reviews, checks, deploys) is
// not checked as an API call is: something that cannot be, such as a tag on an
// unknown commit, panics with a sentence.
//
// # Left out
//
// Anything the bot does not use: GraphQL, search, Git's tags and the removal of
// files through its trees, logs of jobs, artifacts, teams, merge conflicts, forks
// but for the pull requests that come from them.
package githubsim
