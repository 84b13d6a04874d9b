package githubsim

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// signature is who wrote a commit and when, as Git knows it.
func signature(login string, at time.Time) object {
	return object{"name": login, "email": strings.TrimSuffix(login, "[bot]") + "@users.noreply.github.com", "date": stamp(at)}
}

func (r *Repo) commitShape(c *commit) object {
	u := r.url()
	parents := make([]object, 0, len(c.parents))
	for _, p := range c.parents {
		parents = append(parents, object{"sha": p, "url": u + "/commits/" + p, "html_url": r.page() + "/commit/" + p})
	}
	return object{
		"sha": c.sha, "node_id": nodeID("C", int64(c.n)), "url": u + "/commits/" + c.sha, "html_url": r.page() + "/commit/" + c.sha,
		"comments_url": u + "/commits/" + c.sha + "/comments",
		"commit": object{
			"author": signature(c.author, c.date), "committer": signature(c.author, c.date), "message": c.message,
			"tree": object{"sha": c.treeSHA, "url": u + "/git/trees/" + c.treeSHA}, "url": u + "/git/commits/" + c.sha, "comment_count": 0,
			"verification": object{"verified": false, "reason": "unsigned", "signature": nil, "payload": nil, "verified_at": nil},
		},
		"author": r.s.user(c.author), "committer": r.s.user(c.author), "parents": parents,
	}
}

// fullCommit adds what only the answer for one commit has.
func (r *Repo) fullCommit(c *commit) object {
	o := r.commitShape(c)
	added, deleted := 0, 0
	for _, f := range c.files {
		added, deleted = added+f.Additions, deleted+f.Deletions
	}
	o["stats"] = object{"additions": added, "deletions": deleted, "total": added + deleted}
	o["files"] = shapes(c.files, func(f File) object { return r.fileShape(f, c.sha) })
	return o
}

func (r *Repo) fileShape(f File, sha string) object {
	path := (&url.URL{Path: f.Name}).EscapedPath()
	o := object{
		"sha": blobSHA(f.Content), "filename": f.Name, "status": f.Status,
		"additions": f.Additions, "deletions": f.Deletions, "changes": f.Additions + f.Deletions,
		"blob_url": r.page() + "/blob/" + sha + "/" + path, "raw_url": r.page() + "/raw/" + sha + "/" + path,
		"contents_url": r.url() + "/contents/" + path + "?ref=" + sha,
	}
	if f.Patch != "" {
		o["patch"] = f.Patch
	}
	if f.PreviousName != "" {
		o["previous_filename"] = f.PreviousName
	}
	return o
}

// belowCommit serves what hangs below /commits/{ref}, whose ref may have slashes.
func (s *Server) belowCommit(q *request) reply {
	ref := q.PathValue("rest")
	needs, show := "contents:read", func(c *commit) reply { return ok(q.repo.fullCommit(c)) }
	for _, below := range []struct {
		suffix, needs string
		show          func(*request, *commit) reply
	}{
		{"/pulls", "pull_requests:read", s.pullsOfCommit},
		{"/check-runs", "checks:read", s.listChecks},
		{"/status", "statuses:read", s.combinedStatus},
		{"/statuses", "statuses:read", s.listStatuses},
	} {
		if name, found := strings.CutSuffix(ref, below.suffix); found {
			ref, needs = name, below.needs
			show = func(c *commit) reply { return below.show(q, c) }
			break
		}
	}
	if out, can := q.who.may(needs); !can {
		return out
	}
	c := q.repo.resolve(ref)
	if c == nil {
		return unprocessable("No commit found for SHA: %s", ref)
	}
	return show(c)
}

func (s *Server) listCommits(q *request) reply {
	r := q.repo
	if out, empty := r.isEmpty(); empty {
		return out
	}
	ref := q.ask("sha")
	if ref == "" {
		ref = r.trunk
	}
	from := r.resolve(ref)
	if from == nil {
		return notFound()
	}
	since, bad1 := moment(q.ask("since"))
	until, bad2 := moment(q.ask("until"))
	if bad1 || bad2 {
		return invalid(flaw{Resource: "Commit", Field: "since", Code: "invalid"})
	}
	list := r.only(r.history(from.sha), nil)
	slices.Reverse(list)
	list = slices.DeleteFunc(list, func(c *commit) bool {
		path := q.ask("path")
		touches := func(f File) bool { return f.Name == path || strings.HasPrefix(f.Name, path+"/") }
		return !since.IsZero() && c.date.Before(since) || !until.IsZero() && c.date.After(until) ||
			path != "" && !slices.ContainsFunc(c.files, touches) ||
			q.ask("author") != "" && !strings.EqualFold(q.ask("author"), c.author)
	})
	return listing(s, q, list, r.commitShape)
}

// moment reads a time of a query; none is the zero time.
func moment(text string) (t time.Time, bad bool) {
	if text == "" {
		return t, false
	}
	t, err := time.Parse(time.RFC3339, text)
	return t, err != nil
}

// compare answers base...head from the graph of commits.
func (s *Server) compare(q *request) reply {
	base, head, found := strings.Cut(q.PathValue("basehead"), "...")
	if !found || base == "" || head == "" {
		return notFound()
	}
	r := q.repo
	from, to := r.resolve(r.local(base)), r.resolve(r.local(head))
	if from == nil || to == nil {
		return notFound()
	}
	d := r.between(from, to)
	if d.base == nil {
		return fail(http.StatusNotFound, "No common ancestor between %s and %s.", base, head)
	}
	page := r.page() + "/compare/" + base + "..." + head
	o := object{
		"url": r.url() + "/compare/" + base + "..." + head, "html_url": page, "diff_url": page + ".diff", "patch_url": page + ".patch",
		"permalink_url": r.page() + "/compare/" + r.owner + ":" + short(from.sha) + "..." + r.owner + ":" + short(to.sha),
		"base_commit":   r.commitShape(from), "merge_base_commit": r.commitShape(d.base),
		"status": d.status(), "ahead_by": len(d.ahead), "behind_by": len(d.behind), "total_commits": len(d.ahead),
	}
	part, link := d.page(s, q)
	o["commits"] = shapes(part, r.commitShape)
	files := []File{}
	if _, page := q.paging(); page == 1 {
		files = d.files()
	}
	o["files"] = shapes(files[:min(len(files), greatestDiff)], func(f File) object { return r.fileShape(f, to.sha) })
	return linked(ok(o), link)
}

// local drops "owner:" from a reference. Another owner would be a fork: unknown.
func (r *Repo) local(ref string) string {
	owner, name, found := strings.Cut(ref, ":")
	if !found {
		return ref
	}
	if !strings.EqualFold(owner, r.owner) {
		return ""
	}
	return name
}
