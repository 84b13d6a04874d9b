package githubsim

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// greatestHour is how many things may be created in an hour.
const greatestHour = 500

// limits count on real time. They have their own lock.
type limits struct {
	mu      sync.Mutex
	running int
	primary map[string]*ledger
	points  []spent
	created []time.Time
}

// ledger is the primary limit of one token.
type ledger struct {
	used  int
	reset time.Time
}

type spent struct {
	at     time.Time
	points int
}

// enter counts a call as running; the second result is false when too many are.
func (l *limits) enter(o Options) (leave func(), room bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running++
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.running--
	}, o.NoLimits || l.running <= o.ConcurrentLimit
}

// of is a token's ledger, opened anew when its window is over.
func (l *limits) of(token string, o Options) *ledger {
	if l.primary == nil {
		l.primary = map[string]*ledger{}
	}
	g := l.primary[token]
	if now := time.Now(); g == nil || !now.Before(g.reset) {
		g = &ledger{reset: now.Add(o.LimitWindow)}
		l.primary[token] = g
	}
	return g
}

// spend takes one call from all limits, or refuses.
func (l *limits) spend(token, method string, rt *route, o Options) (reply, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.of(token, o)
	if g.used >= o.PrimaryLimit {
		out := fail(http.StatusForbidden, "API rate limit exceeded for user ID %d.", userID(o.Login))
		out.body.(object)["documentation_url"] = limitDoc
		return out, true
	}
	now := time.Now()
	cost := 5
	if safe(method) {
		cost = 1
	}
	sum := cost
	l.points = since(l.points, now.Add(-time.Minute), func(p spent) time.Time { return p.at })
	for _, p := range l.points {
		sum += p.points
	}
	if sum > o.SecondaryLimit {
		return secondary("You have exceeded a secondary rate limit. Please wait a few minutes before you try again."), true
	}
	if rt != nil && rt.creates {
		same := func(t time.Time) time.Time { return t }
		l.created = since(l.created, now.Add(-time.Hour), same)
		minute := since(l.created, now.Add(-time.Minute), same)
		if len(minute) >= o.ContentLimit || len(l.created) >= greatestHour {
			return secondary("You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later."), true
		}
		l.created = append(l.created, now)
	}
	g.used++
	l.points = append(l.points, spent{now, cost})
	return reply{}, false
}

// since drops what is older than t from a list in order of time.
func since[T any](list []T, t time.Time, at func(T) time.Time) []T {
	for len(list) > 0 && at(list[0]).Before(t) {
		list = list[1:]
	}
	return list
}

// secondary is the refusal of a secondary limit.
func secondary(message string) reply {
	out := fail(http.StatusForbidden, "%s", message)
	out.body.(object)["documentation_url"] = secondaryDoc
	out.set("Retry-After", "60")
	return out
}

// giveBack returns a call that was answered 304.
func (l *limits) giveBack(token string, o Options) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if g := l.of(token, o); g.used > 0 {
		g.used--
	}
}

// state is the primary limit as /rate_limit shows it.
func (l *limits) state(token string, o Options) object {
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.of(token, o)
	return object{"limit": o.PrimaryLimit, "used": g.used, "remaining": o.PrimaryLimit - g.used, "reset": g.reset.Unix()}
}

// headers are the x-ratelimit ones; without a token the limit is the anonymous one.
func (l *limits) headers(h http.Header, token string, o Options) {
	if token == "" {
		o.PrimaryLimit = 60
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.of(token, o)
	h.Set("X-RateLimit-Limit", strconv.Itoa(o.PrimaryLimit))
	h.Set("X-RateLimit-Used", strconv.Itoa(g.used))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(o.PrimaryLimit-g.used))
	h.Set("X-RateLimit-Reset", strconv.FormatInt(g.reset.Unix(), 10))
	h.Set("X-RateLimit-Resource", "core")
}
