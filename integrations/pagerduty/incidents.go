package pagerduty

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

const (
	pageSize = 100
	// lastOffset is as far as PagerDuty pages.
	lastOffset = 10_000 - pageSize
	// maxInQuery bounds the ids in one query, and so the length of its address.
	maxInQuery = 50
)

// get reads one answer into v, by our own types: see the package comment. Whole
// says whether what must be there is there.
func (c *Client) get(ctx context.Context, j job, path string, q url.Values, v any, whole func() bool) error {
	return c.call(ctx, j, func(ctx context.Context) error {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.opt.APIURL+path, nil)
		if err != nil {
			return err
		}
		r.URL.RawQuery = q.Encode()
		resp, err := c.api.Do(r, true)
		if err != nil {
			return err
		}
		defer func() { _ = resp.Body.Close() }()
		if resp.StatusCode < 200 || resp.StatusCode > 299 {
			return errIncomplete // The trip knows better.
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return err
		}
		err = lenient(body, v)
		if err == nil && !whole() {
			err = errIncomplete
		}
		return err
	})
}

// Incident reads an incident.
func (c *Client) Incident(ctx context.Context, id string) (Incident, error) {
	got, err := c.read(ctx, id)
	return got.incident(), err
}

func (c *Client) read(ctx context.Context, id string) (restIncident, error) {
	if err := known(id); err != nil {
		return restIncident{}, err
	}
	var out struct {
		Incident *restIncident `json:"incident"`
	}
	j := job{name: "incident", does: "read the incident " + id, what: "incident " + id}
	err := c.get(ctx, j, "/incidents/"+id, nil, &out, func() bool { return out.Incident != nil && ident(out.Incident.ID) != "" })
	if err != nil {
		return restIncident{}, err
	}
	return *out.Incident, nil
}

// Open lists the incidents of the services that are not resolved, oldest first,
// however old they are. Of no services there are none.
func (c *Client) Open(ctx context.Context, serviceIDs []string) ([]Incident, error) {
	if err := known(serviceIDs...); err != nil {
		return nil, err
	}
	var out []Incident
	for some := range slices.Chunk(serviceIDs, maxInQuery) {
		q := url.Values{"statuses[]": {StateTriggered, StateAcknowledged}, "service_ids[]": some, "date_range": {"all"}, "sort_by": {"created_at"}}
		list, err := c.list(ctx, job{name: "incidents", does: "list incidents", what: "list of incidents"}, q)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	slices.SortStableFunc(out, func(a, b Incident) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return out, nil
}

// list reads all pages of incidents. One that changes its place between two pages
// is listed once; one that is resolved then may hide another until the next time.
func (c *Client) list(ctx context.Context, j job, q url.Values) ([]Incident, error) {
	q.Set("limit", strconv.Itoa(pageSize))
	var out []Incident
	seen := map[string]bool{}
	for offset := 0; ; offset += pageSize {
		q.Set("offset", strconv.Itoa(offset))
		var got struct {
			Incidents []restIncident `json:"incidents"`
			More      bool           `json:"more"`
		}
		err := c.get(ctx, j, "/incidents", q, &got, func() bool { return got.Incidents != nil })
		if err != nil {
			return nil, err
		}
		for _, r := range got.Incidents {
			if i := r.incident(); i.ID != "" && !seen[i.ID] {
				seen[i.ID] = true
				out = append(out, i)
			}
		}
		switch {
		case !got.More || len(got.Incidents) == 0:
			return out, nil
		case offset >= lastOffset:
			c.opt.Log.Warn("PagerDuty has more incidents than it lists; the newest ones are left out", "listed", len(out))
			return out, nil
		}
	}
}
