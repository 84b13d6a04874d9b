package logtest

import (
	"bytes"
	"errors"
	"maps"
	"testing"

	"backout/timeline"
)

func commitStoresAll(t *testing.T, s *subject) {
	s.commit(timeline.Batch{
		Events:    []timeline.Record{record(7, 1, "one"), record(7, 2, "two"), record(8, 1, "other")},
		Keys:      []timeline.KeyRow{keyRow("slash:1", 7, 1, 2), keyRow("msg:C1:1.000001", 8, 1, 1)},
		Effects:   []timeline.Row{row("INC-7/card", "card")},
		Summaries: []timeline.Row{row("INC-7", "seven"), row("INC-8", "eight")},
	})
	if got := texts(s.events(7)); got != "7/1=one 7/2=two " {
		t.Errorf("events of 7: %s", got)
	}
	if at, ok := s.lookup("slash:1"); !ok || at != (timeline.Position{Incident: 7, N: 1, Count: 2}) {
		t.Errorf("slash:1 leads to %v, %v", at, ok)
	}
	if _, ok := s.lookup("slash:2"); ok {
		t.Error("a key that was never stored is found")
	}
	sums, effs := s.boot()
	if !maps.Equal(sums, map[string]string{"INC-7": "seven", "INC-8": "eight"}) || !maps.Equal(effs, map[string]string{"INC-7/card": "card"}) {
		t.Errorf("boot gives %v and %v", sums, effs)
	}
}

func commitParts(t *testing.T, s *subject) {
	s.commit(timeline.Batch{Events: []timeline.Record{record(1, 1, "a")}})
	s.commit(timeline.Batch{Keys: []timeline.KeyRow{keyRow("nothing:1", 0, 0, 0)}})
	s.commit(timeline.Batch{Effects: []timeline.Row{row("e", "1")}})
	s.commit(timeline.Batch{Summaries: []timeline.Row{row("INC-1", "s")}})
	s.commit(timeline.Batch{Settled: []string{"e", "never owed"}})
	if at, ok := s.lookup("nothing:1"); !ok || at != (timeline.Position{}) {
		t.Errorf("a delivery that changed nothing leads to %v, %v", at, ok)
	}
	sums, effs := s.boot()
	if len(sums) != 1 || len(effs) != 0 || len(s.events(1)) != 1 {
		t.Errorf("stored: %v, %v, %s", sums, effs, texts(s.events(1)))
	}
}

func emptyBatch(t *testing.T, s *subject) {
	s.commit(timeline.Batch{})
	sums, effs := s.boot()
	if len(sums)+len(effs)+len(s.events(1)) != 0 {
		t.Error("an empty batch stored something")
	}
}

// refusedLeavesNothing gives each reason for refusal a batch full of good things.
func refusedLeavesNothing(t *testing.T, s *subject) {
	s.commit(timeline.Batch{
		Events: []timeline.Record{record(1, 1, "first")}, Keys: []timeline.KeyRow{keyRow("k", 1, 1, 1)},
		Effects: []timeline.Row{row("kept", "old")}, Summaries: []timeline.Row{row("INC-1", "old")},
	})
	good := func() timeline.Batch {
		return timeline.Batch{
			Events: []timeline.Record{record(1, 2, "new"), record(2, 1, "new")}, Keys: []timeline.KeyRow{keyRow("fresh", 2, 1, 1)},
			Erased: []timeline.Record{record(1, 1, "")}, Effects: []timeline.Row{row("kept", "new"), row("more", "new")},
			Settled: []string{"kept"}, Summaries: []timeline.Row{row("INC-1", "new"), row("INC-2", "new")},
		}
	}
	address, key := good(), good()
	address.Events = append(address.Events, record(1, 1, "second"))
	key.Keys = append(key.Keys, keyRow("k", 2, 1, 1))
	for name, b := range map[string]timeline.Batch{"address": address, "key": key} {
		if err := s.Commit(s.Context(), &b); !errors.Is(err, timeline.ErrTaken) {
			t.Errorf("a stored %s: %v, want ErrTaken", name, err)
		}
		if got := texts(s.events(1)) + texts(s.events(2)); got != "1/1=first " {
			t.Errorf("after a refused %s the events are %s", name, got)
		}
		if _, ok := s.lookup("fresh"); ok {
			t.Errorf("after a refused %s its keys are found", name)
		}
		sums, effs := s.boot()
		if !maps.Equal(sums, map[string]string{"INC-1": "old"}) || !maps.Equal(effs, map[string]string{"kept": "old"}) {
			t.Errorf("after a refused %s boot gives %v and %v", name, sums, effs)
		}
	}
	s.commit(timeline.Batch{Events: []timeline.Record{record(1, 2, "next")}, Keys: []timeline.KeyRow{keyRow("fresh", 1, 2, 1)}})
}

