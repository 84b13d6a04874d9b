package slacksim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// workspace is everything that people could see, guarded by Server.mu.
type workspace struct {
	seed, ids uint64
	version   uint64
	changed   chan struct{}

	users     map[string]*user
	handles   map[string]*user
	userList  []*user
	channels  map[string]*channel
	names     map[string]*channel // archived and private ones too: names stay taken
	roomList  []*channel
	dms       map[string]*channel // by user id
	groups    map[string]*group
	groupList []*group
	files     map[string]*file
	views     map[string]*view
	stacks    map[string][]*view // open modals by user id, the top one last
	alerts    []Alert            // whom the app called, see noteAlerts
	homes     map[string]*view
	triggers  map[string]*trigger
	responses map[string]*response
	revoked   bool
	spelling  int // of trigger errors, see triggerError
}

func newWorkspace(seed uint64) workspace {
	return workspace{
		seed: seed, changed: make(chan struct{}),
		users: map[string]*user{}, handles: map[string]*user{},
		channels: map[string]*channel{}, names: map[string]*channel{}, dms: map[string]*channel{},
		groups: map[string]*group{}, files: map[string]*file{}, views: map[string]*view{},
		stacks: map[string][]*view{}, homes: map[string]*view{},
		triggers: map[string]*trigger{}, responses: map[string]*response{},
	}
}

// idSpace is 36^9; the multiplier in id has no factor in common with it, so ids
// look scattered and never repeat.
const idSpace = 101559956668416

func (w *workspace) id(prefix string) string {
	w.ids++
	n := (w.ids*2654435761 + w.seed%idSpace) % idSpace
	return fmt.Sprintf("%s0%09s", prefix, strings.ToUpper(strconv.FormatUint(n, 36)))
}

// touch wakes everybody who waits for something to see. Needs mu.
func (s *Server) touch() {
	s.w.version++
	close(s.w.changed)
	s.w.changed = make(chan struct{})
}

type user struct {
	id, botID, name, realName, displayName, email, tz string
	tzOffset                                          int
	guest, stranger, deleted, bot                     bool
}

func (w *workspace) addUser(u *user) {
	w.users[u.id] = u
	w.handles[u.name] = u
	w.userList = append(w.userList, u)
}

type group struct {
	id, handle string
	users      []string
	updated    int64
}

type described struct {
	value, creator string
	set            int64
}

type channel struct {
	id, name, creator string
	private, archived bool
	im                *user // the other side of a DM with the bot
	created           int64
	previous          []string
	topic, purpose    described
	members           []string
	isMember          map[string]bool
	lastUS            int64
	msgs              []*message // by ts
	byTS              map[string]*message
	pins              []string
	bookmarks         []*bookmark
	ephemerals        map[string][]*message // by user id
}

// kind is the channel_type of events.
func (c *channel) kind() string {
	switch {
	case c.im != nil:
		return "im"
	case c.private:
		return "group"
	}
	return "channel"
}

func (c *channel) join(id string) {
	if !c.isMember[id] {
		c.isMember[id] = true
		c.members = append(c.members, id)
	}
}

func (c *channel) part(id string) {
	delete(c.isMember, id)
	c.members = slices.DeleteFunc(c.members, func(m string) bool { return m == id })
}

func (s *Server) newChannel(name, creator string, private bool) *channel {
	c := &channel{
		id: s.w.id("C"), name: name, creator: creator, private: private, created: s.opt.Clock().Unix(),
		isMember: map[string]bool{}, byTS: map[string]*message{}, ephemerals: map[string][]*message{},
	}
	s.w.channels[c.id] = c
	s.w.names[name] = c
	s.w.roomList = append(s.w.roomList, c)
	if creator != "" {
		c.join(creator)
	}
	s.touch()
	return c
}

// dm finds or opens the conversation between the bot and a user.
func (s *Server) dm(u *user) *channel {
	if c := s.w.dms[u.id]; c != nil {
		return c
	}
	c := &channel{
		id: s.w.id("D"), im: u, private: true, created: s.opt.Clock().Unix(),
		isMember: map[string]bool{}, byTS: map[string]*message{}, ephemerals: map[string][]*message{},
	}
	c.join(u.id)
	c.join(s.bot.id)
	s.w.channels[c.id] = c
	s.w.dms[u.id] = c
	return c
}

// stamp gives the next ts of a channel: unique there and strictly increasing,
// also when the clock stands still or goes back.
func (s *Server) stamp(c *channel) string {
	us := max(s.opt.Clock().UnixMicro(), c.lastUS+1)
	c.lastUS = us
	return formatTS(us)
}

func formatTS(us int64) string { return fmt.Sprintf("%010d.%06d", us/1e6, us%1e6) }

// now is the event_ts of things that have no ts of their own.
func (s *Server) now() string { return formatTS(s.opt.Clock().UnixMicro()) }

// wait blocks until ok holds, looking again at each change. ok runs with mu held.
func (s *Server) wait(what string, ok func() bool) error {
	t := time.NewTimer(s.opt.Patience)
	defer t.Stop()
	for {
		s.mu.Lock()
		done, changed := ok(), s.w.changed
		s.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-t.C:
			return fmt.Errorf("waited %v in vain for %s", s.opt.Patience, what)
		case <-s.done:
			return fmt.Errorf("server closed while waiting for %s", what)
		}
	}
}

// Changed is closed at the next change of anything that people see.
func (s *Server) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.w.changed
}

// Version counts the changes.
func (s *Server) Version() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.w.version
}
