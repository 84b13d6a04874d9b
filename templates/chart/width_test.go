package chart

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestWidthsFollowTheRule(t *testing.T) {
	for s, em := range map[string]float64{
		"":                 0,
		"il. :'|!":         8 * .30,
		"frt()-/":          7 * .38,
		"0123456789":       10 * .62,
		"ABC":              3 * .68,
		"mwMW%":            5 * .88,
		"abc_+":            5 * .56,
		"14\u00a0min":      2*.62 + .30 + .88 + .30 + .56,
		"\u0416":           .88,
		"\u4e2d\U0001f525": 2,
	} {
		if got, want := width(s, 10), em*10*1.06; math.Abs(got-want) > 1e-9 {
			t.Errorf("%q takes %.3f px, want %.3f", s, got, want)
		}
	}
	if got := mono("v2.4.0"); math.Abs(got-6*6.65) > 1e-9 {
		t.Errorf("six characters of the monospaced font take %.2f px", got)
	}
}

// TestTheFontsKeepToTheRule: what is written in the picture takes no more than what it
// was given, for the words that charts say themselves.
func TestTheFontsKeepToTheRule(t *testing.T) {
	f, err := parseFonts()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{
		"14 min 50 s to mitigate", "49 min 54 s watched until resolved", "3 min 32 s to detect", "9 h 34 min until cancelled", "4 min 8 s to declare",
		"Began 13:59", "Detected 14:03", "Declared 14:07", "Mitigated 14:22", "Resolved 15:12", "Cancelled 10:00", "Merged 10:00", "Now 14:26",
		"v2.3.9 in 4 min 53 s", "v5.11.4 failed: index format", "Sign-in errors above 5 %", "most 10", "per 10 min",
	} {
		for _, fc := range []face{regular, medium} {
			if _, got := f.set(s, style{face: fc, size: sizeText}); got > text(s) {
				t.Errorf("%q takes %.1f px, and the rule says %.1f", s, got, text(s))
			}
		}
		if _, got := f.set(s, style{face: monospaced, size: sizeText}); got > mono(s) {
			t.Errorf("%q takes %.1f px in the monospaced font, and the rule says %.1f", s, got, mono(s))
		}
	}
}

// TestWhatTheFontCannotDraw: a box for each character, and nothing for marks and
// joiners.
func TestWhatTheFontCannotDraw(t *testing.T) {
	f, err := parseFonts()
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[string]int{"ab": 2, "\u4e2d\u6587": 2, "\U0001f469\u200d\U0001f467": 2, "a\u05b8": 1, "": 0} {
		line, w := f.set(s, style{face: regular, size: 10})
		if len(line) != want || (w > 0) != (want > 0) {
			t.Errorf("%q is set as %d glyphs in %.1f px, want %d", s, len(line), w, want)
		}
	}
}

func TestItalicsLean(t *testing.T) {
	f, err := parseFonts()
	if err != nil {
		t.Fatal(err)
	}
	widest := func(slant bool) float64 {
		line, _ := f.set("H", style{face: regular, size: 20})
		outline, err := f.all[regular].LoadGlyph(f.buffer, line[0].index, 20*density*64, nil)
		if err != nil {
			t.Fatal(err)
		}
		var p path
		p.outline(outline, point{}, slant)
		return p.max.x
	}
	if lean := widest(true) - widest(false); lean < 2 || lean > 4 {
		t.Errorf("a letter of 20 px leans by %.1f px", lean)
	}
}

func TestCutTextFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, room := rapid.String().Draw(t, "s"), rapid.Float64Range(-10, 300).Draw(t, "room")
		got := cutTo(s, room, text)
		switch {
		case got == s:
		case got == "":
		case !strings.HasSuffix(got, ellipsis) || text(got) > room:
			t.Fatalf("%q was cut to %q, which takes %.1f of %.1f px", s, got, text(got), room)
		}
		if got == s && s != "" && text(s) > room {
			t.Fatalf("%q was not cut", s)
		}
	})
}

func TestOneLineIsOneHarmlessLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, limit := rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"), rapid.IntRange(1, 30).Draw(t, "limit")
		got := oneLine(string(b), limit)
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\n\r\t\x00\u202e") || utf8.RuneCountInString(got) > limit {
			t.Fatalf("%q became %q", b, got)
		}
	})
}

