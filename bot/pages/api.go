package pages

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"backout/templates"
	"backout/timeline"
)

// maxList is how many incidents, or deploys, one answer holds at most.
const maxList = 200

// public finds the incident named in the path. Private ones are not there.
func (s *server) public(w http.ResponseWriter, r *http.Request) (*timeline.Incident, bool) {
	id := r.PathValue("id")
	n, err := strconv.Atoi(strings.TrimPrefix(id, "INC-"))
	if err != nil || n < 1 {
		problem(w, http.StatusNotFound, "There is no incident "+strconv.Quote(id)+".", "Incidents are named INC-1 and so on; /api/incidents lists them.")
		return nil, false
	}
	in, err := s.Record.Incident(r.Context(), n)
	var no *timeline.Refusal
	switch {
	case errors.As(err, &no) && no.Kind == timeline.NotFound, err == nil && in.Private && !s.trusted:
		// One sentence for both: whoever asks cannot tell a private one from none.
		problem(w, http.StatusNotFound, "There is no "+timeline.ID(n)+".", "/api/incidents lists them.")
		return nil, false
	case err != nil:
		refuse(w, err)
		return nil, false
	}
	return in, true
}

// paging reads ?limit=&cursor=. The cursor is the number after which to go on, or 0.
func paging(w http.ResponseWriter, r *http.Request) (limit, cursor int, ok bool) {
	q := r.URL.Query()
	limit = 50
	if v := q.Get("limit"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > maxList {
			problem(w, http.StatusBadRequest, "limit wants a number from 1 to "+strconv.Itoa(maxList)+".", "")
			return 0, 0, false
		}
		limit = n
	}
	if v := q.Get("cursor"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 {
			problem(w, http.StatusBadRequest, "cursor wants the value of next from the answer before.", "")
			return 0, 0, false
		}
		cursor = n
	}
	return limit, cursor, true
}

func (s *server) list(w http.ResponseWriter, r *http.Request) {
	limit, cursor, ok := paging(w, r)
	if !ok {
		return
	}
	keep, ok := listFilter(w, r)
	if !ok {
		return
	}
	out := struct {
		Incidents []Incident `json:"incidents"`
		Next      string     `json:"next,omitempty"`
	}{Incidents: []Incident{}}
	for _, sum := range s.Record.Summaries() {
		if (sum.Private && !s.trusted) || (cursor > 0 && sum.Number >= cursor) || !keep(sum) {
			continue
		}
		if len(out.Incidents) == limit {
			out.Next = strconv.Itoa(out.Incidents[limit-1].Number)
			break
		}
		out.Incidents = append(out.Incidents, s.short(sum))
	}
	writeJSON(w, out)
}

// listFilter reads ?status=open|all&service=&since=.
func listFilter(w http.ResponseWriter, r *http.Request) (func(timeline.Summary) bool, bool) {
	q := r.URL.Query()
	status, service := q.Get("status"), q.Get("service")
	if status != "" && status != "open" && status != "all" {
		problem(w, http.StatusBadRequest, "status wants open or all.", "")
		return nil, false
	}
	var since time.Time
	if v := q.Get("since"); v != "" {
		t, err := time.Parse(time.RFC3339, v)
		if err != nil {
			problem(w, http.StatusBadRequest, "since wants an instant such as 2026-11-20T14:05:00Z.", "")
			return nil, false
		}
		since = t
	}
	return func(sum timeline.Summary) bool {
		return (status != "open" || sum.Status.Open()) &&
			(service == "" || slices.Contains(sum.Services, service)) &&
			!sum.Moments.Declared.At.Before(since)
	}, true
}

func (s *server) show(w http.ResponseWriter, r *http.Request) {
	in, ok := s.public(w, r)
	if !ok {
		return
	}
	out := s.short(in.Summary())
	c := s.Views.Completeness(in)
	d := &Details{
		Impact: templates.FromSlack(in.Impact).Plain(s.Views), Cause: templates.FromSlack(in.Cause).Plain(s.Views),
		Gaps: []Gap{}, FollowUps: []timeline.FollowUp{},
	}
	if !c.To.IsZero() {
		d.CompleteTo = &c.To
	}
	for _, g := range in.Gaps {
		d.Gaps = append(d.Gaps, Gap{From: g.From, Reason: g.Reason})
	}
	for _, f := range in.FollowUps {
		f.Text = templates.FromSlack(in.Words(f.Text, f.From)).Plain(s.Views)
		d.FollowUps = append(d.FollowUps, f)
	}
	d.Suspects, d.Rollbacks, d.Freezes = suspectsOf(in), rollbacksOf(in), append([]timeline.Freeze{}, in.Freezes...)
	d.Alerts, d.Pages = alertsOf(in), pagesOf(in, s.Views)
	hides := s.hides()
	d.Merged = []string{}
	for _, n := range in.Merged {
		d.Merged = append(d.Merged, incidentName(n, hides))
	}
	if in.MergedInto > 0 {
		d.MergedInto = incidentName(in.MergedInto, hides)
	}
	out.Details = d
	writeJSON(w, out)
}

