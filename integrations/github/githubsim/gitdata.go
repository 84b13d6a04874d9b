package githubsim

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// isEmpty refuses what Git cannot do before there is a first commit.
func (r *Repo) isEmpty() (reply, bool) {
	return fail(http.StatusConflict, "Git Repository is empty."), len(r.order) == 0
}

// blob finds content by its hash: uploaded on its own, or in some commit.
func (r *Repo) blob(sha string) (string, bool) {
	if content, there := r.blobs[sha]; there {
		return content, true
	}
	for _, c := range r.order {
		for _, content := range c.tree {
			if blobSHA(content) == sha {
				return content, true
			}
		}
	}
	return "", false
}

func (s *Server) createBlob(q *request) reply {
	if out, empty := q.repo.isEmpty(); empty {
		return out
	}
	var ask struct {
		Content  *string
		Encoding string
	}
	if out, good := q.decode(&ask); !good {
		return out
	}
	if ask.Content == nil {
		return unprocessable("Invalid request.\n\n\"content\" wasn't supplied.")
	}
	content := *ask.Content
	switch ask.Encoding {
	case "", "utf-8":
	case "base64":
		b, err := base64.StdEncoding.DecodeString(content)
		if err != nil {
			return unprocessable("content is not valid Base64")
		}
		content = string(b)
	default:
		return unprocessable("Invalid request.\n\nFor 'properties/encoding', %q is not a valid encoding.", ask.Encoding)
	}
	sha := blobSHA(content)
	q.repo.blobs[sha] = content
	return created(object{"sha": sha, "url": q.repo.url() + "/git/blobs/" + sha})
}

func (s *Server) getBlob(q *request) reply {
	sha := q.PathValue("sha")
	content, there := q.repo.blob(sha)
	if !there {
		return notFound()
	}
	if q.wantsRaw() {
		return reply{status: http.StatusOK, raw: []byte(content), kind: "application/vnd.github.raw+json; charset=utf-8"}
	}
	return ok(object{
		"sha": sha, "node_id": nodeID("B", q.repo.id), "size": len(content), "url": q.repo.url() + "/git/blobs/" + sha,
		"encoding": "base64", "content": wrapped(content),
	})
}

// tree finds the files of a tree by its hash: made on its own, or of a commit.
func (r *Repo) tree(sha string) (map[string]string, bool) {
	if files, there := r.trees[sha]; there {
		return files, true
	}
	for _, c := range r.order {
		if c.treeSHA == sha {
			return c.tree, true
		}
	}
	return nil, false
}

func (s *Server) getTree(q *request) reply {
	if out, empty := q.repo.isEmpty(); empty {
		return out
	}
	sha := q.PathValue("sha")
	files, there := q.repo.tree(sha)
	if c := q.repo.resolve(sha); !there && c != nil {
		sha, files, there = c.treeSHA, c.tree, true
	}
	if !there {
		return notFound()
	}
	return ok(q.repo.treeShape(sha, files, q.ask("recursive") != ""))
}

// treeShape lists files, all or those at the top with the folders beside them.
func (r *Repo) treeShape(sha string, files map[string]string, deep bool) object {
	list := []object{}
	known := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		dir, _, below := strings.Cut(name, "/")
		switch {
		case deep || !below:
			blob := blobSHA(files[name])
			list = append(list, object{"path": name, "mode": "100644", "type": "blob", "sha": blob, "size": len(files[name]), "url": r.url() + "/git/blobs/" + blob})
		case !known[dir]:
			known[dir] = true
			list = append(list, object{"path": dir, "mode": "040000", "type": "tree", "sha": blobSHA(sha + "/" + dir)})
		}
	}
	return object{"sha": sha, "url": r.url() + "/git/trees/" + sha, "tree": list, "truncated": false}
}

// treeEntry is a file as a new tree names it.
type treeEntry struct {
	Path, Mode, Type *string
	SHA, Content     *string
}

func (s *Server) createTree(q *request) reply {
	if out, empty := q.repo.isEmpty(); empty {
		return out
	}
	var ask struct {
		Base string      `json:"base_tree"`
		Tree []treeEntry `json:"tree"`
	}
	if out, good := q.decode(&ask); !good {
		return out
	}
	files := map[string]string{}
	if ask.Base != "" {
		base, there := q.repo.tree(ask.Base)
		if !there {
			return unprocessable("base_tree is not a valid tree oid")
		}
		files = maps.Clone(base)
	}
	if len(ask.Tree) == 0 {
		return unprocessable("Invalid tree info")
	}
	for _, e := range ask.Tree {
		if out := q.plantEntry(files, e); out.isError() {
			return out
		}
	}
	sha := treeSHA(files)
	if base, _ := q.repo.tree(ask.Base); ask.Base != "" && maps.Equal(base, files) {
		sha = ask.Base // The same files are the same tree.
	}
	q.repo.trees[sha] = files
	return created(q.repo.treeShape(sha, files, false))
}

// plantEntry checks an entry and puts it among the files.
func (q *request) plantEntry(files map[string]string, e treeEntry) reply {
	switch {
	case e.Path == nil || *e.Path == "" || strings.HasPrefix(*e.Path, "/") || malformed(*e.Path):
		return unprocessable("tree.path contains a malformed path component")
	case e.Mode == nil || *e.Mode != "100644" && *e.Mode != "100755":
		return unprocessable("Must supply a valid tree.mode")
	case e.Type == nil || *e.Type != "blob":
		return unprocessable("Must supply a valid tree.type")
	case e.SHA == nil && e.Content == nil:
		return unprocessable("Must supply either tree.sha or tree.content")
	case e.SHA != nil && e.Content != nil:
		return unprocessable("Must supply either tree.sha or tree.content, not both")
	case e.Content != nil && !utf8.ValidString(*e.Content):
		return unprocessable("tree.content is not valid UTF-8")
	}
	if _, can := q.who.may("workflows:write"); !can && strings.HasPrefix(*e.Path, ".github/workflows/") {
		return q.who.refused()
	}
	if e.Content != nil {
		files[*e.Path] = *e.Content
		return reply{}
	}
	content, there := q.repo.blob(*e.SHA)
	if !there {
		return unprocessable("tree.sha %s is not a valid blob", *e.SHA)
	}
	files[*e.Path] = content
	return reply{}
}

// malformed says whether Git refuses a path for one of its parts.
func malformed(path string) bool {
	return slices.ContainsFunc(strings.Split(path, "/"), func(part string) bool {
		return part == "" || part == "." || part == ".." || strings.EqualFold(part, ".git") || strings.ContainsRune(part, 0)
	})
}

// treeSHA is a hash of all files, so that the same files have the same one.
func treeSHA(files map[string]string) string {
	h := sha1.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(h, "%s\x00%s\x00", name, blobSHA(files[name]))
	}
	return hex.EncodeToString(h.Sum(nil))
}
