package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"backout/integrations/slack/slacksim"
)

// act is one act of the story: when it happens and what somebody does.
type act struct {
	at string // 15:04:05, UTC, on the day of the outage; "11 15:04:05" on another day of its month
	do func(*play) error
}

// play is the story under way.
type play struct {
	sim    *slacksim.Server
	clock  *storyClock
	code   *code
	alarms *alarms
	names  map[string]string // of people, by handle
	// quiet waits until the bot has done what is due by now.
	quiet  func() error
	people map[string]*slacksim.Person
	rooms  map[string]*slacksim.Room
	said   map[string]slacksim.Message // messages that later acts speak of
}

// run plays the acts in order, jumping the clock to each.
func (p *play) run(acts []act) error {
	for _, a := range acts {
		if err := p.quiet(); err != nil {
			return fmt.Errorf("before %s: %w", a.at, err)
		}
		p.clock.jump(a.when())
		if err := a.do(p); err != nil {
			return fmt.Errorf("at %s: %w", a.at, err)
		}
	}
	return nil
}

// when reads the act's time.
func (a act) when() time.Time {
	day, clock, other := strings.Cut(a.at, " ")
	if !other {
		return onDay(storyDay().Day(), a.at)
	}
	n, err := strconv.Atoi(day)
	if err != nil {
		panic(err) // written in this package
	}
	return onDay(n, clock)
}

// says has somebody write in a room, and remembers the message under a name.
func says(who, room, text string, as ...string) func(*play) error {
	return func(p *play) error {
		m, err := p.people[who].Says(p.rooms[room], text)
		p.keep(m, as)
		return err
	}
}

// replies has somebody answer in the thread of a message.
func replies(who, to, text string, as ...string) func(*play) error {
	return func(p *play) error {
		m, err := p.people[who].Replies(p.said[to], text)
		p.keep(m, as)
		return err
	}
}

func (p *play) keep(m slacksim.Message, as []string) {
	for _, name := range as {
		p.said[name] = m
	}
}

// types has somebody type a command in the incident channel and waits until the
// answer says what is expected.
func types(who, line, sees string) func(*play) error {
	return func(p *play) error {
		a := p.people[who].Types(p.rooms["incident"], line)
		if err := a.Err(); err != nil {
			return fmt.Errorf("%s typed %s: %w", who, line, err)
		}
		if err := a.Sees(sees); err != nil {
			return fmt.Errorf("%s typed %s: %w\nseen: %s", who, line, err, a.Text())
		}
		return nil
	}
}

// sees waits until the incident channel shows what is expected.
func sees(text string) func(*play) error {
	return func(p *play) error {
		_, err := p.rooms["incident"].Sees(text)
		return err
	}
}

// presses has somebody press a button on the message that shows a text, and waits
// until the answer says what is expected.
func presses(who, on, button, expected string) func(*play) error {
	return func(p *play) error {
		m, err := p.rooms["incident"].Sees(on)
		if err != nil {
			return err
		}
		if err := m.Sees(button); err != nil {
			return fmt.Errorf("%s wants to press %s: %w", who, button, err)
		}
		a, err := p.people[who].Clicks(m, button)
		if err != nil {
			return fmt.Errorf("%s pressed %s: %w", who, button, err)
		}
		if err := a.Sees(expected); err != nil {
			return fmt.Errorf("%s pressed %s: %w\nseen: %s", who, button, err, a.Text())
		}
		return nil
	}
}

// joins has people come into the incident channel.
func joins(who ...string) func(*play) error {
	return func(p *play) error {
		for _, w := range who {
			if r := p.rooms["incident"]; !r.Has(p.people[w].ID()) {
				if err := p.people[w].Joins(r); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

// waitInside waits until somebody was brought into the room.
func (p *play) waitInside(who *slacksim.Person, room *slacksim.Room) error {
	patience := time.After(demoPatience)
	for {
		changed := p.sim.Changed()
		if room.Has(who.ID()) {
			return nil
		}
		select {
		case <-changed:
		case <-patience:
			return fmt.Errorf("%s was not brought into #%s", who.Name(), room.Name())
		}
	}
}

// reacts puts an emoji on a message.
func reacts(who, emoji, to string) func(*play) error {
	return func(p *play) error { return p.people[who].Reacts(p.said[to], emoji) }
}
