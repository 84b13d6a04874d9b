package timeline_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"backout/timeline"
)

// TestMessagesAreFoundInASnapshot asks few times and often: the answers are the
// same by looking through and by the index.
func TestMessagesAreFoundInASnapshot(t *testing.T) {
	o := newOps(t)
	o.does(timeline.Adopt("slash:1", "U0ANA", timeline.Adoption{Channel: "C1", Declaration: timeline.Declaration{Title: "Outage"}}))
	var all []string
	for i := range 60 {
		ts := timeline.SlackTS(o.now.Add(time.Duration(i) * time.Second))
		all = append(all, ts)
		o.does(timeline.Hear(timeline.Said{Channel: "C1", TS: ts, Who: "U0ANA", Text: fmt.Sprint("message ", i)}))
	}
	in, err := o.rec.Incident(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for round := range 2 {
		for i, ts := range all {
			if e, ok := in.MessageEntry("C1", ts); !ok || e.Text != fmt.Sprint("message ", i) {
				t.Fatalf("round %d: message %d is %+v, %v", round, i, e, ok)
			}
		}
		if _, ok := in.MessageEntry("C2", all[0]); ok {
			t.Error("a message of another channel is found")
		}
	}
}
