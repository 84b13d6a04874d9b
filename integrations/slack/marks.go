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
	return s.takenBack(ctx, m, en, by[timeline.MeansStar])
}

// marked reports whether the record has the mark. A lesson or follow-up that was
// dropped by a command must not come back because the reaction is still there, so
// anything ever made from the message counts.
func (s *sweep) marked(en *timeline.Entry, means timeline.Meaning, user string) bool {
	if en == nil {
		return false
	}
	switch means {
	case timeline.MeansStar:
		return slices.Contains(en.StarredBy, user)
	case timeline.MeansLesson:
		return slices.ContainsFunc(s.in.Timeline(), func(e *timeline.Entry) bool {
			b, ok := e.Body.(timeline.LessonAdded)
			return ok && b.From == en.N
		})
	}
	return slices.ContainsFunc(s.in.FollowUps, func(f timeline.FollowUp) bool { return f.From == en.N })
}

// takenBack takes back the stars of people whose reaction is gone. A star that was
// given by a shortcut or command never had a reaction and stays.
func (s *sweep) takenBack(ctx context.Context, m *message, en *timeline.Entry, still []string) error {
	var gone []string
	for _, u := range en.StarredBy {
		if !slices.Contains(still, u) {
			gone = append(gone, u)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	events, err := s.record.Raw(ctx, s.in.Number)
	if err != nil {
		return err
	}
	for _, u := range gone {
		if !byReaction(events, en.N, u) {
			continue
		}
		if err := s.react(ctx, m, u, timeline.MeansStar, false); err != nil {
			return err
		}
	}
	return nil
}

// byReaction reports whether the person's latest star on entry n came from a
// reaction: live ones have the key of an event, those found by a sweep have none.
func byReaction(events []timeline.Event, n int, who string) bool {
	for _, e := range slices.Backward(events) {
		if b, ok := e.Body.(timeline.Starred); ok && b.N == n && e.Who == who {
			return e.Source.Key == "" || strings.HasPrefix(e.Source.Key, "ev:")
		}
	}
	return false
}

func (s *sweep) react(ctx context.Context, m *message, user string, means timeline.Meaning, on bool) error {
	if on && s.opt.May.refuses(ctx, user, s.channel, means) != nil {
		return nil
	}
	out, err := s.record.Record(ctx, timeline.React("", user, means, s.channel, m.TS, on))
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
