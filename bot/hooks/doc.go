// Package hooks takes deliveries over HTTP: GitHub's and PagerDuty's webhooks,
// messages of Alertmanager, and deploys that a CI system posts.
//
// It promises that a body is never read beyond its bound, that nothing of a body
// is looked at before its sender is known, that "done" is said only of what is
// durable, that a delivery which comes again changes nothing again, that an
// answer is there within a second of the last byte (503 when the store takes
// longer), that no fault in one delivery stops another, and that neither secrets
// nor bodies reach the log.
package hooks
