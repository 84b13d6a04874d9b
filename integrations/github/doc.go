// Package github is the adapter to GitHub: the REST API and what webhooks say.
//
// It promises:
//
//   - Nothing is repeated and nothing is waited for. One method call is one try;
//     what may be tried again, and when, stands in the error. The only second
//     request is that of [Client.Dispatch] to a server that has just refused a
//     field that it does not know, and thereby proved that it started nothing.
//   - Every error of a call is a *timeline.Trouble with a sentence that names the
//     repository and the permission, sorted in one place. A write whose answer was
//     lost counts as unsure; one that never got a connection does not.
//   - GitHub alone says what its limits allow. go-github would refuse calls by its
//     own calculation, for as long as an hour, and does not see a 429 as a limit:
//     the transport recognises limits before that library looks at the answer.
//   - The token goes to the host of [Options.APIURL] and nowhere else, whatever an
//     answer redirects to, and no error carries it.
//   - Watching runs and deploys costs nothing of the limit while nothing changes.
//   - Webhooks are decoded without a token and by small types of our own: those of
//     go-github v60 lack the workflow run of a deployment and the actions.
//   - A deploy has one id, whether a webhook tells of it or the reading afterwards.
//   - Texts from outside are valid UTF-8, without control characters, bounded;
//     links are http or https. They are still hostile and must be escaped where
//     they are shown.
package github
