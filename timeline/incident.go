package timeline

import (
	"cmp"
	"maps"
	"slices"
	"sort"
	"time"
)

// Incident is what is true of an incident: the fold of its events. Values handed
// out by the [Recorder] are snapshots and never change; entries are shared
// between snapshots and must not be written to.
type Incident struct {
	Number   int
	Title    string
	Status   Status
	Severity string
	Services []string
	Impact   string
	Cause    string
	Private  bool

	// Channel is where people work now; Channels are all that were recorded, the
	// current one last.
	Channel  Channel
	Channels []Channel
	// Invite lists who was to be brought in when it was declared.
	Invite []string

	DeclaredBy string
	Roles      []RoleTerm
	Updates    []UpdateGiven
	FollowUps  []FollowUp
	Lessons    []Lesson
	// Judged is what people decided about the lessons that Backout drew, by rule.
	Judged map[string]LessonVerdict
	// Review is how far the postmortem is; empty before the incident is resolved.
	Review ReviewState
	// ReviewSince is when it came so far.
	ReviewSince time.Time
	Links       []Link
	Exports     []Exported
	Failures    []Failure
	Gaps        []Gap
	// CompleteTo is the end of the last complete reading of the channel's history.
	CompleteTo time.Time
	// Deploys are those that the record speaks of, in the order in which it came to.
	Deploys   []NotedDeploy
	Rollbacks []Rollback
	Freezes   []Freeze
	Alerts    []AlertState
	Pages     []Page
	// Nudges are how people want to be reminded, by what of.
	Nudges map[NudgeKind]NudgeState
	// MergedInto is the incident that this one was merged into, or 0; Merged are
	// those merged into this one.
	MergedInto int
	Merged     []int
	// Ended is when it was last resolved, cancelled or merged; zero while it is open.
	Ended time.Time
	// Expired: the words of its messages were kept long enough, and are erased.
	Expired bool
	// Drill marks an exercise: announced nowhere and measured nowhere.
	Drill bool
	// Posts says where things kept current stand, by what they are ("card", …).
	Posts map[string]Posted

	moments Moments
	// filed: the pull request of the postmortem was merged.
	filed bool
	// declaredFrom is when what the incident was declared from happened; detectedSet
	// says that a person set the moment of detection.
	declaredFrom Moment
	detectedSet  bool
	entries      []*Entry // in order of N
	byTS         map[string]int
	texts        map[string][]int // message key → events that carry its text
	finder       *finder          // of a snapshot
	foreign      []string         // keys of messages from other channels
	next         int
}

// Channel is a Slack channel that an incident is, or was, worked on in.
type Channel struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Private bool      `json:"private,omitempty"`
	From    time.Time `json:"from,omitzero"`
	// LastTS is the newest message timestamp recorded from it: the high-water mark.
	LastTS string `json:"last_ts,omitempty"`
}

// Entry is one row of the timeline as it stands now.
type Entry struct {
	N            int
	Kind         Kind
	At, Recorded time.Time
	Who          string
	// Text is the entry's words as they stand, Slack-encoded; empty for kinds
	// that have none and for deleted messages.
	Text   string
	Source Source
	// StarredBy lists who starred it; it is starred while one remains.
	StarredBy []string
	// LastWords are the last that Slack had on reactions to this message.
	LastWords []LastWord
	Hidden    bool
	// Public is set when people said that the entry's words may leave the team.
	Public bool
	// Secrets names the kinds of secrets that were taken out of the words.
	Secrets []string
	// Erased is set when the words were erased on somebody's wish.
	Erased bool
	// Reworded is set when a person replaced the text.
	Reworded bool
	// Message is set for messages only.
	Message *MessageState
	// Body is the event's body as recorded, without secrets.
	Body Body
	// rewordings are the events that replaced the words.
	rewordings []int
}

// Starred reports whether anybody's star remains.
func (e *Entry) Starred() bool { return len(e.StarredBy) > 0 }

// MessageState is what a message entry adds.
type MessageState struct {
	Channel, TS, ThreadTS string
	Subtype               string
	Broadcast             bool
	Files                 []File
	BotName               string
	External              bool
	EditedAt, DeletedAt   time.Time
	// Versions are the earlier texts, oldest first; empty after deletion.
	Versions []Version
	// said is what was really written, when secrets were taken out of the words.
	said *heard
}

// heard is a text and its files as Slack has them.
type heard struct {
	text  string
	files []File
}

// Version is an earlier text of a message.
type Version struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"`
	// said as in [MessageState].
	said *heard
}

// Reply reports whether the message is a reply in a thread.
func (m *MessageState) Reply() bool { return m.ThreadTS != "" && m.ThreadTS != m.TS }

// RoleTerm is a role given at an instant; User is empty when it was left vacant.
type RoleTerm struct {
	Role, User string
	From       time.Time
	N          int
}

// UpdateGiven is a stakeholder update.
type UpdateGiven struct {
	N    int
	At   time.Time
	Who  string
	Text string
	Next time.Time
}

