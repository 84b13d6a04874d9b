package githubsim

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"
)

// desk is where webhooks are sent from. Its lock guards hooks and deliveries.
type desk struct {
	mu      sync.Mutex
	hooks   []*hook
	sent    []*delivery // kept ones, in order of creation
	open    int         // deliveries that are under way
	changed chan struct{}
}

type hook struct {
	id     int64
	repo   *Repo // nil for the hook of an App
	app    *app
	url    string
	secret string
	events []string
	made   time.Time
	queue  []*delivery
	busy   bool
	held   *delivery // waits for the next one to overtake it
}

// Hook attaches a webhook to a repository, sends a ping and returns its id. Without
// events it is push, as with GitHub; "*" is every event.
func (s *Server) Hook(repo, url, secret string, events ...string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.attach(&hook{repo: s.known(repo), url: url, secret: secret, events: events})
}

// AppHook attaches the webhook of an App, which hears of every repository.
func (s *Server) AppHook(appID int64, url, secret string, events ...string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.w.apps[appID]
	if a == nil {
		misuse("App %d is not installed", appID)
	}
	return s.attach(&hook{app: a, url: url, secret: secret, events: events})
}

func (s *Server) attach(h *hook) int64 {
	if len(h.events) == 0 {
		h.events = []string{"push"}
	}
	h.id, h.made = s.w.id(), s.now()
	s.desk.mu.Lock()
	s.desk.hooks = append(s.desk.hooks, h)
	s.desk.mu.Unlock()
	s.ping(h)
	return h.id
}

// Unhook removes a webhook. What is under way to it still arrives.
func (s *Server) Unhook(id int64) {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	s.desk.hooks = slices.DeleteFunc(s.desk.hooks, func(h *hook) bool { return h.id == id })
}

func (s *Server) ping(h *hook) {
	o := object{"zen": "Design for failure.", "hook_id": h.id, "hook": s.hookShape(h)}
	d := &delivery{guid: s.w.guid(), event: "ping"}
	if h.repo != nil {
		o["repository"], o["sender"] = h.repo.shape(), s.user(h.repo.owner)
		d.repo, d.repoID = h.repo.full(), h.repo.id
	}
	d.body = encoded(o)
	s.enqueue(h, d)
}

func encoded(o object) []byte {
	b, err := json.Marshal(o)
	if err != nil {
		misuse("a payload cannot be encoded: %v", err)
	}
	return b
}

// wanting are the hooks that get an event of a repository.
func (d *desk) wanting(r *Repo, event string) []*hook {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []*hook
	for _, h := range d.hooks {
		if (h.repo == r || h.app != nil) && (slices.Contains(h.events, event) || slices.Contains(h.events, "*")) {
			out = append(out, h)
		}
	}
	return out
}

// target is what the hook hangs on, for the headers of a delivery.
func (h *hook) target() (kind string, id int64) {
	if h.app != nil {
		return "integration", h.app.id
	}
	return "repository", h.repo.id
}

func (s *Server) hookShape(h *hook) object {
	secret := any(nil)
	if h.secret != "" {
		secret = "********"
	}
	insecure := "0"
	if strings.HasPrefix(h.url, "http:") {
		insecure = "1"
	}
	o := object{
		"type": "App", "id": h.id, "name": "web", "active": true, "events": h.events, "created_at": stamp(h.made), "updated_at": stamp(h.made),
		"config": object{"url": h.url, "content_type": "json", "insecure_ssl": insecure, "secret": secret},
	}
	if h.repo != nil {
		u := h.repo.url() + "/hooks/" + itoa64(h.id)
		o["type"], o["url"], o["test_url"], o["ping_url"], o["deliveries_url"] = "Repository", u, u+"/test", u+"/pings", u+"/deliveries"
		o["last_response"] = object{"code": nil, "status": "unused", "message": nil}
	}
	return o
}
