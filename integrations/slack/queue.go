package slack

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// queue is the line in front of one method, or of one channel's messages. Slack
// limits each of them by itself, so one that is blocked holds up no other.
type queue struct {
	limiter *rate.Limiter
	now     func() time.Time

	mu    sync.Mutex
	until time.Time // blocked by Slack until then
	// last is the latest time at which a caller was told to come again.
	last time.Time
}

// try lets a call through and returns 0, or says when to come again. Each caller
// that is sent away gets a later time than the one before, one call apart: they do
// not all come back at once, and none of what Slack allows is left unused.
func (q *queue) try() time.Duration {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := q.now()
	wait := q.until.Sub(now)
	if wait <= 0 {
		r := q.limiter.ReserveN(now, 1)
		if wait = r.DelayFrom(now); wait <= 0 {
			if q.limiter.TokensAt(now) >= 1 { // who was told to come did not
				q.last = time.Time{}
			}
			return 0
		}
		r.CancelAt(now)
	}
	at := now.Add(wait)
	if next := q.last.Add(time.Duration(float64(time.Second) / float64(q.limiter.Limit()))); next.After(at) {
		at = next
	}
	q.last = at
	return at.Sub(now)
}

// wait lets a call through as soon as it may.
func (q *queue) wait(ctx context.Context) error {
	for {
		q.mu.Lock()
		now := q.now()
		d := q.until.Sub(now)
		q.mu.Unlock()
		if d <= 0 {
			return sleep(ctx, q.limiter.ReserveN(now, 1).DelayFrom(now))
		}
		if err := sleep(ctx, d); err != nil {
			return err
		}
	}
}

// block closes the queue after a 429.
func (q *queue) block(d time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if t := q.now().Add(d); t.After(q.until) {
		q.until = t
	}
}

// queues are all lines, made when first used. Those of channels are forgotten
// again when there are many.
type queues struct {
	now   func() time.Time
	hurry float64
	mu    sync.Mutex
	list  map[string]*queue
}

const maxQueues = 2000

func (qs *queues) get(name string, perMinute, burst int) *queue {
	qs.mu.Lock()
	defer qs.mu.Unlock()
	q, ok := qs.list[name]
	if !ok {
		if len(qs.list) >= maxQueues {
			clear(qs.list)
		}
		q = &queue{now: qs.now, limiter: rate.NewLimiter(rate.Limit(qs.hurry*float64(perMinute)/60), burst)}
		qs.list[name] = q
	}
	return q
}

// pace is how fast a method may be called: what is added per minute to a burst,
// so that burst and rate together stay below Slack's tier for any minute.
func pace(method string) (perMinute, burst int) {
	switch method {
	case "conversations.create", "conversations.setTopic", "pins.add", "usergroups.users.list", "usergroups.list": // tier 2: 20
		return 12, 8
	case "chat.postMessage", "auth.test", "response_url", "upload": // several hundred per workspace, or no tier
		return 300, 100
	case "conversations.members", "users.info", "views.open", "views.publish", "chat.postEphemeral",
		"files.getUploadURLExternal", "files.completeUploadExternal", "files.info": // tier 4: 100
		return 60, 40
	}
	return 30, 20 // tier 3: 50
}

// Messages to one channel: about one a second, with bursts tolerated.
const (
	postsPerMinute = 36
	postBurst      = 4
)

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