func refusalKeepsFirst(t *testing.T, s *subject) {
	s.commit(timeline.Batch{Events: []timeline.Record{record(1, 1, "first")}, Keys: []timeline.KeyRow{keyRow("k", 1, 1, 1)}})
	for range 3 {
		err := s.Commit(s.Context(), &timeline.Batch{Events: []timeline.Record{record(1, 1, "second")}})
		if !errors.Is(err, timeline.ErrTaken) {
			t.Fatalf("%v, want ErrTaken", err)
		}
		err = s.Commit(s.Context(), &timeline.Batch{Keys: []timeline.KeyRow{keyRow("k", 9, 9, 9)}})
		if !errors.Is(err, timeline.ErrTaken) {
			t.Fatalf("%v, want ErrTaken", err)
		}
	}
	if at, _ := s.lookup("k"); at != (timeline.Position{Incident: 1, N: 1, Count: 1}) || texts(s.events(1)) != "1/1=first " {
		t.Errorf("the first is gone: %v, %s", at, texts(s.events(1)))
	}
}

func sameTwiceInBatch(t *testing.T, s *subject) {
	for name, b := range map[string]timeline.Batch{
		"address": {Events: []timeline.Record{record(1, 1, "a"), record(1, 1, "b")}},
		"key":     {Keys: []timeline.KeyRow{keyRow("k", 1, 1, 1), keyRow("k", 1, 2, 1)}},
	} {
		if err := s.Commit(s.Context(), &b); !errors.Is(err, timeline.ErrTaken) {
			t.Errorf("the same %s twice in a batch: %v, want ErrTaken", name, err)
		}
	}
	if _, ok := s.lookup("k"); ok || len(s.events(1)) != 0 {
		t.Error("a refused batch left something")
	}
}

func batchIsNotKept(t *testing.T, s *subject) {
	b := timeline.Batch{
		Events: []timeline.Record{record(1, 1, "event")}, Effects: []timeline.Row{row("e", "effect")},
		Summaries: []timeline.Row{row("INC-1", "summary")},
	}
	s.commit(b)
	for _, data := range [][]byte{b.Events[0].Data, b.Effects[0].Data, b.Summaries[0].Data} {
		copy(data, "XXXXXXX")
	}
	sums, effs := s.boot()
	if texts(s.events(1)) != "1/1=event " || sums["INC-1"] != "summary" || effs["e"] != "effect" {
		t.Errorf("the store changed with the caller's bytes: %s, %v, %v", texts(s.events(1)), sums, effs)
	}
}

