//go:build !race

package main

import "time"

// ackDeadline is how long the simulated Slack waits for an acknowledgement, as Slack
// does.
const ackDeadline = 3 * time.Second
