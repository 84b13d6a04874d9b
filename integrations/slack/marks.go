package slack

import (
	"context"
	"errors"
	"slices"
	"strings"

	"backout/timeline"
)

// reactions carries over what people reacted with while nobody listened. The
// changes have no key: each looks at the state first, so that a star that was
// given, taken back and given again is no repetition.
func (s *sweep) reactions(ctx context.Context, m *message, en *timeline.Entry) error {
	by := map[timeline.Meaning][]string{}
	complete := true
	for _, r := range m.Reactions {
		if means, ok := s.opt.Reactions[reactionName(r.Name)]; ok {
			by[means] = append(by[means], r.Users...)
			complete = complete && len(r.Users) >= r.Count // Slack names some of many
		}
	}
	for means, users := range by {
		for _, u := range users {
			if u == s.client.BotUserID() || s.marked(en, means, u) || s.client.outside(ctx, u) {
				continue
			}
			if err := s.react(ctx, m, u, means, true); err != nil {
				return err
			}
		}
	}
	if en == nil || !complete {
		return nil
	}
	return s.takenBack(ctx, m, en, by)
}

// marked reports whether the record has the mark.
func (s *sweep) marked(en *timeline.Entry, means timeline.Meaning, user string) bool {
	if en == nil {
		return false
	}
	switch means {
	case timeline.MeansStar:
		return slices.Contains(en.StarredBy, user)
	case timeline.MeansLesson:
		return slices.ContainsFunc(s.in.Lessons, func(l timeline.Lesson) bool { return l.From == en.N })
	}
	return slices.ContainsFunc(s.in.FollowUps, func(f timeline.FollowUp) bool {
		return f.From == en.N && f.State != timeline.FollowUpDropped
	})
}

// mark is what a person's reaction may have made of a message.
type mark struct {
	means timeline.Meaning
	who   string
}

// marks lists what was made of a message, by whom.
func (s *sweep) marks(en *timeline.Entry) []mark {
	var out []mark
	for _, u := range en.StarredBy {
		out = append(out, mark{timeline.MeansStar, u})
	}
	for _, l := range s.in.Lessons {
		if l.From == en.N {
			out = append(out, mark{timeline.MeansLesson, l.Who})
		}
	}
	for _, f := range s.in.FollowUps {
		if made, ok := s.in.Entry(f.N); ok && f.From == en.N && f.State != timeline.FollowUpDropped && !f.Touched {
			out = append(out, mark{timeline.MeansFollowUp, made.Who})
		}
	}
	return out
}

// takenBack takes back what people's reactions made, where these are gone. What
// was made by a shortcut or command never had a reaction and stays.
func (s *sweep) takenBack(ctx context.Context, m *message, en *timeline.Entry, still map[timeline.Meaning][]string) error {
	gone := slices.DeleteFunc(s.marks(en), func(k mark) bool { return slices.Contains(still[k.means], k.who) })
	if len(gone) == 0 {
		return nil
	}
	events, err := s.record.Raw(ctx, s.in.Number)
	if err != nil {
		return err
	}
	for _, k := range gone {
		if !byReaction(events, en.N, k) {
			continue
		}
		if err := s.react(ctx, m, k.who, k.means, false); err != nil {
			return err
		}
	}
	return nil
}

// byReaction reports whether the person's latest mark on entry n came from a
// reaction: live ones have the key of an event, those found by a sweep have none.
func byReaction(events []timeline.Event, n int, k mark) bool {
	for _, e := range slices.Backward(events) {
		if e.Who == k.who && makes(e.Body, n) == k.means {
			return e.Source.Key == "" || strings.HasPrefix(e.Source.Key, "ev:")
		}
	}
	return false
}

// makes gives what the event makes of entry n, or a meaning that nothing has.
func makes(b timeline.Body, n int) timeline.Meaning {
	switch b := b.(type) {
	case timeline.Starred:
		if b.N == n {
			return timeline.MeansStar
		}
	case timeline.LessonAdded:
		if b.From == n {
			return timeline.MeansLesson
		}
	case timeline.FollowUpAdded:
		if b.From == n {
			return timeline.MeansFollowUp
		}
	}
	return -1
}

func (s *sweep) react(ctx context.Context, m *message, user string, means timeline.Meaning, on bool) error {
	if on && s.opt.May.refuses(ctx, user, s.channel, means) != nil {
		return nil
	}
	out, err := s.record.Record(ctx, timeline.ReactAt("", user, means, s.channel, m.TS, on, s.to))
	if worthAgain(err) {
		return err
	}
	if err == nil && len(out.Events) > 0 {
		s.found++
	}
	return nil
}

// sentenceOf is the words of an error for people.
func sentenceOf(err error) string {
	if t, ok := errors.AsType[*timeline.Trouble](err); ok {
		return t.Sentence
	}
	return err.Error()
}
