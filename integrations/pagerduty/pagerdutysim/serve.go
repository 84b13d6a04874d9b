package pagerdutysim

import (
	"io"
	"mime"
	"net/http"
	"strings"
)

// greatestBody is how much of a request is read.
const greatestBody = 2 << 20

// serve is the way of every call: log, fault, answer, log.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, rt *route) {
	// The body comes first: a caller that gives up afterwards has asked for it.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, greatestBody))
	path, events := trimmed(r.URL.Path)
	n := s.calls.begin(Call{Method: r.Method, Path: path, Events: events, Query: r.URL.Query(), Body: string(body), From: r.Header.Get("From")})
	f := s.faults.match(r.Method, path)
	if f == nil {
		f = &Fault{}
	}
	if !f.AfterEffect {
		s.pause(f.Delay)
	}
	var out reply
	effect := false
	if f.harmless() || f.AfterEffect {
		switch {
		case err != nil:
			out = errorReply(http.StatusRequestEntityTooLarge, 2001, "Invalid Input Provided", "The request body is too large")
		case events:
			out = s.answerEvents(r, rt, body)
		default:
			out = s.answer(r, rt, body)
		}
		effect = !out.isError()
	}
	if f.AfterEffect {
		s.pause(f.Delay)
	}
	if f.Cut {
		s.calls.end(n, 0, effect)
		cut(w)
		return
	}
	if !f.harmless() {
		out = f.reply(events)
	}
	s.mu.Lock()
	out.set("X-Request-Id", s.w.uuid())
	s.mu.Unlock()
	s.calls.end(n, out.status, effect)
	out.send(w)
}

// trimmed is the path within its API.
func trimmed(path string) (string, bool) {
	if p, ok := strings.CutPrefix(path, eventsPrefix+"/"); ok {
		return "/" + p, true
	}
	if p, ok := strings.CutPrefix(path, apiPrefix+"/"); ok {
		return "/" + p, false
	}
	return path, false
}

// cut closes the connection under the answer.
func cut(w http.ResponseWriter) {
	h, can := w.(http.Hijacker)
	if !can {
		panic(http.ErrAbortHandler)
	}
	if c, _, err := h.Hijack(); err == nil {
		_ = c.Close()
	}
}

// answer checks what all REST calls must bring and hands the call to its route.
func (s *Server) answer(r *http.Request, rt *route, body []byte) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	name, k := s.authenticate(r)
	if k == nil {
		return errorReply(http.StatusUnauthorized, 2006, "Authentication failed")
	}
	var budget budget
	if !s.opt.NoLimits {
		if budget = s.limits.spend(name, rt, s.opt); budget.over {
			out := errorReply(http.StatusTooManyRequests, 2020, "Rate Limit Exceeded")
			budget.stamp(&out)
			return out
		}
	}
	out := s.admit(&request{Request: r, body: body, key: k}, rt)
	budget.stamp(&out)
	return out
}

// admit checks the headers.
func (s *Server) admit(q *request, rt *route) reply {
	write := q.Method != http.MethodGet
	switch {
	case rt == nil:
		return notFound()
	case !versioned(q.Header.Get("Accept")):
		return invalid("The Accept header must be application/vnd.pagerduty+json;version=2")
	case write && len(q.body) > 0 && !isJSON(q.Header.Get("Content-Type")):
		return invalid("The Content-Type header must be application/json")
	case write && q.key.readOnly:
		return errorReply(http.StatusForbidden, 2010, "Access Denied")
	}
	if rt.from {
		if out, bad := s.speaker(q); bad {
			return out
		}
	}
	return rt.do(s, q)
}

// speaker finds the user whom a write speaks for.
func (s *Server) speaker(q *request) (reply, bool) {
	if q.from = q.key.user; q.from != nil {
		return reply{}, false
	}
	from := q.Header.Get("From")
	if from == "" {
		return errorReply(http.StatusBadRequest, 2016, `You must specify a user's email address in the "From" header to perform this action`), true
	}
	if q.from = s.w.byEmail(from); q.from == nil {
		return errorReply(http.StatusBadRequest, 1008, "Requester User Not Found"), true
	}
	return reply{}, false
}

// authenticate finds the key; nil when there is none.
func (s *Server) authenticate(r *http.Request) (name string, k *key) {
	h := r.Header.Get("Authorization")
	if t, ok := strings.CutPrefix(h, "Token token="); ok {
		name = "token " + strings.Trim(t, `"`)
	} else if t, ok := strings.CutPrefix(h, "Bearer "); ok {
		name = "bearer " + t
	}
	if s.w.revoked {
		return name, nil
	}
	return name, s.w.keys[name]
}

// versioned says whether an Accept header asks for version 2 of the API.
func versioned(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		kind, params, err := mime.ParseMediaType(part)
		if err == nil && kind == "application/vnd.pagerduty+json" && params["version"] == "2" {
			return true
		}
	}
	return false
}

func isJSON(kind string) bool {
	k, _, err := mime.ParseMediaType(kind)
	return err == nil && k == "application/json"
}
