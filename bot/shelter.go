package bot

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"backout/integrations/slack"
	"backout/templates"
	"backout/timeline"
)

// shelters are channels for incidents that cannot be recorded, because the store
// cannot be written: people need a place to work in all the same. Each is adopted
// as soon as the store can be written. They are known in memory only, for want of
// a store; after a restart they are found by their names.
type shelters struct {
	record *timeline.Recorder
	client *slack.Client
	log    *slog.Logger
	now    func() time.Time
	work   func(func()) // runs beside, and is waited for

	mu   sync.Mutex
	list []*sheltered
	busy chan struct{} // holds something while there are any
}

type sheltered struct {
	who     string
	d       timeline.Declaration
	channel timeline.Channel // without an id before it is open
}

const (
	// shelterEvery is how often the store is tried.
	shelterEvery = 3 * time.Second
	// shelterFor bounds what opening one may take.
	shelterFor   = 30 * time.Second
	shelterNames = 8
)

func newShelters(b *Bot) *shelters {
	return &shelters{record: b.rec, client: b.client, log: b.opt.Logger, now: b.opt.Now, work: func(f func()) { b.work.Go(f) }, busy: make(chan struct{}, 1)}
}

// take opens a channel for what somebody wanted to declare, once: people type a
// command again when it was refused.
func (s *shelters) take(ctx context.Context, who, responseURL string, d timeline.Declaration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if slices.ContainsFunc(s.list, func(o *sheltered) bool { return strings.EqualFold(o.d.Title, d.Title) }) {
		return
	}
	one := &sheltered{who: who, d: d}
	s.list = append(s.list, one)
	s.work(func() { s.open(ctx, one, responseURL) })
}

func (s *shelters) open(ctx context.Context, one *sheltered, responseURL string) {
	ctx, cancel := context.WithTimeout(ctx, shelterFor)
	defer cancel()
	ch, err := s.create(ctx, one.d)
	if err != nil {
		s.drop(one)
		s.log.Error("nothing can be recorded, and no channel could be opened", "error", err)
		s.tell(ctx, responseURL, templates.NoShelter(whyOf(err)))
		return
	}
	// The topic names the incident to whoever finds the channel after a restart.
	if err := s.client.SetTopic(ctx, ch.ID, one.d.Title); err != nil {
		s.log.Warn("the topic of a channel was not set", "channel", ch.ID, "error", err)
	}
	if _, err := s.client.Post(ctx, ch.ID, "", "shelter", templates.Shelter(one.d.Title, one.who)); err != nil {
		s.log.Warn("what is the case was not posted", "channel", ch.ID, "error", err)
	}
	if missing, err := s.client.Invite(ctx, ch.ID, append([]string{one.who}, one.d.Invite...)); err != nil || len(missing) > 0 {
		s.log.Warn("not everybody was brought in", "channel", ch.ID, "missing", len(missing), "error", err)
	}
	s.tell(ctx, responseURL, templates.Sheltered(ch.ID))
	s.mu.Lock()
	one.channel = ch
	s.mu.Unlock()
	s.wake()
}

func (s *shelters) create(ctx context.Context, d timeline.Declaration) (ch timeline.Channel, err error) {
	name := templates.ShelterName(s.now(), d.Title)
	for i := range shelterNames {
		ch, err = s.client.OpenChannel(ctx, templates.ChannelNameAttempt(name, i), d.Private)
		if !errors.Is(err, timeline.ErrNameTaken) {
			return ch, err
		}
	}
	return ch, err
}

func (s *shelters) tell(ctx context.Context, responseURL string, m templates.Message) {
	if responseURL == "" {
		return
	}
	if err := s.client.Tell(ctx, responseURL, m, false); err != nil {
		s.log.Info("the declarer was not told where the channel is; the invitation says it", "error", err)
	}
}

func whyOf(err error) string {
	if t, ok := errors.AsType[*timeline.Trouble](err); ok {
		return t.Sentence
	}
	return "Slack did not answer"
}

func (s *shelters) drop(one *sheltered) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = slices.DeleteFunc(s.list, func(o *sheltered) bool { return o == one })
}

func (s *shelters) wake() {
	select {
	case s.busy <- struct{}{}:
	default:
	}
}

// find takes up what an earlier process opened and could not have recorded.
func (s *shelters) find(ctx context.Context) {
	all, err := s.client.OwnChannels(ctx, templates.ShelterPrefix)
	if err != nil {
		s.log.Warn("channels that were opened while nothing could be recorded were not looked for; adopt makes an incident of one", "error", err)
		return
	}
	for _, ch := range all {
		if _, known := s.record.InChannel(ch.ID); known {
			continue
		}
		s.mu.Lock()
		s.list = append(s.list, &sheltered{who: timeline.Backout, d: timeline.Declaration{Title: ch.Topic}, channel: ch.Channel})
		s.mu.Unlock()
		s.wake()
	}
}

// run adopts them as soon as that can be recorded.
func (s *shelters) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.busy:
		}
		for s.adopt(ctx) {
			select {
			case <-ctx.Done():
				return
			case <-time.After(shelterEvery):
			}
		}
	}
}

// adopt tries each that is open and reports whether any is left.
func (s *shelters) adopt(ctx context.Context) (left bool) {
	s.mu.Lock()
	all := slices.Clone(s.list)
	s.mu.Unlock()
	for _, one := range all {
		s.mu.Lock()
		ch := one.channel
		s.mu.Unlock()
		if ch.ID == "" {
			continue // it wakes us when it is open
		}
		_, err := s.record.Record(ctx, timeline.Adopt("shelter:"+ch.ID, one.who, timeline.Adoption{
			Channel: ch.ID, Name: ch.Name, Private: ch.Private, Since: ch.From, Declaration: one.d,
		}))
		if err != nil && (errors.Is(err, timeline.ErrStore) || ctx.Err() != nil) {
			left = true
			continue
		}
		if err != nil {
			s.log.Warn("a channel did not become an incident's; adopt makes one of it", "channel", ch.ID, "error", err)
		}
		s.drop(one)
	}
	return left
}
