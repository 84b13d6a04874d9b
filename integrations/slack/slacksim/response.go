package slacksim

import (
	"maps"
	"net/http"
	"strings"
	"time"
)

// maxResponses: a response_url answers five times within 30 minutes.
const maxResponses = 5

// response is what stands behind a response_url.
type response struct {
	ch       *channel
	user     *user
	made     time.Time
	uses     int
	original *message // the message that was clicked, or the last answer
	posted   []*message
}

func (s *Server) newResponse(ch *channel, u *user, original *message) (*response, string) {
	r := &response{ch: ch, user: u, made: time.Now(), original: original}
	id := s.w.id("R")
	s.w.responses[id] = r
	return r, s.base + "/response/" + id
}

// serveResponseURL is logged and meets faults under the name "response_url". It
// wants no token and ignores who may post in the channel.
func (s *Server) serveResponseURL(w http.ResponseWriter, r *http.Request) {
	a, bad := parseArgs(r)
	s.exchange(w, "response_url", a, func() outcome {
		s.mu.Lock()
		defer s.mu.Unlock()
		re := s.w.responses[strings.TrimPrefix(r.URL.Path, "/response/")]
		status, code := http.StatusNotFound, ""
		switch {
		case re == nil || time.Since(re.made) > s.opt.ResponseURLLife:
			code = "expired_url"
		case re.uses >= maxResponses:
			code = "used_url"
		case bad != "" || !a.isJSON || r.Method != http.MethodPost:
			status, code = http.StatusBadRequest, "invalid_payload"
		default:
			re.uses++
			if err := s.respond(re, a); err != nil {
				o := failed(err)
				o.status = http.StatusBadRequest
				return o
			}
			return outcome{status: http.StatusOK, body: map[string]any{"ok": true}, effect: true}
		}
		return outcome{status: status, body: map[string]any{"ok": false, "error": code}}
	})
}

// respond shows an answer: by response_url or in an acknowledgement. Needs mu.
func (s *Server) respond(re *response, a args) error {
	c := &invocation{s: s, args: args{values: maps.Clone(a.values), isJSON: true}, bot: true}
	if c.yes("delete_original") {
		if c.has("text") || c.has("blocks") {
			return refuse("invalid_arguments") // delete_original must stand alone
		}
		return s.dropOriginal(re)
	}
	m, err := c.content()
	switch {
	case err != nil:
		return err
	case m.empty():
		return refuse("no_text")
	case c.yes("replace_original"):
		return s.replaceOriginal(re, m)
	}
	if ts := c.str("thread_ts"); ts != "" && re.ch.find(ts) != nil {
		m.threadTS = ts
	}
	if c.str("response_type") == "in_channel" {
		s.post(re.ch, m)
	} else {
		s.whisper(re.ch, re.user, m)
	}
	re.posted = append(re.posted, m)
	return nil
}

// replaceOriginal changes what was clicked. A person's command line is no
// message, so there it makes a new answer, which can be replaced in turn.
func (s *Server) replaceOriginal(re *response, m *message) error {
	o := re.original
	if o == nil && len(re.posted) > 0 {
		o = re.posted[len(re.posted)-1]
	}
	switch {
	case o == nil || o.gone:
		s.whisper(re.ch, re.user, m)
		re.posted = append(re.posted, m)
	case o.ephemeral:
		o.text, o.blocks, o.attachments, o.values = m.text, m.blocks, m.attachments, nil
		s.touch()
	default:
		s.edit(re.ch, o, s.bot.id, func() { o.text, o.blocks, o.attachments = m.text, m.blocks, m.attachments })
	}
	return nil
}

func (s *Server) dropOriginal(re *response) error {
	o := re.original
	if o == nil && len(re.posted) > 0 {
		o = re.posted[len(re.posted)-1]
	}
	switch {
	case o == nil || o.gone:
		return refuse("message_not_found")
	case o.ephemeral:
		o.gone = true
		s.touch()
	default:
		s.remove(re.ch, o)
	}
	return nil
}
