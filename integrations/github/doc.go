// Package github is the adapter to GitHub: the REST API and what webhooks say.
//
// It promises:
//
//   - Nothing is repeated and nothing is waited for. One method call is one try;
//     what may be tried again, and when, stands in the error. A second request
//     follows only a refusal that proves that nothing was done: of a field that an
//     older server does not know ([Client.Dispatch]), of a draft or of an assignee,
//     and, a few times, of a commit that somebody else's has overtaken.
//   - What stands on GitHub is looked at before anything is written: [Client.Propose]
//     and [Client.OpenTicket] can be called again after any trouble, and there is
//     one pull request, one commit and one issue. Nothing is ever forced, and what
//     people wrote, closed or merged is left as they left it.
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
