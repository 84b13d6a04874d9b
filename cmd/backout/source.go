package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"backout/bot"
	"backout/bot/config"
	"backout/bot/pages"
	"backout/integrations/slack"
	"backout/timeline"
	"backout/timeline/boltlog"
)

// source is where documents come from.
type source interface {
	numbers(ctx context.Context, private bool) ([]int, error)
	fetch(ctx context.Context, number int, w wanted) (document, error)
	close()
}

// wanted is what is asked of a source.
type wanted struct {
	// format is md, json or png.
	format  string
	private bool
	public  bool
	// picture is the file that the document shows, or empty.
	picture string
}

var errPrivate = errors.New("is private; add --private to export it all the same")

// openSource asks a running bot, whose lock keeps others out of the file, and
// opens the file itself when none runs.
func openSource(w *world, cfg config.Config) (source, error) {
	path, err := boltFile(cfg)
	if err != nil {
		return nil, err
	}
	if running(w.ctx, path) {
		return newLive(bot.ControlPath(path)), nil
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no store at %s; name it with --store bolt:FILE or BACKOUT_STORE", path)
	}
	log, err := boltlog.Open(path, boltlog.Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	rec, err := timeline.Open(w.ctx, log, timeline.Options{})
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	views, err := bot.NewViews(cfg, offlinePeople(cfg), time.Now, rec)
	if err != nil {
		rec.Close()
		return nil, errors.Join(usageError(err.Error()), log.Close())
	}
	return &stored{log: log, rec: rec, views: views}, nil
}

// offlinePeople asks Slack for names when there is a token, and else shows ids.
func offlinePeople(cfg config.Config) bot.People {
	if cfg.Slack.BotToken.IsZero() {
		return bot.NoPeople{}
	}
	return slack.NewClient(slack.ClientOptions{BotToken: cfg.Slack.BotToken.Reveal(), APIURL: cfg.Slack.APIURL})
}

// live asks the bot over its control socket.
type live struct{ http.Client }

func newLive(socket string) *live {
	return &live{http.Client{Timeout: time.Minute, Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socket)
		},
	}}}
}

func (l *live) close() { l.CloseIdleConnections() }

// get reads one answer; errors carry the bot's own sentence.
func (l *live) get(ctx context.Context, path string) (http.Header, []byte, error) {
	resp, err := l.open(ctx, path)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, nil, refusedBy(resp)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, nil, err
	}
	return resp.Header, body, nil
}

// open asks, and leaves the answer to be read.
func (l *live) open(ctx context.Context, path string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://backout"+path, nil)
	if err != nil {
		return nil, err
	}
	resp, err := l.Do(req)
	if err != nil {
		return nil, fmt.Errorf("the running bot does not answer: %w", err)
	}
	return resp, nil
}

// refusedBy is the sentence with which the bot refused.
func refusedBy(resp *http.Response) error {
	var p struct{ Detail string }
	if err := json.NewDecoder(io.LimitReader(resp.Body, 64<<10)).Decode(&p); err != nil || p.Detail == "" {
		return fmt.Errorf("the running bot answers %s; it may be of another version", resp.Status)
	}
	return errors.New(p.Detail)
}

func (l *live) numbers(ctx context.Context, private bool) ([]int, error) {
	var out []int
	for cursor := ""; ; {
		_, body, err := l.get(ctx, "/api/incidents?limit=200&cursor="+cursor)
		if err != nil {
			return nil, err
		}
		var page struct {
			Incidents []pages.Incident `json:"incidents"`
			Next      string           `json:"next"`
		}
		if err := json.Unmarshal(body, &page); err != nil {
			return nil, err
		}
		for _, in := range page.Incidents {
			if private || !in.Private {
				out = append(out, in.Number)
			}
		}
		if cursor = page.Next; cursor == "" {
			return out, nil
		}
	}
}

func (l *live) fetch(ctx context.Context, number int, want wanted) (document, error) {
	path := "/api/incidents/" + timeline.ID(number)
	_, body, err := l.get(ctx, path)
	if err != nil {
		return document{}, err
	}
	var in pages.Incident
	if err := json.Unmarshal(body, &in); err != nil {
		return document{}, err
	}
	if in.Private && !want.private {
		return document{}, fmt.Errorf("%s %w", in.ID, errPrivate)
	}
	file := "/postmortem.md?" + url.Values{"picture": {want.picture}}.Encode()
	switch {
	case want.format == "png":
		file = "/chart.png"
	case want.public:
		file = "/postmortem.md?public=1"
	}
	header, body, err := l.get(ctx, path+file)
	if err != nil {
		return document{}, err
	}
	_, params, err := mime.ParseMediaType(header.Get("Content-Disposition"))
	if err != nil {
		return document{}, err
	}
	name := params["filename"]
	if want.format == "json" {
		name = strings.TrimSuffix(name, ".md") + ".jsonl"
		if _, body, err = l.get(ctx, path+"/events"); err != nil {
			return document{}, err
		}
	}
	return document{name: name, content: body}, nil
}

// stored reads the file itself.
type stored struct {
	log   *boltlog.Log
	rec   *timeline.Recorder
	views *bot.Views
}

func (s *stored) close() {
	s.rec.Close()
	_ = s.log.Close()
}

func (s *stored) numbers(_ context.Context, private bool) ([]int, error) {
	var out []int
	for _, sum := range s.rec.Summaries() {
		if private || !sum.Private {
			out = append(out, sum.Number)
		}
	}
	return out, nil
}

func (s *stored) fetch(ctx context.Context, number int, want wanted) (document, error) {
	in, err := s.rec.Incident(ctx, number)
	if err != nil {
		return document{}, err
	}
	if in.Private && !want.private {
		return document{}, fmt.Errorf("%s %w", in.ID(), errPrivate)
	}
	var d document
	switch {
	case want.format == "png":
		d.name, d.content, err = s.views.Chart(ctx, in)
	case want.format == "md" && want.public:
		d.name, d.content, err = s.views.Public(ctx, in)
	case want.format == "md":
		d.name, d.content, err = s.views.Draft(ctx, in, want.picture)
	default:
		var buf bytes.Buffer
		s.views.Warm(ctx, pages.PeopleIn(in))
		err = pages.WriteEntries(json.NewEncoder(&buf), in, s.views)
		d = document{name: strings.TrimSuffix(bot.FileName(in), ".md") + ".jsonl", content: buf.Bytes()}
	}
	return d, err
}
