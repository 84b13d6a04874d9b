package slacksim

import (
	"io"
	"mime"
	"net/http"
	"path"
	"strings"
)

// maxFile bounds an upload; Slack's own limit is 1 GB.
const maxFile = 64 << 20

type file struct {
	id, name, title, owner string
	want                   int
	created                int64
	content                []byte
	uploaded, complete     bool
	shares                 []share
}

type share struct {
	ch *channel
	m  *message
}

func (s *Server) renderFile(f *file) map[string]any {
	kind := mime.TypeByExtension(path.Ext(f.name))
	if kind == "" {
		kind = "application/octet-stream"
	}
	kind, _, _ = strings.Cut(kind, ";")
	link := s.base + "/files/" + f.id + "/" + path.Base(f.name)
	channels, groups := []string{}, []string{}
	public, private := map[string]any{}, map[string]any{}
	for _, sh := range f.shares {
		entry := []any{map[string]any{"ts": sh.m.ts, "channel_name": sh.ch.name, "team_id": s.teamID, "share_user_id": f.owner}}
		if sh.ch.private {
			groups, private[sh.ch.id] = append(groups, sh.ch.id), entry
		} else {
			channels, public[sh.ch.id] = append(channels, sh.ch.id), entry
		}
	}
	return map[string]any{
		"id": f.id, "name": f.name, "title": f.title, "mimetype": kind, "filetype": strings.TrimPrefix(path.Ext(f.name), "."),
		"size": len(f.content), "user": f.owner, "user_team": s.teamID, "created": f.created, "timestamp": f.created,
		"mode": "hosted", "is_external": false, "is_public": len(channels) > 0, "file_access": "visible",
		"url_private": link, "url_private_download": link + "?download=1", "permalink": s.URL() + "files/" + f.owner + "/" + f.id + "/" + path.Base(f.name),
		"channels": channels, "groups": groups, "ims": []string{}, "shares": map[string]any{"public": public, "private": private},
	}
}

func filesGetUploadURL(c *invocation) (reply, error) {
	name, n := c.str("filename"), c.number("length", -1)
	if name == "" || n < 0 {
		return nil, refuseWith("invalid_arguments", []string{"[ERROR] missing required field: filename, length"})
	}
	if n == 0 || n > maxFile {
		return nil, refuse("file_update_failed")
	}
	f := &file{id: c.s.w.id("F"), name: name, title: name, owner: c.s.bot.id, want: n, created: c.s.opt.Clock().Unix()}
	c.s.w.files[f.id] = f
	return reply{"upload_url": c.s.base + "/upload/" + f.id, "file_id": f.id}, nil
}

// serveUpload takes the bytes raw or as multipart; the URL itself is the permission.
func (s *Server) serveUpload(w http.ResponseWriter, r *http.Request) {
	var body io.Reader = http.MaxBytesReader(w, r.Body, maxFile+(1<<20))
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "multipart/form-data" {
		parts, err := r.MultipartReader()
		if err != nil {
			http.Error(w, "bad multipart", http.StatusBadRequest)
			return
		}
		for {
			p, err := parts.NextPart()
			if err != nil {
				http.Error(w, "no file", http.StatusBadRequest)
				return
			}
			if p.FileName() != "" {
				body = p
				break
			}
		}
	}
	content, err := io.ReadAll(body)
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.w.files[strings.TrimPrefix(r.URL.Path, "/upload/")]
	switch {
	case f == nil || f.uploaded:
		http.Error(w, "unknown or used upload_url", http.StatusNotFound)
	case err != nil || r.Method != http.MethodPost:
		http.Error(w, "bad upload", http.StatusBadRequest)
	case len(content) != f.want:
		http.Error(w, "length differs from what was announced", http.StatusBadRequest)
	default:
		f.content, f.uploaded = content, true
		_, _ = io.WriteString(w, "OK - "+f.id)
	}
}

func filesComplete(c *invocation) (reply, error) {
	v, ok := c.decode("files")
	list, isList := v.([]any)
	if !ok || !isList || len(list) == 0 {
		return nil, refuseWith("invalid_arguments", []string{"[ERROR] missing required field: files"})
	}
	var fs []*file
	for _, e := range list {
		e, _ := e.(map[string]any)
		id, _ := e["id"].(string)
		f := c.s.w.files[id]
		switch {
		case f == nil:
			return nil, refuse("file_not_found")
		case !f.uploaded || f.complete:
			return nil, refuse("file_update_failed")
		}
		if t, _ := e["title"].(string); t != "" {
			f.title = t
		}
		fs = append(fs, f)
	}
	rooms, err := c.shareRooms()
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, f := range fs {
		f.complete = true
		out = append(out, c.s.renderFile(f))
	}
	c.share(rooms, fs)
	return reply{"files": out}, nil
}

func (c *invocation) shareRooms() ([]*channel, error) {
	ids := c.list("channels")
	if id := c.str("channel_id"); id != "" {
		ids = []string{id}
	}
	var out []*channel
	for _, id := range ids {
		ch := c.s.w.channels[id]
		switch {
		case ch == nil || !c.s.visible(ch):
			return nil, refuse("channel_not_found")
		case !ch.isMember[c.s.bot.id]:
			return nil, refuse("not_in_channel")
		case ch.archived:
			return nil, refuse("posting_to_channel_denied")
		}
		if ts := c.str("thread_ts"); ts != "" && ch.find(ts) == nil {
			return nil, refuse("thread_not_found")
		}
		out = append(out, ch)
	}
	return out, nil
}

// share posts the files a moment later: Slack's sharing is asynchronous and the
// reply carries no ts.
func (c *invocation) share(rooms []*channel, fs []*file) {
	s, comment, thread := c.s, c.str("initial_comment"), c.str("thread_ts")
	for _, ch := range rooms {
		s.alarms.after(s.opt.ShareAfter, func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.shareFiles(ch, &message{user: s.bot.id, botID: s.bot.botID, text: s.kit.normalise(comment), threadTS: thread, files: fs})
		})
	}
}

func (s *Server) shareFiles(ch *channel, m *message) {
	m.subtype = "file_share"
	for _, f := range m.files {
		f.shares = append(f.shares, share{ch, m})
	}
	s.post(ch, m)
}

func filesInfo(c *invocation) (reply, error) {
	f := c.s.w.files[c.str("file")]
	if f == nil || !f.complete || !c.s.readableFile(f) {
		return nil, refuse("file_not_found")
	}
	return reply{"file": c.s.renderFile(f)}, nil
}

// readableFile: the bot reads its own files and those of its conversations.
func (s *Server) readableFile(f *file) bool {
	if f.owner == s.bot.id {
		return true
	}
	for _, sh := range f.shares {
		if sh.ch.isMember[s.bot.id] && sh.ch.find(sh.m.ts) == sh.m {
			return true
		}
	}
	return false
}

// serveDownload wants the bot token; without it Slack redirects to a sign-in page
// and a careless client saves HTML.
func (s *Server) serveDownload(w http.ResponseWriter, r *http.Request) {
	id, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/files/"), "/")
	s.mu.Lock()
	f := s.w.files[id]
	ok := f != nil && f.complete && s.readableFile(f) && s.hasScope("files:read") && r.Header.Get("Authorization") == "Bearer "+s.botToken
	s.mu.Unlock()
	if !ok {
		http.Redirect(w, r, "/signin", http.StatusFound)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(f.content)
}