// FollowUp is later work. Text is empty when the words of entry From are meant
// and those were deleted.
type FollowUp struct {
	Number  int           `json:"number"`
	N       int           `json:"n"`
	Text    string        `json:"text,omitempty"`
	From    int           `json:"from,omitempty"`
	Owner   string        `json:"owner,omitempty"`
	Due     string        `json:"due,omitempty"`
	State   FollowUpState `json:"state"`
	Touched bool          `json:"touched,omitempty"`
	// Ticket is the issue that stands for it, if any.
	Ticket Ticket `json:"ticket,omitzero"`
	// TicketAt is when the issue was last closed or opened again, as told from there.
	TicketAt time.Time `json:"ticket_at,omitzero"`
}

// Lesson is a lesson in people's own words; From as in [FollowUp].
type Lesson struct {
	N    int
	Who  string
	At   time.Time
	Text string
	From int
}

// Link is a link that people kept.
type Link struct {
	N         int
	URL, Name string
}

// Failure is something owed that was given up, until it is tried again.
type Failure struct {
	N            int
	Step, Reason string
	Owed         Effect
}

// Gap is a stretch that cannot be shown to be complete.
type Gap struct {
	N       int
	Channel string
	From    time.Time
	Reason  string
	// Silent is as in [GapOpened].
	Silent bool
}

// ID is INC-7.
func (in *Incident) ID() string { return ID(in.Number) }

// DeclaredFrom is when the message or the alert was written that the incident was
// declared from, or zero.
func (in *Incident) DeclaredFrom() time.Time { return in.declaredFrom.At }

// Moments gives the five moments with the assumed ones filled in and marked.
func (in *Incident) Moments() Moments { return in.moments.filled() }

// Holder gives who holds a role now, or "".
func (in *Incident) Holder(role string) string {
	for _, t := range slices.Backward(in.Roles) {
		if t.Role == role {
			return t.User
		}
	}
	return ""
}

// Lead gives the incident lead, or "".
func (in *Incident) Lead() string { return in.Holder(LeadRole) }

// Entry gives the entry with the number.
func (in *Incident) Entry(n int) (*Entry, bool) {
	i, ok := in.index(n)
	if !ok {
		return nil, false
	}
	return in.entries[i], true
}

func (in *Incident) index(n int) (int, bool) {
	return slices.BinarySearchFunc(in.entries, n, func(e *Entry, n int) int { return cmp.Compare(e.N, n) })
}

// MessageEntry gives the entry of the message (channel, ts).
func (in *Incident) MessageEntry(channel, ts string) (*Entry, bool) {
	if in.byTS != nil {
		n, ok := in.byTS[messageKey(channel, ts)]
		if !ok {
			return nil, false
		}
		return in.Entry(n)
	}
	return in.finder.find(in, channel, ts)
}

// Timeline gives all entries in their total order: by when they happened, then
// by number. The slice is the caller's.
func (in *Incident) Timeline() []*Entry {
	out := slices.Clone(in.entries)
	sort.SliceStable(out, func(i, j int) bool { return out[i].At.Before(out[j].At) })
	return out
}

// LastUpdate gives the newest stakeholder update.
func (in *Incident) LastUpdate() (UpdateGiven, bool) {
	if len(in.Updates) == 0 {
		return UpdateGiven{}, false
	}
	return in.Updates[len(in.Updates)-1], true
}

// FollowUp gives the follow-up with the number.
func (in *Incident) FollowUp(number int) (FollowUp, bool) {
	i := slices.IndexFunc(in.FollowUps, func(f FollowUp) bool { return f.Number == number })
	if i < 0 {
		return FollowUp{}, false
	}
	return in.FollowUps[i], true
}

// Words resolves the text of a lesson or follow-up: its own, or those of the
// entry it was made from as they stand now.
func (in *Incident) Words(text string, from int) string {
	if text != "" || from == 0 {
		return text
	}
	if e, ok := in.Entry(from); ok {
		return e.Text
	}
	return ""
}

// InChannel reports whether the channel is, or was, one of the incident's.
func (in *Incident) InChannel(channel string) bool {
	return slices.ContainsFunc(in.Channels, func(c Channel) bool { return c.ID == channel })
}

// NextN is the number that the next event will get.
func (in *Incident) NextN() int { return in.next }

// snapshot copies what a reader needs. Entries are immutable and shared; the
// look-up maps stay with the original.
func (in *Incident) snapshot() *Incident {
	c := *in
	c.byTS, c.texts, c.finder = nil, nil, new(finder)
	c.entries = slices.Clone(in.entries)
	c.Invite = slices.Clone(in.Invite)
	c.Services = slices.Clone(in.Services)
	c.Channels = slices.Clone(in.Channels)
	c.Roles = slices.Clone(in.Roles)
	c.Updates = slices.Clone(in.Updates)
	c.FollowUps = slices.Clone(in.FollowUps)
	c.Lessons = slices.Clone(in.Lessons)
	c.Links = slices.Clone(in.Links)
	c.Exports = slices.Clone(in.Exports)
	c.Failures = slices.Clone(in.Failures)
	c.Gaps = slices.Clone(in.Gaps)
	c.Deploys = slices.Clone(in.Deploys)
	c.Rollbacks = slices.Clone(in.Rollbacks)
	c.Freezes = slices.Clone(in.Freezes)
	c.Alerts = slices.Clone(in.Alerts)
	c.Pages = slices.Clone(in.Pages)
	c.Merged = slices.Clone(in.Merged)
	c.Posts = maps.Clone(in.Posts)
	return &c
}

func messageKey(channel, ts string) string { return channel + ":" + ts }
