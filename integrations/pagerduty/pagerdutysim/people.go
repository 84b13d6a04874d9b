package pagerdutysim

import (
	"net/url"
	"strings"
)

type user struct {
	entity
	email string
}

// key is what a token may do.
type key struct {
	user     *user // nil for a key of the account
	readOnly bool
}

// User adds a person and returns the id.
func (s *Server) User(name, email string) (id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addUser(name, email).id
}

func (s *Server) addUser(name, email string) *user {
	if !strings.Contains(email, "@") {
		misuse("%q is no address for %s", email, name)
	}
	if s.w.byEmail(email) != nil {
		misuse("%s is somebody already", email)
	}
	u := &user{entity{"user", s.w.id(), name}, email}
	s.w.users = append(s.w.users, u)
	return u
}

// byEmail finds a user as PagerDuty does, whatever the case of the address.
func (w *world) byEmail(email string) *user {
	for _, u := range w.users {
		if strings.EqualFold(u.email, email) {
			return u
		}
	}
	return nil
}

// knownUser panics for an id that nobody has.
func (s *Server) knownUser(id string) *user {
	u, ok := find(s.w.users, id)
	if !ok {
		misuse("no user has the id %q", id)
	}
	return u
}

// UserToken returns a new key that belongs to a user: it needs no From header, and
// ignores one, because it brings an identity.
func (s *Server) UserToken(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := "u+" + s.w.letters(18, idAlphabet)
	s.w.keys["token "+t] = &key{user: s.knownUser(user)}
	return t
}

// ReadOnlyToken returns a new key of the account that may not write: 403.
func (s *Server) ReadOnlyToken() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := "r+" + s.w.letters(18, idAlphabet)
	s.w.keys["token "+t] = &key{readOnly: true}
	return t
}

// RevokeTokens makes every call say 401, or undoes that.
func (s *Server) RevokeTokens(revoked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.w.revoked = revoked
}

// Team adds a team and returns the id.
func (s *Server) Team(name string) (id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &entity{"team", s.w.id(), name}
	s.w.teams = append(s.w.teams, t)
	return t.id
}

type priority struct {
	entity
	order int
}

// Priority adds a priority and returns the id. The first one added is the highest.
func (s *Server) Priority(name string) (id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &priority{entity{"priority", s.w.id(), name}, len(s.w.priorities)}
	s.w.priorities = append(s.w.priorities, p)
	return p.id
}

func (s *Server) userShape(u *user) object {
	o := s.card(&u.entity)
	o["name"], o["email"], o["time_zone"], o["color"], o["role"] = u.name, u.email, "Etc/UTC", "purple", "user"
	o["avatar_url"], o["description"], o["job_title"], o["invitation_sent"] = s.site+"/avatars/"+u.id+".png", nil, nil, false
	o["billed"], o["teams"], o["notification_rules"], o["coordinated_incidents"] = true, []object{}, []object{}, []object{}
	o["contact_methods"] = []object{{
		"id": "PM" + u.id[2:], "type": "email_contact_method_reference", "summary": "Default", "html_url": nil,
		"self": s.APIURL() + "/users/" + u.id + "/contact_methods/PM" + u.id[2:],
	}}
	return o
}

func (s *Server) priorityShape(p *priority) object {
	o := s.card(&p.entity)
	o["name"], o["description"], o["color"], o["order"] = p.name, "", "a8171c", 1<<28>>p.order
	o["schema_version"], o["account_id"] = 0, "P0ACCNT"
	return o
}

// listUsers answers /users; query looks at names and addresses.
func (s *Server) listUsers(q *request) reply {
	want := strings.ToLower(q.ask("query"))
	var out []*user
	for _, u := range s.w.users {
		if strings.Contains(strings.ToLower(u.name+" "+u.email), want) {
			out = append(out, u)
		}
	}
	return listing(q, "users", out, s.userShape)
}

func (s *Server) getUser(q *request) reply {
	u, ok := find(s.w.users, q.PathValue("id"))
	if !ok {
		return notFound()
	}
	return good(object{"user": s.userShape(u)})
}

// getMe is only for keys of users.
func (s *Server) getMe(q *request) reply {
	if q.key.user == nil {
		return invalid("This API key is not associated with a user")
	}
	return good(object{"user": s.userShape(q.key.user)})
}

func (s *Server) listPriorities(q *request) reply {
	if s.opt.NoPriorities {
		return missingAbility()
	}
	return listing(q, "priorities", s.w.priorities, s.priorityShape)
}

// ids are the values of a list parameter such as user_ids[].
func ids(v url.Values, name string) []string { return v[name+"[]"] }
