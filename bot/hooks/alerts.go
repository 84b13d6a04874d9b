package hooks

import (
	"context"
	"errors"
	"net/http"
	"runtime/debug"
	"strconv"
	"sync"

	"backout/integrations/foreign"
	"backout/timeline"
)

// nth names the alerts of one delivery: key, key/1, key/2.
func nth(key string, i int) string {
	if i == 0 {
		return key
	}
	return key + "/" + strconv.Itoa(i)
}

// errFault says that recording an alert met a fault of ours.
var errFault = errors.New("a fault was contained")

// recorded is what became of one alert.
type recorded struct {
	out timeline.Outcome
	err error
}

// alerts records what alerts say. The answer to a delivery that comes again is the
// one that it got before; only the figures tell them apart.
func (s *server) alerts(ctx context.Context, source string, all []KeyedAlert) answer {
	var (
		news, again int
		failed      error
		refused     *timeline.Refusal
	)
	for _, one := range s.recordAll(ctx, all) {
		var r *timeline.Refusal
		switch {
		case one.err == nil:
			if len(one.out.Events) > 0 {
				news++
			}
			if one.out.Repeated {
				again++
			}
		case errors.As(one.err, &r) && r.Kind != timeline.Unavailable:
			refused = r
			s.Log.Warn("a delivery was refused", "source", source, "why", cut(r.Sentence))
		case failed == nil || errors.Is(one.err, timeline.ErrStore):
			failed = one.err
		}
	}
	switch {
	case failed != nil: // what was recorded of it is not recorded twice
		return s.notRecorded(source, failed, senseless)
	case refused != nil: // by a rule, as it would be again
		return taken(http.StatusAccepted, "refused", refused.Sentence+" "+refused.Instead)
	case news == 0:
		return taken(http.StatusAccepted, "unchanged", "")
	}
	a := taken(http.StatusAccepted, "recorded", "")
	if again == len(all) {
		a.result = "repeated"
	}
	return a
}

// recordAll records alerts, and gives what became of each. The first of each
// service goes ahead of the others, since it may open the incident that they
// join; then all go at once, and share commits. What is said of one alert is
// recorded in the order in which it was said.
func (s *server) recordAll(ctx context.Context, all []KeyedAlert) []recorded {
	out := make([]recorded, len(all))
	record := func(i int) {
		defer func() { // of its own: several are recorded at once, beside the request
			if p := recover(); p != nil {
				s.Log.Error("a fault in an alert was contained", "panic", foreign.Fault(p), "stack", string(debug.Stack()))
				s.Meter.Count("backout_panics_total", "webhook")
				out[i].err = errFault
			}
		}()
		out[i].out, out[i].err = s.Record.Record(ctx, timeline.TakeAlert(all[i].Key, all[i].Alert))
	}
	ahead := map[[3]string]bool{}
	rest := map[[2]string][]int{}
	for i, k := range all {
		a := k.Alert
		if place := [3]string{a.Source, a.Service, a.Place}; !ahead[place] {
			ahead[place] = true
			record(i)
			continue
		}
		rest[[2]string{a.Source, a.Key}] = append(rest[[2]string{a.Source, a.Key}], i)
	}
	var work sync.WaitGroup
	for _, chain := range rest {
		work.Go(func() {
			for _, i := range chain {
				record(i)
			}
		})
	}
	work.Wait()
	return out
}