func TestBinsAreTheShortestThatFit(t *testing.T) {
	for active, want := range map[time.Duration]string{
		time.Minute: "per 10 s", 8 * time.Minute: "per 10 s", 8*time.Minute + time.Second: "per 30 s", 10 * time.Minute: "per minute",
		96 * time.Minute: "per minute", 97 * time.Minute: "per 2 min", 16 * time.Hour: "per 10 min", 96 * time.Hour: "per hour",
		97 * time.Hour: "per 2 h", 96 * day: "per day", 97 * day: "per 7 d", 10 * 365 * day: "per 56 d",
	} {
		if got := strings.ReplaceAll(unit(binOf(active)), noBreak, " "); got != want {
			t.Errorf("%s: %s, want %s", active, got, want)
		}
	}
}

// TestWhatIsFolded: only long incidents, and of these the longest quiet stretches.
func TestWhatIsFolded(t *testing.T) {
	a := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		minutes []int // of the events, the last is the end
		want    string
	}{
		"three hours":            {[]int{1, 180}, ""},
		"three hours and one":    {[]int{1, 181}, "11–171"},
		"45 minutes":             {[]int{45, 90, 135, 180, 200}, ""},
		"46 minutes":             {[]int{46, 90, 135, 180, 200}, "10–36"},
		"a tenth":                {[]int{60, 120, 180, 240, 300, 360, 420, 480, 540, 600}, ""},
		"more than a tenth":      {[]int{61, 120, 180, 240, 300, 360, 420, 480, 540, 600}, "10–51"},
		"the four longest":       {[]int{100, 210, 330, 460, 600, 601}, "110–200 220–320 340–450 470–590"},
		"the first among equals": {[]int{100, 200, 300, 400, 500}, "10–90 110–190 210–290 310–390"},
	} {
		var events []time.Time
		for _, m := range c.minutes {
			events = append(events, a.Add(time.Duration(m)*time.Minute))
		}
		var got []string
		for _, f := range quiet(a, events[len(events)-1], events) {
			got = append(got, fmt.Sprintf("%v–%v", f.from.Sub(a).Minutes(), f.to.Sub(a).Minutes()))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s, want %s", name, s, c.want)
		}
	}
}

func TestBinsStayOutOfFolds(t *testing.T) {
	at := func(minute int) time.Time {
		return time.Date(2026, 11, 20, 9, minute, 0, 0, time.UTC)
	}
	s := scale{folds: []stretch{{at(20), at(100)}}}
	for want, b := range map[string]stretch{"0–20": {at(0), at(60)}, "100–120": {at(60), at(120)}, "0–120": {at(0), at(120)}, "120–180": {at(120), at(180)}} {
		got := s.outsideFolds(b)
		if s := fmt.Sprintf("%v–%v", got.from.Sub(at(0)).Minutes(), got.to.Sub(at(0)).Minutes()); s != want {
			t.Errorf("the bin is %s, want %s", s, want)
		}
	}
}

// TestTimeIsNeverTurnedRound: of two instants the later one stands no further left, and
// folds take the share of the plot that they are given.
func TestTimeIsNeverTurnedRound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
		minutes := rapid.SliceOfN(rapid.IntRange(0, 40*24*60), 2, 30).Draw(t, "minutes")
		var events []time.Time
		b := a
		for _, m := range minutes {
			events = append(events, a.Add(time.Duration(m)*time.Minute))
			b = later(b, events[len(events)-1])
		}
		folds := quiet(a, b, events)
		s := newScale(a, b, rapid.Bool().Draw(t, "over"), folds)
		if len(folds) > foldMost {
			t.Fatalf("%d folds", len(folds))
		}
		last := -1.
		for at := s.start; !at.After(s.end); at = at.Add(max(s.end.Sub(s.start)/997, time.Second)) {
			if x := s.x(at); x < last || x < 0 || x > 1 {
				t.Fatalf("%s stands at %v, what came before at %v", at, x, last)
			} else {
				last = x
			}
		}
		for _, f := range folds {
			if got := s.x(f.to) - s.x(f.from); math.Abs(got-foldShare) > 3e-5 {
				t.Fatalf("a fold takes %v of the plot", got)
			}
			for _, e := range events {
				if e.After(f.from.Add(-foldKeep)) && e.Before(f.to.Add(foldKeep)) {
					t.Fatalf("the fold %v swallows %s", f, e)
				}
			}
		}
	})
}
