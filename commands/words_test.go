package commands

import (
	"context"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"backout/timeline/logtest"

	"backout/templates"
	"backout/timeline"
)

func TestSplit(t *testing.T) {
	tests := []struct {
		line string
		want []string
	}{
		{"", nil},
		{" \u00a0\u200b\n", nil},
		{"a  b\u00a0c", []string{"a", "b", "c"}},
		{`say "a b" c`, []string{"say", "a b", "c"}},
		{`“smart one” „low one“`, []string{"smart one", "low one"}},
		{`5"-disks are full`, []string{`5"-disks`, "are", "full"}},
		{`an "open quote`, []string{"an", `"open`, "quote"}},
		{`"he said "no" twice"`, []string{`he said "no`, `twice"`}},
		{"<https://x.example|Status page> down", []string{"<https://x.example|Status page>", "down"}},
		{"a <b c", []string{"a", "<b", "c"}},
		{"owner:<@U1|Ana Lee> x", []string{"owner:<@U1|Ana Lee>", "x"}},
		{"\xff\xfe x", []string{"\xff\xfe", "x"}},
	}
	for _, tt := range tests {
		var got []string
		for _, w := range split(tt.line) {
			got = append(got, w.text)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q, want %q", tt.line, got, tt.want)
		}
	}
}

func TestOptions(t *testing.T) {
	taken := []option{sevOption(), serviceOption(), {name: "owner"}}
	tests := []struct {
		line, text, sev string
		services        []string
		refused         string
	}{
		{line: "Users are out sev:1", text: "Users are out", sev: "1"},
		{line: "Users sev:1 are\n\nout", text: "Users are\n\nout", sev: "1"},
		{line: "Users\nsev:1\nare out", text: "Users\nare out", sev: "1"},
		{line: `Users SEVERITY:“1 or 2” out`, text: "Users out", sev: "1 or 2"},
		{line: "a service:x,y b svc:z", text: "a b", services: []string{"x", "y", "z"}},
		{line: "see https://x.example/sev:1 14:05 note:this sev:", text: "see https://x.example/sev:1 14:05 note:this sev:"},
		{line: `"sev:1 is quoted" b`, text: `"sev:1 is quoted" b`},
		{line: `"only this"`, text: "only this"},
		{line: "a\u00a0b  c", text: "a\u00a0b  c"},
		{line: "a sev:1 sev:2", refused: "stands there twice"},
		{line: "a onwer:x", refused: "no option `onwer:`"},
		{line: "a sevreity:1", refused: "no option `sevreity:`"},
		{line: "error:x &amp; &lt;b&gt;", text: "error:x &amp; &lt;b&gt;"},
	}
	for _, tt := range tests {
		a, err := (&Commands{}).options(tt.line, split(tt.line), taken)
		if tt.refused != "" {
			if err == nil || !strings.Contains(err.Error(), tt.refused) {
				t.Errorf("%q: %v", tt.line, err)
			}
			continue
		}
		if err != nil || a.text() != tt.text || a.opt("sev") != tt.sev || !slices.Equal(a.serviceNames(), tt.services) {
			t.Errorf("%q: %q %q %q %v", tt.line, a.text(), a.opt("sev"), a.serviceNames(), err)
		}
	}
}

// TestOptionsRoundTrip holds that words and options come out as they went in,
// wherever the options stand.
func TestOptionsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-zA-Zäß0-9.,!?&;'/-]{1,8}`), 1, 8).Draw(t, "words")
		value := rapid.StringMatching(`[a-zé0-9 ,:]{0,6}[a-z0-9]`).Draw(t, "value")
		at := rapid.IntRange(0, len(words)).Draw(t, "at")
		quote := rapid.SampledFrom([][2]string{{`"`, `"`}, {"“", "”"}, {"„", "“"}}).Draw(t, "quotes")
		typed := slices.Insert(slices.Clone(words), at, "sev:"+quote[0]+value+quote[1])
		line := strings.Join(typed, rapid.SampledFrom([]string{" ", "\u00a0", "  "}).Draw(t, "blank"))
		a, err := (&Commands{}).options(line, split(line), []option{sevOption()})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(pieces(a.text()), " "); got != strings.Join(words, " ") || a.opt("sev") != value {
			t.Fatalf("%q: text %q, sev %q", line, got, a.opt("sev"))
		}
	})
}

