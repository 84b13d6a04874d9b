package postmortem

import (
	"time"

	"backout/timeline"
)

// appendix is everything, in order, with replies under what they reply to.
func (b *builder) appendix() []Block {
	rec := b.threads()
	times := make([]time.Time, 0, 2)
	if n := len(b.all); n > 0 { // they are in order, so two say it all
		times = append(times, b.all[0].At, b.all[n-1].At)
	}
	dated := severalDays(times)
	top := b.stretches(rec.top, rec.replies)
	items := make([]Item, len(top))
	spread(len(items), func(_, from, to int) {
		for i := from; i < to; i++ {
			items[i].Text = b.told(top[i], dated)
			replies := rec.replies[key(top[i][0])]
			if len(replies) == 0 {
				continue
			}
			for _, run := range b.stretches(replies, nil) {
				items[i].Sub = append(items[i].Sub, Item{Text: b.told(run, dated)})
			}
		}
	})
	intro := "All times UTC"
	if !dated && len(b.all) > 0 {
		intro += ", " + b.all[0].At.UTC().Format(time.DateOnly)
	}
	intro += ". Everything that was recorded, replies under what they reply to" + b.asides() + "."
	out := []Block{Paragraph{say(intro)}}
	if len(items) > 0 {
		out = append(out, List{items})
	}
	return out
}

// told is one entry of the appendix in full, or several that tell nobody anything.
func (b *builder) told(run []*timeline.Entry, dated bool) Line {
	if len(run) == 1 {
		return b.full(run[0], dated)
	}
	return b.folded(run, dated)
}

// asides says what the reader meets marked.
func (b *builder) asides() string {
	deleted, edited, hidden, gone := 0, 0, 0, 0
	for _, e := range b.all {
		if e.Hidden {
			hidden++
		}
		if e.Erased {
			gone++
		}
		if e.Message == nil {
			continue
		}
		if !e.Message.DeletedAt.IsZero() {
			deleted++
		} else if !e.Message.EditedAt.IsZero() {
			edited++
		}
	}
	out := ""
	if edited > 0 {
		out += "; " + count(edited, "message") + " edited, shown as last written"
	}
	if deleted > 0 {
		out += "; " + count(deleted, "message") + " deleted, text removed"
	}
	if gone > 0 {
		out += "; " + itoa(gone) + " erased at the wish of who wrote them"
	}
	if hidden > 0 {
		out += "; " + itoa(hidden) + " hidden from the timeline"
	}
	return out
}

// record is the entries by where they stand: on their own, or in a thread.
type record struct {
	top     []*timeline.Entry
	replies map[string][]*timeline.Entry
}

// threads puts replies under their parent. A reply whose parent the record does
// not have stands on its own.
func (b *builder) threads() record {
	rec := record{replies: map[string][]*timeline.Entry{}}
	parents := make(map[string]bool, len(b.all))
	for _, e := range b.all {
		if m := e.Message; m != nil && !m.Reply() {
			parents[m.Channel+":"+m.TS] = true
		}
	}
	for _, e := range b.all {
		if m := e.Message; m != nil && m.Reply() && parents[m.Channel+":"+m.ThreadTS] {
			k := m.Channel + ":" + m.ThreadTS
			rec.replies[k] = append(rec.replies[k], e)
			continue
		}
		rec.top = append(rec.top, e)
	}
	return rec
}

// key is what replies to the entry go by; only messages have one.
func key(e *timeline.Entry) string {
	if e.Message == nil {
		return ""
	}
	return e.Message.Channel + ":" + e.Message.TS
}

// recorded says what was recorded, at the time it was: a moment that was set is a
// statement here and not the moment itself.
func (b *builder) recorded(e *timeline.Entry) Line {
	if e.Kind == timeline.KindMoment {
		return b.fact(e)
	}
	return b.what(e)
}

// full is one entry of the appendix. A row that the timeline shows has its anchor
// there and is pointed at from here.
func (b *builder) full(e *timeline.Entry, dated bool) Line {
	out := make(Line, 0, 10)
	if b.mark[e.N] {
		out = append(out, Ref(e.N))
	} else {
		out = append(out, Mark(e.N))
	}
	out = append(out, Text(" "+clock(e.At, dated)+" "))
	if !aboutItself(e) {
		out = append(out, b.who(e), Text(": "))
	}
	out = append(out, b.recorded(e)...)
	if e.Message != nil && e.Message.Broadcast {
		out = append(out, Text(" "), Note("(also sent to the channel)"))
	}
	if e.Starred() {
		out = append(out, Text(" ★"))
	}
	if e.Hidden {
		out = append(out, Text(" "), Note("(hidden)"))
	}
	if link, label := b.link(e); link != "" && label != "record" {
		out = append(out, Text(" · "), href(link, label))
	}
	return out
}
