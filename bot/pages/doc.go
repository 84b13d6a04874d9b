// Package pages serves what is read over HTTP: the JSON API, the postmortem as
// Markdown, health, readiness and metrics.
//
// It promises that private incidents are never in the API, that the bearer token
// is compared in constant time, that errors are application/problem+json with a
// sentence saying what to do, and that nothing here changes the record.
package pages
