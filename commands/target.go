package commands

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"backout/timeline"
)

// bareNumber says when a number without INC- as the first argument addresses an
// incident. Free text may begin with a number, so most commands want INC-.
type bareNumber int

const (
	_ bareNumber = iota // never
	// bareAlways: the command takes no number itself.
	bareAlways
	// bareWithMore: its argument is a number, so the address needs one behind it.
	bareWithMore
	// bareAlone: only a number that is all there is.
	bareAlone
)

var addressLike = regexp.MustCompile(`(?i)^inc-?([0-9]{1,9})$`)

// address reads INC-7 and, where number is allowed, 7.
func address(s string, number bool) (int, bool) {
	if m := addressLike.FindStringSubmatch(s); m != nil {
		s = m[1]
	} else if !number {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n > 0 && n < 1e9 && s[0] != '+'
}

// target finds the incident that the request is about: the one that the first
// argument names, else the one whose channel it was typed in.
func (k *call) target() error {
	if k.row.where == anywhere {
		return nil
	}
	if !k.empty() && !k.args.words[0].quoted {
		number := false
		switch k.row.bare {
		case bareAlways:
			number = true
		case bareWithMore:
			number = len(k.args.words) > 1
		case bareAlone:
			number = len(k.args.words) == 1
		}
		if n, ok := address(k.first(), number); ok {
			k.drop(1)
			return k.open(n)
		}
	}
	if n, ok := k.deps.Record.InChannel(k.req.Channel); ok {
		if err := k.open(n); err == nil || !isNotFound(err) {
			return err
		}
	}
	return timeline.Refuse(timeline.Invalid, "This is no incident channel.",
		fmt.Sprintf("Type it there, or name the incident: `/incident %s`. `/incident list` shows them.", k.row.addressed()))
}

// open loads an incident, if the person may see it.
func (k *call) open(number int) error {
	in, err := k.deps.Record.Incident(k.ctx, number)
	if err != nil {
		return err
	}
	if !k.visible(in) {
		return timeline.NoIncident(number)
	}
	k.in = in
	return nil
}

func isNotFound(err error) bool {
	var r *timeline.Refusal
	return errors.As(err, &r) && r.Kind == timeline.NotFound
}

// visible reports whether the person may see the incident. A private one shows
// itself in its own private channel; from elsewhere it costs one question to
// Slack, who is in that channel. No answer means no.
func (k *call) visible(in *timeline.Incident) bool {
	if !in.Private {
		return true
	}
	if k.inOwnRoom(in.Channels) {
		return true
	}
	if in.Channel.ID == "" { // the channel is still to be opened
		return k.req.User != "" && (in.DeclaredBy == k.req.User || slices.Contains(in.Invite, k.req.User))
	}
	members, err := k.deps.Rooms.Members(k.ctx, in.Channel.ID)
	return err == nil && k.req.User != "" && slices.Contains(members, k.req.User)
}

// inOwnRoom reports whether the request comes from one of the channels and that
// one is private. A public channel of an incident that became private later shows
// nothing any more.
func (k *call) inOwnRoom(channels []timeline.Channel) bool {
	return slices.ContainsFunc(channels, func(c timeline.Channel) bool { return c.Private && c.ID == k.req.Channel })
}

// listed reports whether a summary may stand in a list: private ones only in
// their own channel, because asking Slack for each would take too long.
func (k *call) listed(s timeline.Summary) bool {
	return !s.Private || s.Channel.Private && s.Channel.ID == k.req.Channel
}

// refNumber reads T12, F2 or plain 12.
func refNumber(s, letter string) (int, bool) {
	s = strings.ToUpper(strings.TrimRight(s, ".,;:"))
	n, err := strconv.Atoi(strings.TrimPrefix(s, letter))
	return n, err == nil && n > 0 && n < 1e9
}
