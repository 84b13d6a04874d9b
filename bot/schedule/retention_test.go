package schedule_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"backout/bot/schedule"
	"backout/timeline"
)

func TestWordsOfMessagesAreKeptAsLongAsIsWanted(t *testing.T) {
	t.Parallel()
	h := openOffice(t, monday("14:00:30"), schedule.Options{Retention: 48 * time.Hour})
	h.declares(1, timeline.Declaration{})
	h.declares(2, timeline.Declaration{})
	for n := 1; n <= 2; n++ {
		in, err := h.rec.Incident(context.Background(), n)
		if err != nil {
			t.Fatal(err)
		}
		h.does(timeline.Hear(timeline.Said{Channel: in.Channel.ID, TS: timeline.SlackTS(h.now), Who: ana, Text: "customer 4711 is affected"}))
		h.does(timeline.AddNote(h.key(), ana, n, "Restarted the cache", time.Time{}))
	}
	h.does(timeline.Resolve(h.key(), ana, 1, ""))
	words := func(n int) string {
		in, err := h.rec.Incident(context.Background(), n)
		if err != nil {
			t.Fatal(err)
		}
		all := ""
		for _, e := range in.Timeline() {
			all += e.Text + "\n"
		}
		return all
	}
	h.passes(h.now.Add(47 * time.Hour))
	if !bytes.Contains([]byte(words(1)), []byte("4711")) {
		t.Error("erased too early")
	}
	h.passes(h.now.Add(2 * time.Hour))
	if got := words(1); bytes.Contains([]byte(got), []byte("4711")) || !bytes.Contains([]byte(got), []byte("Restarted the cache")) {
		t.Errorf("of INC-1 there is left: %s", got)
	}
	if !bytes.Contains([]byte(words(2)), []byte("4711")) {
		t.Error("INC-2 is open, and its words are gone")
	}
	recs, err := h.mem.Events(context.Background(), 1, 1, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range recs {
		if bytes.Contains(rec.Data, []byte("4711")) {
			t.Errorf("T%d is still stored: %s", rec.N, rec.Data)
		}
	}
	if n := h.meter.of("backout_expired_total "); n != 1 {
		t.Errorf("counted %d", n)
	}
	in, _ := h.rec.Incident(context.Background(), 1)
	h.does(timeline.Hear(timeline.Said{Channel: in.Channel.ID, TS: timeline.SlackTS(h.now), Who: ana, Text: "customer 4711 once more"}))
	h.passes(h.now.Add(2 * time.Minute))
	if bytes.Contains([]byte(words(1)), []byte("4711")) {
		t.Error("what was said later stays for ever")
	}
}
