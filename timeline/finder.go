package timeline

import (
	"sync"
	"sync/atomic"
)

// finder finds messages in a snapshot, which has none of the look-ups of the
// original. Most snapshots are asked for a message or two, for which they are
// looked through; who compares a whole channel asks for each, and that would take
// the square of their number, so an index is made when somebody asks often. It is
// safe for concurrent use, and nil is one that only looks through.
type finder struct {
	asked atomic.Int32
	once  sync.Once
	byTS  map[string]*Entry
}

// often is how many questions an index is made for.
const often = 16

func (f *finder) find(in *Incident, channel, ts string) (*Entry, bool) {
	if f != nil && f.asked.Add(1) > often {
		f.once.Do(func() {
			f.byTS = make(map[string]*Entry, len(in.entries))
			for _, e := range in.entries {
				if e.Message == nil {
					continue
				}
				key := messageKey(e.Message.Channel, e.Message.TS)
				if _, taken := f.byTS[key]; !taken {
					f.byTS[key] = e
				}
			}
		})
		e, ok := f.byTS[messageKey(channel, ts)]
		return e, ok
	}
	for _, e := range in.entries {
		if e.Message != nil && e.Message.TS == ts && e.Message.Channel == channel {
			return e, true
		}
	}
	return nil, false
}
