package github

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"sync"
)

const (
	// maxSeen is how many bytes of answers are kept, maxSeenBody of one of them.
	maxSeen     = 16 << 20
	maxSeenBody = 1 << 20
)

// seen keeps answers by path with the mark under which GitHub says whether they
// still hold. The zero value is empty.
type seen struct {
	mu   sync.Mutex
	list map[string]answer
	// order holds the paths, those kept longest first.
	order []string
	size  int
}

type answer struct {
	etag string
	body []byte
}

func (s *seen) get(path string) (answer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.list[path]
	return a, ok
}

func (s *seen) put(path string, a answer) {
	if a.etag == "" || len(a.body) > maxSeenBody {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.list == nil {
		s.list = map[string]answer{}
	}
	old, known := s.list[path]
	if !known {
		s.order = append(s.order, path)
	}
	s.size += len(a.body) - len(old.body)
	s.list[path] = a
	for s.size > maxSeen {
		s.size -= len(s.list[s.order[0]].body)
		delete(s.list, s.order[0])
		s.order = s.order[1:]
	}
}

// poll reads what is read again and again: an answer that still holds does not
// count against the limit.
func (c *Client) poll(ctx context.Context, j job, path string, into any) error {
	return c.pollAs(ctx, j, "", path, into)
}

// pollAs is poll in another form than GitHub's usual one, unless it is "". A path
// must be read in one form only.
func (c *Client) pollAs(ctx context.Context, j job, form, path string, into any) error {
	return c.call(ctx, j, func(ctx context.Context) error {
		req, err := c.api.NewRequest(http.MethodGet, path, nil)
		if err != nil {
			return err
		}
		if form != "" {
			req.Header.Set("Accept", form)
		}
		old, known := c.seen.get(path)
		if known {
			req.Header.Set("If-None-Match", old.etag)
		}
		resp, err := c.api.BareDo(ctx, req)
		if known && statusOf(err) == http.StatusNotModified {
			return json.Unmarshal(old.body, into)
		}
		if err != nil {
			return err
		}
		defer func() { _ = resp.Body.Close() }()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(body, into); err != nil {
			return err
		}
		c.seen.put(path, answer{etag: resp.Header.Get("ETag"), body: body})
		return nil
	})
}
