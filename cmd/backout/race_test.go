//go:build race

package main

import "time"

// ackDeadline is how long the simulated Slack waits for an acknowledgement: under
// the race detector, with other packages beside it, the bot is many times slower.
const ackDeadline = 15 * time.Second