func pieces(s string) []string { return strings.FieldsFunc(s, blank) }

func fuzzDeps(rec *timeline.Recorder) Deps {
	return Deps{
		Record: rec, Ledger: rec, People: people{}, Rooms: &rooms{},
		Belongs: func(string, []string) bool { return true }, NewID: func() string { return "id" },
		OnCall:  func(context.Context, string) ([]templates.OnCallRow, string) { return nil, "nobody knows" },
		Lessons: func(context.Context, *timeline.Incident) []templates.DrawnLesson { return nil },
		Drawn:   func(*timeline.Incident) []templates.DrawnLesson { return nil },
	}
}

// FuzzTyped types anything anywhere: nothing panics, every answer says something,
// and what is stored as text was typed so.
func FuzzTyped(f *testing.F) {
	for _, r := range table() {
		for _, line := range r.examples {
			f.Add(line)
		}
	}
	f.Add("INC-7")
	f.Add("timeline 2026-11-20 14:05Z \"x")
	f.Add("new <@U1|a b> sev:“ private")
	f.Fuzz(func(t *testing.T, line string) {
		log := logtest.Memory()
		rec, err := timeline.Open(context.Background(), log, timeline.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer rec.Close()
		c := New(Settings{}, fuzzDeps(rec))
		if _, err := rec.Record(context.Background(), timeline.Adopt("", ana, timeline.Adoption{Channel: "C1", Name: "one"})); err != nil {
			t.Fatal(err)
		}
		for _, channel := range []string{"C1", "C2"} {
			a := c.Handle(context.Background(), Request{Via: Slash, Key: "k" + channel, Text: line, User: ana, Channel: channel})
			if a.Message == nil && a.Form == nil {
				t.Fatalf("%q: no answer", line)
			}
			if a.Message != nil && (a.Message.Summary == "" || utf8.ValidString(line) && !utf8.ValidString(a.Message.Summary)) {
				t.Fatalf("%q: %+v", line, a.Message)
			}
		}
	})
}

// FuzzSubmitted sends anything back from a dialog or a button.
func FuzzSubmitted(f *testing.F) {
	f.Add("new_form_v1", `{"v":1,"m":{"c":"C1","ts":"1.000001"}}`, "title", "x")
	f.Add("resolve_form_v1", `{"v":1,"n":1}`, "cause", "x")
	f.Add("retry_step_v1", "1/-1", "", "")
	f.Add("rollback_confirm_v1", "1/R1", "", "")
	f.Add("caused_v1", "1/D1", "", "")
	f.Add("nudge_snooze_v1", "1/update", "", "")
	f.Add("alert_split_v1", "1/T2", "", "")
	f.Add("offer_declare_v1", "0/T1", "", "")
	f.Add("merge_form_v1", `{"v":1,"n":1}`, "into", "1")
	f.Add("rollback_override_form_v1", `{"v":1,"n":1,"p":"R1"}`, "why", "x")
	f.Fuzz(func(t *testing.T, id, state, input, value string) {
		log := logtest.Memory()
		rec, err := timeline.Open(context.Background(), log, timeline.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer rec.Close()
		c := New(Settings{}, fuzzDeps(rec))
		if _, err := rec.Record(context.Background(), timeline.Adopt("", ana, timeline.Adoption{Channel: "C1", Name: "one"})); err != nil {
			t.Fatal(err)
		}
		for _, via := range []Via{Submission, Button, GlobalShortcut, MessageShortcut} {
			a := c.Handle(context.Background(), Request{
				Via: via, Key: "k", User: ana, Channel: "C1", Form: id, Action: id, State: state, Value: state,
				Values: map[string]string{input: value}, Lists: map[string][]string{input: {value}},
			})
			if a.Message == nil && a.Form == nil && len(a.Errors) == 0 {
				t.Fatal("no answer")
			}
		}
	})
}
