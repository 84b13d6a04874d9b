package pagerdutysim

import "time"

// DefaultToken is the accepted key when Options name none. It has the length of an
// account's key, so that redaction can be tested with it.
const DefaultToken = "pagerdutysim+0123456"

// Options describe the server. The zero value is an account with everything switched on.
type Options struct {
	// Addr is the address to listen on, "127.0.0.1:0" by default.
	Addr string
	// Clock stamps data; nil is time.Now.
	Clock func() time.Time
	// Seed makes ids repeatable; two servers with one seed and the same order of
	// calls give out the same ones.
	Seed int64
	// Token is the accepted key of the account, DefaultToken when empty.
	Token string
	// Bearer is an accepted OAuth token of an app; none when empty.
	Bearer string
	// Domain is the account's name: "acme" makes html_url begin with
	// https://acme.pagerduty.com. Without it links lead to the server itself,
	// which has a page for each incident.
	Domain string

	// NoResponders takes the ability coordinated_responding away: 402.
	NoResponders bool
	// NoPriorities switches priorities off: 402.
	NoPriorities bool

	// HookDeadline is how long a receiver may take (5 s).
	HookDeadline time.Duration
	// RetryFirst is the first pause between attempts (10 s); each one is twice as
	// long as the one before, up to 256 times the first.
	RetryFirst time.Duration
	// RetryFor is how long a webhook is attempted (48 h).
	RetryFor time.Duration
	// EventLag is how long an accepted event waits before it is worked off.
	EventLag time.Duration

	// NoLimits switches all limits off.
	NoLimits bool
	// Limit is the number of REST calls per LimitWindow and key (960).
	Limit int
	// IncidentLimit is the number of calls that create or manage incidents, per
	// LimitWindow and account (120). PagerDuty does not say how many it allows.
	IncidentLimit int
	// OnCallLimit is the same for lists of who is on call (120).
	OnCallLimit int
	// EventLimit is the number of events per LimitWindow and integration (120).
	EventLimit int
	// LimitWindow is the limits' minute.
	LimitWindow time.Duration
}

func (o Options) withDefaults() Options {
	text := func(p *string, v string) {
		if *p == "" {
			*p = v
		}
	}
	number := func(p *int, v int) {
		if *p == 0 {
			*p = v
		}
	}
	span := func(p *time.Duration, v time.Duration) {
		if *p == 0 {
			*p = v
		}
	}
	text(&o.Addr, "127.0.0.1:0")
	text(&o.Token, DefaultToken)
	if o.Clock == nil {
		o.Clock = time.Now
	}
	span(&o.HookDeadline, 5*time.Second)
	span(&o.RetryFirst, 10*time.Second)
	span(&o.RetryFor, 48*time.Hour)
	span(&o.LimitWindow, time.Minute)
	number(&o.Limit, 960)
	number(&o.IncidentLimit, 120)
	number(&o.OnCallLimit, 120)
	number(&o.EventLimit, 120)
	return o
}
