package pagerdutysim

import (
	"time"
)

func (s *Server) listNotes(q *request) reply {
	i := s.incident(q)
	if i == nil {
		return notFound()
	}
	return good(object{"notes": shapes(i.notes, s.noteShape)})
}

func (s *Server) createNote(q *request) reply {
	i := s.incident(q)
	var body struct {
		Note *struct {
			Content string `json:"content"`
		} `json:"note"`
	}
	if out, fine := q.decode(&body); !fine {
		return out
	}
	switch {
	case i == nil:
		return notFound()
	case body.Note == nil:
		return missing("note is missing")
	case body.Note.Content == "":
		return invalid("Content can't be blank")
	}
	n, r := s.annotate(i, body.Note.Content, s.viaAPI(q.from))
	if r != nil {
		return r.reply()
	}
	return good(object{"note": s.noteShape(n)})
}

func (s *Server) createUpdate(q *request) reply {
	i := s.incident(q)
	var body struct {
		Message string `json:"message"`
		Subject string `json:"subject"`
		HTML    string `json:"html_message"`
	}
	if out, fine := q.decode(&body); !fine {
		return out
	}
	switch {
	case i == nil:
		return notFound()
	case body.Message == "":
		return missing("message is missing")
	case body.HTML != "" && body.Subject == "":
		return invalid("An html_message needs a subject")
	}
	u := &statusUpdate{message: body.Message, subject: body.Subject, html: body.HTML}
	s.publish(i, u, s.viaAPI(q.from))
	return good(object{"status_update": s.updateShape(u)})
}

func (s *Server) createRequest(q *request) reply {
	if s.opt.NoResponders {
		return missingAbility()
	}
	i := s.incident(q)
	var body struct {
		RequesterID string `json:"requester_id"`
		Message     string `json:"message"`
		Targets     []struct {
			Target *link `json:"responder_request_target"`
		} `json:"responder_request_targets"`
	}
	if out, fine := q.decode(&body); !fine {
		return out
	}
	requester, known := find(s.w.users, body.RequesterID)
	switch {
	case i == nil:
		return notFound()
	case body.RequesterID == "":
		return errorReply(400, 2011, "You must specify a requester_id to perform this action")
	case !known:
		return errorReply(400, 1008, "Requester User Not Found")
	case body.Message == "":
		return missing("message is missing")
	case len(body.Targets) == 0:
		return missing("responder_request_targets is missing")
	}
	var targets []askedFor
	for _, t := range body.Targets {
		one, r := s.asked(t.Target)
		if r != nil {
			return r.reply()
		}
		targets = append(targets, one)
	}
	made, r := s.request(i, body.Message, targets, s.viaAPI(requester))
	if r != nil {
		return r.reply()
	}
	return good(object{"responder_request": s.requestShape(i, made)})
}

// asked finds whom one target of a request means.
func (s *Server) asked(l *link) (askedFor, *refusal) {
	switch {
	case l == nil:
		return askedFor{}, wrong("responder_request_target is missing")
	case l.linksTo("user"):
		u, ok := find(s.w.users, l.ID)
		if !ok {
			return askedFor{}, refuse(1007, "Assigned To User Not Found", "")
		}
		return askedFor{user: u}, nil
	case l.linksTo("escalation_policy"):
		p, ok := find(s.w.policies, l.ID)
		if !ok {
			return askedFor{}, refuse(1014, "Escalation Policy Not Found", "")
		}
		return askedFor{policy: p}, nil
	}
	return askedFor{}, wrong("A target must be a user_reference or an escalation_policy_reference")
}

func (s *Server) snoozeIncident(q *request) reply {
	i := s.incident(q)
	var body struct {
		Duration *int `json:"duration"`
	}
	if out, fine := q.decode(&body); !fine {
		return out
	}
	switch {
	case i == nil:
		return notFound()
	case body.Duration == nil:
		return missing("duration is missing")
	}
	// More seconds than a week are refused anyway, and so many would overflow.
	d := time.Duration(min(*body.Duration, 1<<30)) * time.Second
	if r := s.snooze(i, d, s.viaAPI(q.from)); r != nil {
		return r.reply()
	}
	return created(object{"incident": s.incidentShape(q, i)})
}

func (s *Server) mergeIncidents(q *request) reply {
	i := s.incident(q)
	var body struct {
		Sources []link `json:"source_incidents"`
	}
	if out, fine := q.decode(&body); !fine {
		return out
	}
	switch {
	case i == nil:
		return notFound()
	case len(body.Sources) == 0:
		return missing("source_incidents is missing")
	}
	var sources []*incident
	for _, l := range body.Sources {
		one, ok := find(s.w.incidents, l.ID)
		if !ok || !l.linksTo("incident") {
			return errorReply(404, 5001, "Incident Not Found")
		}
		sources = append(sources, one)
	}
	if r := s.merge(i, sources, s.viaAPI(q.from)); r != nil {
		return r.reply()
	}
	return good(object{"incident": s.incidentShape(q, i)})
}
