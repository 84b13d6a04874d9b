package timeline

import (
	"slices"
	"time"
)

// Summary is the little that memory keeps of an incident that nobody works on
// any more, and what lists are made of.
type Summary struct {
	Number   int      `json:"number"`
	Title    string   `json:"title"`
	Status   Status   `json:"status"`
	Severity string   `json:"severity,omitempty"`
	Services []string `json:"services,omitempty"`
	Private  bool     `json:"private,omitempty"`
	Drill    bool     `json:"drill,omitempty"`
	Lead     string   `json:"lead,omitempty"`
	Channel  Channel  `json:"channel"`
	Channels []string `json:"channels,omitempty"`
	Moments  Moments  `json:"moments"`
	Gaps     int      `json:"gaps,omitempty"`
	// Review is how far the postmortem is, and since when.
	Review      ReviewState `json:"review,omitempty"`
	ReviewSince time.Time   `json:"review_since,omitzero"`
	// Proposed: the postmortem stands as a pull request of whose merge nothing is
	// known.
	Proposed bool `json:"proposed,omitempty"`
	// Ended and Expired as in [Incident].
	Ended     time.Time  `json:"ended,omitzero"`
	Expired   bool       `json:"expired,omitempty"`
	FollowUps []FollowUp `json:"follow_ups,omitempty"`
	// Foreign are the keys (channel:ts) of messages recorded from other channels,
	// because the incident was declared from them.
	Foreign []string `json:"foreign,omitempty"`
	// Rolling are the rollbacks that are not finished.
	Rolling []Rolling `json:"rolling,omitempty"`
}

// Rolling is a rollback that is not finished, as far as other incidents must
// know of it.
type Rolling struct {
	Number      int    `json:"number"`
	Service     string `json:"service"`
	Environment string `json:"environment"`
}

// ID is INC-7.
func (s Summary) ID() string { return ID(s.Number) }

// Summary gives the incident's summary. Follow-ups that are still open are in it,
// with their words resolved, because they are asked for long after the incident.
func (in *Incident) Summary() Summary {
	s := Summary{
		Number: in.Number, Title: in.Title, Status: in.Status, Severity: in.Severity,
		Services: in.Services, Private: in.Private, Drill: in.Drill, Lead: in.Lead(), Channel: in.Channel,
		Moments: in.Moments(), Gaps: len(in.Gaps), Review: in.Review, ReviewSince: in.ReviewSince,
		Proposed: in.proposed() && !in.filed, Ended: in.Ended, Expired: in.Expired,
	}
	s.Channel.LastTS = ""
	for _, c := range in.Channels {
		s.Channels = append(s.Channels, c.ID)
	}
	s.Foreign = in.foreign
	for _, f := range in.FollowUps {
		if f.State == FollowUpOpen {
			f.Text = in.Words(f.Text, f.From)
			s.FollowUps = append(s.FollowUps, f)
		}
	}
	for _, r := range in.Rollbacks {
		if !r.State.Finished() {
			s.Rolling = append(s.Rolling, Rolling{Number: r.Number, Service: r.Plan.Service, Environment: r.Plan.Environment})
		}
	}
	return s
}

// foundAs reports whether the look-ups lead to both alike.
func (s Summary) foundAs(o Summary) bool {
	return s.Number == o.Number && slices.Equal(s.Channels, o.Channels) && slices.Equal(s.Foreign, o.Foreign) && slices.Equal(s.Rolling, o.Rolling)
}

func (s Summary) equal(o Summary) bool {
	return s.Number == o.Number && s.Title == o.Title && s.Status == o.Status &&
		s.Severity == o.Severity && s.Private == o.Private && s.Drill == o.Drill && s.Lead == o.Lead &&
		s.Channel == o.Channel && s.Moments == o.Moments && s.Gaps == o.Gaps && s.Review == o.Review && s.ReviewSince.Equal(o.ReviewSince) && s.Proposed == o.Proposed && s.Ended.Equal(o.Ended) && s.Expired == o.Expired &&
		slices.Equal(s.Services, o.Services) && slices.Equal(s.Channels, o.Channels) &&
		slices.Equal(s.FollowUps, o.FollowUps) && slices.Equal(s.Foreign, o.Foreign) &&
		slices.Equal(s.Rolling, o.Rolling)
}