// events writes one JSON line per entry as it stands now, in the total order, or
// with ?raw=1 the recorded events in recorded order.
func (s *server) events(w http.ResponseWriter, r *http.Request) {
	in, ok := s.public(w, r)
	if !ok {
		return
	}
	raw := r.URL.Query().Get("raw") == "1"
	var events []timeline.Event
	if raw {
		var err error
		if events, err = s.Record.Raw(r.Context(), in.Number); err != nil {
			refuse(w, err)
			return
		}
	}
	w.Header().Set("Content-Type", "application/jsonl; charset=utf-8")
	buf := bufio.NewWriter(w)
	defer func() { _ = buf.Flush() }()
	if raw {
		_ = writeRaw(json.NewEncoder(buf), events, s.hides())
		return
	}
	s.Views.Warm(r.Context(), PeopleIn(in))
	_ = writeEntries(json.NewEncoder(buf), in, s.Views, s.hides())
}

// WriteEntries writes the entries of the incident in their total order. Other
// incidents are not named in them: any of them may be private.
func WriteEntries(enc *json.Encoder, in *timeline.Incident, names templates.Names) error {
	return writeEntries(enc, in, names, everyOther)
}

func writeEntries(enc *json.Encoder, in *timeline.Incident, names templates.Names, hides func(int) bool) error {
	for _, e := range in.Timeline() {
		line, err := toEntry(in, e, names, hides)
		if err != nil {
			return err
		}
		if err := enc.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

// writeRaw writes the events as recorded.
func writeRaw(enc *json.Encoder, events []timeline.Event, hides func(int) bool) error {
	for _, e := range events {
		line, err := toRaw(e, hides)
		if err != nil {
			return err
		}
		if err := enc.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

// PeopleIn lists the ids whose names a rendering of the incident needs.
func PeopleIn(in *timeline.Incident) []string {
	seen := map[string]bool{}
	for _, e := range in.Timeline() {
		seen[e.Who] = true
	}
	for _, t := range in.Roles {
		seen[t.User] = true
	}
	for _, f := range in.FollowUps {
		seen[f.Owner] = true
	}
	for _, p := range in.Pages {
		if p.Kind == "user" {
			seen[p.Target] = true
		}
	}
	delete(seen, "")
	delete(seen, timeline.Backout)
	out := make([]string, 0, len(seen))
	for id := range seen {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// pictureName is what a file beside the document may be called.
var pictureName = regexp.MustCompile(`^(auto|[\pL\pN._-]+\.png)$`)

func (s *server) postmortem(w http.ResponseWriter, r *http.Request) {
	in, ok := s.public(w, r)
	if !ok {
		return
	}
	picture := r.URL.Query().Get("picture")
	if picture != "" && !pictureName.MatchString(picture) {
		problem(w, http.StatusBadRequest, "picture is the name of a PNG file beside the document.", "Send for example ?picture=INC-7.png, or leave it out.")
		return
	}
	render := func(ctx context.Context, in *timeline.Incident) (string, []byte, error) {
		return s.Views.Draft(ctx, in, picture)
	}
	if r.URL.Query().Get("public") != "" {
		render = s.Views.Public
	}
	s.document(w, r, in, "text/markdown; charset=utf-8", render)
}

// chart is the incident as a picture.
func (s *server) chart(w http.ResponseWriter, r *http.Request) {
	if in, ok := s.public(w, r); ok {
		s.document(w, r, in, "image/png", s.Views.Chart)
	}
}

// document answers with a file.
func (s *server) document(w http.ResponseWriter, r *http.Request, in *timeline.Incident, kind string,
	render func(context.Context, *timeline.Incident) (string, []byte, error),
) {
	name, content, err := render(r.Context(), in)
	if err != nil {
		refuse(w, err)
		return
	}
	w.Header().Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": name}))
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(content)
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}