func effectsPutAndSettle(t *testing.T, s *subject) {
	s.commit(timeline.Batch{Effects: []timeline.Row{row("a", "1"), row("b", "1"), row("c", "1")}})
	s.commit(timeline.Batch{Effects: []timeline.Row{row("b", "2"), row("d", "1")}, Settled: []string{"a"}})
	s.commit(timeline.Batch{Settled: []string{"a", "c"}}) // a second time is no mistake
	if _, effs := s.boot(); !maps.Equal(effs, map[string]string{"b": "2", "d": "1"}) {
		t.Errorf("effects: %v", effs)
	}
	s.commit(timeline.Batch{Effects: []timeline.Row{row("a", "again")}})
	if _, effs := s.boot(); effs["a"] != "again" {
		t.Errorf("an effect that was settled once cannot be owed again: %v", effs)
	}
}

func summariesPut(t *testing.T, s *subject) {
	for _, v := range []string{"1", "22", "3"} {
		s.commit(timeline.Batch{Summaries: []timeline.Row{row("INC-1", v), row("INC-10", v+v)}})
	}
	if sums, _ := s.boot(); !maps.Equal(sums, map[string]string{"INC-1": "3", "INC-10": "33"}) {
		t.Errorf("summaries: %v", sums)
	}
}

func largeValues(t *testing.T, s *subject) {
	big := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	s.commit(timeline.Batch{
		Events:  []timeline.Record{{Incident: 1, N: 1, Data: big}, record(1, 2, "small"), {Incident: 1, N: 3, Data: big}},
		Effects: []timeline.Row{{Key: "e", Data: big}}, Summaries: []timeline.Row{{Key: "INC-1", Data: big}},
	})
	s.reopen()
	got := s.events(1)
	if len(got) != 3 || !bytes.Equal(got[0].Data, big) || string(got[1].Data) != "small" || !bytes.Equal(got[2].Data, big) {
		t.Error("1 MiB events do not come back as they were")
	}
	sums, effs := s.boot()
	if sums["INC-1"] != string(big) || effs["e"] != string(big) {
		t.Error("1 MiB rows do not come back as they were")
	}
}

func erasureReplaces(t *testing.T, s *subject) {
	s.commit(timeline.Batch{Events: []timeline.Record{record(1, 1, "keep"), record(1, 2, "a secret"), record(1, 3, "keep")}})
	for range 2 { // the second time after reopening, which may rewrite the store
		s.commit(timeline.Batch{Erased: []timeline.Record{record(1, 2, "-")}})
		if got := texts(s.events(1)); got != "1/1=keep 1/2=- 1/3=keep " {
			t.Errorf("after erasure: %s", got)
		}
		s.reopen()
		if got := texts(s.events(1)); got != "1/1=keep 1/2=- 1/3=keep " {
			t.Errorf("after erasure and reopening: %s", got)
		}
	}
	err := s.Commit(s.Context(), &timeline.Batch{Events: []timeline.Record{record(1, 2, "a secret")}})
	if !errors.Is(err, timeline.ErrTaken) {
		t.Errorf("the place of an erased event: %v, want ErrTaken", err)
	}
}

func erasureWithEvents(t *testing.T, s *subject) {
	s.commit(timeline.Batch{
		Events: []timeline.Record{record(1, 1, "a secret")}, Keys: []timeline.KeyRow{keyRow("msg:1", 1, 1, 1)},
		Summaries: []timeline.Row{row("INC-1", "quotes a secret")}, Effects: []timeline.Row{row("e", "about it")},
	})
	s.commit(timeline.Batch{
		Erased: []timeline.Record{record(1, 1, "-")}, Events: []timeline.Record{record(1, 2, "gone")},
		Keys: []timeline.KeyRow{keyRow("gone:1", 1, 2, 1)}, Summaries: []timeline.Row{row("INC-1", "-")}, Settled: []string{"e"},
	})
	s.reopen()
	sums, effs := s.boot()
	if texts(s.events(1)) != "1/1=- 1/2=gone " || sums["INC-1"] != "-" || len(effs) != 0 {
		t.Errorf("stored: %s, %v, %v", texts(s.events(1)), sums, effs)
	}
	if _, ok := s.lookup("msg:1"); !ok {
		t.Error("the key of the erased event is gone")
	}
}
