package githubsim

import (
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
)

// File commits a file with this content to the default branch, or to the branch named.
func (r *Repo) File(name, content string, branch ...string) string {
	c := Commit{Message: "Update " + name, Files: []File{{Name: name, Content: content}}}
	if len(branch) > 0 {
		c.Branch = branch[0]
	}
	return r.Commit(c)
}

// ReadFile is the content of a file on a branch, a tag or a commit.
func (r *Repo) ReadFile(ref, name string) (string, bool) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	c := r.resolve(ref)
	if c == nil {
		return "", false
	}
	content, there := c.tree[name]
	return content, there
}

func (s *Server) getContents(q *request) reply {
	r := q.repo
	ref := q.ask("ref")
	if ref == "" {
		ref = r.trunk
	}
	c := r.resolve(ref)
	switch {
	case len(r.order) == 0:
		return fail(http.StatusNotFound, "This repository is empty.")
	case c == nil:
		return fail(http.StatusNotFound, "No commit found for the ref %s", ref)
	}
	name := strings.Trim(q.PathValue("path"), "/")
	content, there := c.tree[name]
	if !there {
		return s.directory(q, c, name, ref)
	}
	if q.wantsRaw() {
		return reply{status: http.StatusOK, raw: []byte(content), kind: "application/vnd.github.raw+json; charset=utf-8"}
	}
	o := r.entry(name, "file", content, ref)
	o["encoding"], o["content"] = "base64", wrapped(content)
	if len(content) > greatestContent {
		if !q.wantsObject() {
			out := fail(http.StatusForbidden, "This API returns blobs up to 1 MB in size. The requested blob is too large to fetch via the API, but you can use the Git Data API to request blobs up to 100 MB in size.")
			out.body.(object)["errors"] = []flaw{{Resource: "Blob", Field: "data", Code: "too_large"}}
			return out
		}
		o["encoding"], o["content"] = "none", ""
	}
	return ok(o)
}

// greatestContent is how large a file may be to come with its content, in bytes.
const greatestContent = 1 << 20

func (q *request) wantsRaw() bool { return strings.Contains(q.Header.Get("Accept"), ".raw") }

func (q *request) wantsObject() bool { return strings.Contains(q.Header.Get("Accept"), ".object") }

// wrapped is base64 in lines of 60, which is how GitHub sends it.
func wrapped(content string) string {
	var b strings.Builder
	for line := range slices.Chunk([]byte(base64.StdEncoding.EncodeToString([]byte(content))), 60) {
		b.Write(line)
		b.WriteByte('\n')
	}
	return b.String()
}

func (r *Repo) entry(name, kind, content, ref string) object {
	escaped := (&url.URL{Path: name}).EscapedPath()
	self := r.url() + "/contents/" + escaped + "?ref=" + url.QueryEscape(ref)
	page := r.page() + "/blob/" + ref + "/" + escaped
	sha, size := blobSHA(content), len(content)
	return object{
		"type": kind, "name": path.Base(name), "path": name, "sha": sha, "size": size,
		"url": self, "html_url": page, "git_url": r.url() + "/git/blobs/" + sha, "download_url": r.page() + "/raw/" + ref + "/" + escaped,
		"_links": object{"self": self, "git": r.url() + "/git/blobs/" + sha, "html": page},
	}
}

// directory lists what is directly below a path.
func (s *Server) directory(q *request, c *commit, dir, ref string) reply {
	kinds := map[string]string{}
	prefix := dir + "/"
	if dir == "" {
		prefix = ""
	}
	for name := range c.tree {
		if rest, below := strings.CutPrefix(name, prefix); below {
			child, _, deep := strings.Cut(rest, "/")
			kinds[prefix+child] = "file"
			if deep {
				kinds[prefix+child] = "dir"
			}
		}
	}
	if len(kinds) == 0 {
		return notFound()
	}
	list := shapes(slices.Sorted(maps.Keys(kinds)), func(name string) object {
		o := q.repo.entry(name, kinds[name], c.tree[name], ref)
		if kinds[name] == "dir" {
			o["size"], o["download_url"] = 0, nil
		}
		return o
	})
	if q.wantsObject() {
		o := q.repo.entry(dir, "dir", "", ref)
		o["size"], o["download_url"], o["entries"] = 0, nil, list
		return ok(o)
	}
	return ok(list)
}

// putContents creates or updates one file with a commit of its own.
func (s *Server) putContents(q *request) reply {
	var ask struct {
		Message, Branch string
		Content, SHA    *string
	}
	if out, good := q.decode(&ask); !good {
		return out
	}
	r, name := q.repo, q.PathValue("path")
	if ask.Branch == "" {
		ask.Branch = r.trunk
	}
	ask.Branch = strings.TrimPrefix(ask.Branch, "refs/heads/")
	head := r.commits[r.refs["refs/heads/"+ask.Branch]]
	switch {
	case len(r.order) == 0:
		return fail(http.StatusConflict, "Git Repository is empty.")
	case head == nil:
		return fail(http.StatusNotFound, "Branch %s not found", ask.Branch)
	case r.guarded(ask.Branch):
		return fail(http.StatusConflict, "Repository rule violations found\n\nChanges must be made through a pull request.\n\n")
	}
	content, out := contentOf(ask.Message, ask.Content)
	if out.isError() {
		return out
	}
	if strings.HasPrefix(name, ".github/workflows/") {
		if _, can := q.who.may("workflows:write"); !can {
			return q.who.refused()
		}
	}
	before, there := head.tree[name]
	switch {
	case name == "" || strings.HasPrefix(name, "/") || strings.Contains("/"+name+"/", "/../"):
		return unprocessable("path contains a malformed path component")
	case there && (ask.SHA == nil || *ask.SHA == ""):
		return unprocessable("Invalid request.\n\n\"sha\" wasn't supplied.")
	case there && *ask.SHA != blobSHA(before), !there && ask.SHA != nil && *ask.SHA != "":
		return fail(http.StatusConflict, "%s does not match %s", name, *ask.SHA)
	}
	c := r.commit(Commit{Message: ask.Message, Author: q.who.login, Branch: ask.Branch, Files: []File{{Name: name, Content: content, exact: true}}})
	r.pushed("refs/heads/"+ask.Branch, head.sha, []*commit{c}, q.who.login)
	body := object{"content": r.entry(name, "file", content, ask.Branch), "commit": r.commitShape(c)["commit"]}
	body["commit"].(object)["sha"] = c.sha
	body["commit"].(object)["html_url"] = r.page() + "/commit/" + c.sha
	if there {
		return ok(body)
	}
	return created(body)
}

// contentOf checks the parts that every new content needs.
func contentOf(message string, content *string) (string, reply) {
	switch {
	case message == "":
		return "", unprocessable("Invalid request.\n\n\"message\" wasn't supplied.")
	case content == nil:
		return "", unprocessable("Invalid request.\n\n\"content\" wasn't supplied.")
	}
	b, err := base64.StdEncoding.DecodeString(*content)
	if err != nil {
		return "", unprocessable("content is not valid Base64")
	}
	return string(b), reply{}
}
