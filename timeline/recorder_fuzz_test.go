package timeline_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"backout/timeline"
)

// FuzzDecodeEvent: stored bytes never bring a reader down, and what can be read
// is written again to an equal event, as erasure does.
func FuzzDecodeEvent(f *testing.F) {
	at := start()
	due := "2026-12-01"
	for _, b := range []timeline.Body{
		timeline.Declared{Title: "Checkout fails", Invite: []string{ana}, DetectedAt: at},
		timeline.Message{Channel: "C1", TS: tsOf(1), Text: "hello & <@U1>", Files: []timeline.File{{Name: "a"}}, EditedAt: at},
		timeline.MessageEdited{Channel: "C1", TS: tsOf(1), Text: "x"},
		timeline.MessageDeleted{Channel: "C1", TS: tsOf(1)},
		timeline.FollowUpSet{Number: 1, Due: &due},
		timeline.StepFailed{Step: "topic", Owed: timeline.Effect{Key: "k", Kind: timeline.OweTopic, Created: at}},
		timeline.MomentSet{Moment: timeline.Began, To: at},
		timeline.PrivacySet{},
	} {
		raw, err := timeline.EncodeEvent(timeline.Event{Incident: 1, N: 1, At: at, Recorded: at, Who: ana, Source: timeline.Source{Key: "k", Link: "l"}, Body: b})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte{})
	f.Add([]byte{2})
	f.Add([]byte("\x01null"))
	f.Add([]byte("\x01" + `{"k":"moment","b":{"to":"2026-11-20T14:00:00+01:00"}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := timeline.DecodeEvent(7, 12, raw)
		if err != nil {
			return
		}
		if _, err := timeline.Fold(7, []timeline.Event{e}); err != nil {
			t.Fatalf("an event that can be read cannot be folded: %v", err)
		}
		again, err := timeline.EncodeEvent(e)
		if err != nil {
			t.Fatalf("an event that can be read cannot be written: %v", err)
		}
		back, err := timeline.DecodeEvent(7, 12, again)
		if err != nil {
			t.Fatalf("an event that was written again cannot be read: %v", err)
		}
		instants := cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })
		if d := cmp.Diff(e, back, instants, cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("read (-) and written again (+):\n%s", d)
		}
	})
}

// FuzzDecodeRow: whatever stands in a row beside the events, it is refused or reads
// the same once it is written again.
func FuzzDecodeRow(f *testing.F) {
	at := start()
	effect, _ := timeline.EncodeEffect(timeline.Effect{Key: "INC-1/card", Kind: timeline.OweCard, Incident: 1, Users: []string{ana}, Created: at})
	deploy, _ := timeline.EncodeDeploy(timeline.Deploy{Service: "web-app", Environment: "production", Version: "v1", State: timeline.DeploySucceeded, Started: at})
	summary, _ := timeline.EncodeSummary(timeline.Summary{Number: 1, Title: "Logins fail", Services: []string{"web-app"}})
	for _, raw := range [][]byte{effect, deploy, summary, {}, {1}, {2}, []byte("\x01null"), []byte("\x01[]"), []byte("\x01" + `{"number":-1}`)} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		sameAgain(t, raw, timeline.DecodeEffect, timeline.EncodeEffect)
		sameAgain(t, raw, timeline.DecodeDeploy, timeline.EncodeDeploy)
		sameAgain(t, raw, timeline.DecodeSummary, timeline.EncodeSummary)
	})
}

func sameAgain[T any](t *testing.T, raw []byte, decode func([]byte) (T, error), encode func(T) ([]byte, error)) {
	t.Helper()
	v, err := decode(raw)
	if err != nil {
		return
	}
	again, err := encode(v)
	if err != nil {
		t.Fatalf("a %T that can be read cannot be written: %v", v, err)
	}
	back, err := decode(again)
	if err != nil {
		t.Fatalf("a %T that was written again cannot be read: %v", v, err)
	}
	instants := cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })
	if d := cmp.Diff(v, back, instants, cmpopts.EquateEmpty()); d != "" {
		t.Fatalf("%T read (-) and written again (+):\n%s", v, d)
	}
}
