package githubsim

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

func (s *Server) listHooks(q *request) reply {
	s.desk.mu.Lock()
	list := slices.DeleteFunc(slices.Clone(s.desk.hooks), func(h *hook) bool { return h.repo != q.repo })
	s.desk.mu.Unlock()
	return listing(s, q, list, s.hookShape)
}

// hookOf is the one that the path or the App means.
func (s *Server) hookOf(q *request) *hook {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	for _, h := range s.desk.hooks {
		if q.repo != nil && h.repo == q.repo && h.id == q.number("hook") || q.repo == nil && h.app != nil && h.app == q.who.app {
			return h
		}
	}
	return nil
}

func (s *Server) getHook(q *request) reply {
	h := s.hookOf(q)
	if h == nil {
		return notFound()
	}
	return ok(s.hookShape(h))
}

func (s *Server) pingHook(q *request) reply {
	h := s.hookOf(q)
	if h == nil {
		return notFound()
	}
	s.ping(h)
	return reply{status: http.StatusNoContent}
}

// listDeliveries answers newest first. Pages hang together by a cursor, the id to
// go on below; there are no page numbers.
func (s *Server) listDeliveries(q *request) reply {
	h := s.hookOf(q)
	if h == nil {
		return notFound()
	}
	status := q.ask("status")
	if status != "" && status != "success" && status != "failure" {
		return invalid(flaw{Resource: "Delivery", Field: "status", Code: "invalid", Value: status})
	}
	below := int64(0)
	if c := q.ask("cursor"); c != "" {
		n, err := strconv.ParseInt(strings.TrimPrefix(c, "v1_"), 10, 64)
		if err != nil {
			return invalid(flaw{Resource: "Delivery", Field: "cursor", Code: "invalid", Value: c})
		}
		below = n
	}
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	list := slices.DeleteFunc(s.kept(h), func(d *delivery) bool {
		good := d.code/100 == 2
		return below != 0 && d.id >= below || status == "success" && !good || status == "failure" && good
	})
	perPage, _ := q.paging()
	part := list[:min(perPage, len(list))]
	out := ok(shapes(part, (*delivery).brief))
	if len(list) > len(part) {
		v := q.URL.Query()
		v.Del("page")
		v.Set("cursor", "v1_"+itoa64(part[len(part)-1].id))
		out = linked(out, link(s.api(), q, v, "next"))
	}
	return out
}

func (d *delivery) brief() object {
	o := object{
		"id": d.id, "guid": d.guid, "delivered_at": d.at.Format("2006-01-02T15:04:05.000Z"), "redelivery": d.redelivery, "duration": d.took.Seconds(),
		"status": d.status, "status_code": d.code, "event": d.event, "action": orNull(d.action),
		"installation_id": nil, "repository_id": d.repoID, "throttled_at": nil,
	}
	if d.hook.app != nil {
		o["installation_id"] = d.hook.app.installation
	}
	return o
}

// delivery finds the one of the path.
func (s *Server) delivery(q *request) *delivery {
	h := s.hookOf(q)
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	for _, d := range s.kept(h) {
		if d.id == q.number("delivery") {
			return d
		}
	}
	return nil
}

func (s *Server) getDelivery(q *request) reply {
	d := s.delivery(q)
	if d == nil {
		return notFound()
	}
	o := d.brief()
	o["url"] = d.hook.url
	o["request"] = object{"headers": flat(d.sent), "payload": json.RawMessage(d.body)}
	o["response"] = object{"headers": flat(d.answered), "payload": d.response}
	return ok(o)
}

func flat(h http.Header) object {
	o := object{}
	for k, v := range h {
		o[k] = strings.Join(v, ", ")
	}
	return o
}

// redeliver accepts; the attempt itself is under way afterwards.
func (s *Server) redeliver(q *request) reply {
	d := s.delivery(q)
	if d == nil {
		return notFound()
	}
	s.again(d)
	return reply{status: http.StatusAccepted, body: object{}}
}
