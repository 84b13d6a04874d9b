package slacksim

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// Server is the simulated Slack. All its methods are safe for concurrent use.
//
// Locks: mu guards the workspace; the hub, the faults, the log and the limits
// have their own and may be taken while mu is held, never the other way round.
type Server struct {
	opt      Options
	base     string // http://127.0.0.1:port
	appToken string
	botToken string
	appID    string
	teamID   string
	bot      *user

	mu   sync.Mutex
	w    workspace
	kit  *kit
	subs map[string]bool // subscribed events

	hub     *hub
	faults  faults
	limits  limits
	calls   callLog
	methods map[string]method

	http    *http.Server
	alarms  *alarms
	workers sync.WaitGroup
	done    chan struct{}
	close   sync.Once
}

// Start listens and serves until Close. Listening comes first, so that a taken
// port is an error here and the address is known when Start returns.
func Start(o Options) (*Server, error) {
	o = o.withDefaults()
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("slacksim: %w", err)
	}
	s := &Server{opt: o, base: "http://" + l.Addr().String(), done: make(chan struct{}), subs: map[string]bool{}}
	s.w = newWorkspace(o.Seed)
	s.kit = newKit()
	s.methods = methodTable()
	s.appID, s.teamID = s.w.id("A"), s.w.id("T")
	s.bot = &user{id: s.w.id("U"), botID: s.w.id("B"), name: o.BotName, realName: o.BotName, displayName: o.BotName, tz: "Etc/UTC", bot: true}
	s.w.addUser(s.bot)
	s.botToken = "xoxb-slacksim-" + s.w.id("")
	s.appToken = "xapp-1-slacksim-" + s.w.id("")
	for _, e := range o.BotEvents {
		s.subs[e] = true
	}
	s.alarms = newAlarms()
	s.hub = newHub(s)
	s.limits = limits{seen: map[string][]time.Time{}}
	s.serve(tapListener{l})
	return s, nil
}

func (s *Server) serve(l net.Listener) {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/", s.serveAPI)
	mux.HandleFunc("/link/", s.hub.serveLink)
	mux.HandleFunc("/upload/", s.serveUpload)
	mux.HandleFunc("/files/", s.serveDownload)
	mux.HandleFunc("/response/", s.serveResponseURL)
	mux.HandleFunc("/signin", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprint(w, "<!doctype html><title>Sign in</title>")
	})
	s.http = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	s.workers.Go(func() { _ = s.http.Serve(l) })
	s.workers.Go(s.alarms.run)
}

// Close stops everything and waits for it. It may be called more than once.
func (s *Server) Close() {
	s.close.Do(func() {
		close(s.done)
		s.hub.shut()
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		if s.http.Shutdown(ctx) != nil {
			_ = s.http.Close()
		}
		s.alarms.stop()
		s.hub.wait()
	})
	s.workers.Wait()
}

// APIURL is the base of the Web API, "http://127.0.0.1:port/api/".
func (s *Server) APIURL() string { return s.base + "/api/" }

// URL is the workspace's address, the base of permalinks in auth.test.
func (s *Server) URL() string { return "https://" + s.opt.Domain + ".slack.com/" }

// BotToken is the xoxb- token.
func (s *Server) BotToken() string { return s.botToken }

// AppToken is the xapp- token.
func (s *Server) AppToken() string { return s.appToken }

// BotUserID is the bot's U… id.
func (s *Server) BotUserID() string { return s.bot.id }

// BotID is the bot's B… id.
func (s *Server) BotID() string { return s.bot.botID }

// AppID is the app's A… id.
func (s *Server) AppID() string { return s.appID }

// TeamID is the workspace's T… id.
func (s *Server) TeamID() string { return s.teamID }

// pause waits, unless the server closes first.
func (s *Server) pause(d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-s.done:
	}
}
