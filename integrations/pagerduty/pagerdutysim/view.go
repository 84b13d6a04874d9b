package pagerdutysim

import "time"

// IncidentInfo is an incident as tests and the demo see it. People and things are ids.
type IncidentInfo struct {
	ID, Key, Title, Status, Urgency, Type, Body string
	Number                                      int
	Service, Policy                             string
	Level                                       int    // of the policy
	Priority                                    string // its name
	Assignees                                   []string
	BridgeNumber, BridgeURL                     string
	Resolution                                  string
	MergedInto                                  string
	Created, Updated, Resolved, Reopened        time.Time
	Snoozed                                     time.Time // until when
	AlertKeys                                   []string  // of all its alerts
	OpenAlerts                                  int
}

// Note is a note of an incident.
type Note struct {
	ID, By, Content string
	At              time.Time
}

// StatusUpdate is a status update of an incident.
type StatusUpdate struct {
	ID, By, Message, Subject, HTML string
	At                             time.Time
}

// ResponderRequest is one call for help.
type ResponderRequest struct {
	By, Message string
	At          time.Time
	Users       []string          // who was asked, also through policies
	Policies    []string          // through which
	States      map[string]string // pending, accepted or declined, by user
}

func (i *incident) info() IncidentInfo {
	n := IncidentInfo{
		ID: i.id, Key: i.key, Title: i.name, Status: i.status, Urgency: i.urgency, Type: i.kindName, Body: i.body, Number: i.number,
		Service: i.service.id, Policy: i.policy.id, Level: i.level, Resolution: i.resolution,
		Created: i.created, Updated: i.updated, Resolved: i.resolvedAt, Reopened: i.reopened, Snoozed: i.snoozed,
	}
	if i.priority != nil {
		n.Priority = i.priority.name
	}
	if i.mergedInto != nil {
		n.MergedInto = i.mergedInto.id
	}
	if i.bridge != nil {
		n.BridgeNumber, n.BridgeURL = i.bridge.Number, i.bridge.URL
	}
	for _, a := range i.assigned {
		n.Assignees = append(n.Assignees, a.user.id)
	}
	for _, a := range i.alerts {
		n.AlertKeys = append(n.AlertKeys, a.key)
		if a.status == triggered {
			n.OpenAlerts++
		}
	}
	return n
}

// Info is the incident as it stands.
func (n *Incident) Info() IncidentInfo {
	n.s.mu.Lock()
	defer n.s.mu.Unlock()
	return n.i.info()
}

// Incidents are all incidents, in order of creation.
func (s *Server) Incidents() []IncidentInfo {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []IncidentInfo
	for _, i := range s.w.incidents {
		out = append(out, i.info())
	}
	return out
}

func (s *Server) knownIncident(id string) *incident {
	i, ok := find(s.w.incidents, id)
	if !ok {
		misuse("no incident has the id %q", id)
	}
	return i
}

func (a actor) id() string {
	if a.user == nil {
		return ""
	}
	return a.user.id
}

// Notes are the notes of an incident.
func (s *Server) Notes(incident string) []Note {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Note
	for _, n := range s.knownIncident(incident).notes {
		out = append(out, Note{n.id, n.by.id(), n.content, n.at})
	}
	return out
}

// StatusUpdates are the status updates of an incident.
func (s *Server) StatusUpdates(incident string) []StatusUpdate {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []StatusUpdate
	for _, u := range s.knownIncident(incident).updates {
		out = append(out, StatusUpdate{u.id, u.by.id(), u.message, u.subject, u.html, u.at})
	}
	return out
}

// ResponderRequests are the calls for help of an incident.
func (s *Server) ResponderRequests(incident string) []ResponderRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []ResponderRequest
	for _, r := range s.knownIncident(incident).requests {
		one := ResponderRequest{By: actor{user: r.by}.id(), Message: r.message, At: r.at, States: map[string]string{}}
		for _, t := range r.targets {
			if t.policy != nil {
				one.Policies = append(one.Policies, t.policy.id)
			}
			for _, u := range t.asked {
				one.Users = append(one.Users, u.user.id)
				one.States[u.user.id] = u.state
			}
		}
		out = append(out, one)
	}
	return out
}
