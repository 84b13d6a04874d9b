package timeline

import "slices"

// Summary is the little that memory keeps of an incident that nobody works on
// any more, and what lists are made of.
type Summary struct {
	Number    int        `json:"number"`
	Title     string     `json:"title"`
	Status    Status     `json:"status"`
	Severity  string     `json:"severity,omitempty"`
	Services  []string   `json:"services,omitempty"`
	Private   bool       `json:"private,omitempty"`
	Lead      string     `json:"lead,omitempty"`
	Channel   Channel    `json:"channel"`
	Channels  []string   `json:"channels,omitempty"`
	Moments   Moments    `json:"moments"`
	Gaps      int        `json:"gaps,omitempty"`
	FollowUps []FollowUp `json:"follow_ups,omitempty"`
	// Foreign are the keys (channel:ts) of messages recorded from other channels,
	// because the incident was declared from them.
	Foreign []string `json:"foreign,omitempty"`
}

// ID is INC-7.
func (s Summary) ID() string { return ID(s.Number) }

// Summary gives the incident's summary. Follow-ups that are still open are in it,
// with their words resolved, because they are asked for long after the incident.
func (in *Incident) Summary() Summary {
	s := Summary{
		Number: in.Number, Title: in.Title, Status: in.Status, Severity: in.Severity,
		Services: in.Services, Private: in.Private, Lead: in.Lead(), Channel: in.Channel,
		Moments: in.Moments(), Gaps: len(in.Gaps),
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
	return s
}

func (s Summary) equal(o Summary) bool {
	return s.Number == o.Number && s.Title == o.Title && s.Status == o.Status &&
		s.Severity == o.Severity && s.Private == o.Private && s.Lead == o.Lead &&
		s.Channel == o.Channel && s.Moments == o.Moments && s.Gaps == o.Gaps &&
		slices.Equal(s.Services, o.Services) && slices.Equal(s.Channels, o.Channels) &&
		slices.Equal(s.FollowUps, o.FollowUps) && slices.Equal(s.Foreign, o.Foreign)
}
