package githubsim

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"time"
)

// object is a JSON object.
type object = map[string]any

// world is everything the server knows.
type world struct {
	seed   int64
	random *rand.Rand
	lastID int64
	hashes int

	repos map[string]*Repo // by lower-case full name
	order []*Repo
	runs  map[int64]*run
	apps  map[int64]*app
	given map[string]*identity // installation tokens
}

func newWorld(seed int64) world {
	return world{
		seed: seed, random: rand.New(rand.NewPCG(uint64(seed), 0x67697468)),
		// Past 32 bits, as GitHub's run ids are.
		lastID: 17_000_000_000,
		repos:  map[string]*Repo{}, runs: map[int64]*run{}, apps: map[int64]*app{}, given: map[string]*identity{},
	}
}

// id is a new id: greater than all before it and not the next number.
func (w *world) id() int64 {
	w.lastID += 1 + w.random.Int64N(97)
	return w.lastID
}

// sha is a new hash of 40 hexadecimal digits.
func (w *world) sha(about string) string {
	w.hashes++
	sum := sha1.Sum(fmt.Appendf(nil, "%d/%d/%s", w.seed, w.hashes, about))
	return hex.EncodeToString(sum[:])
}

// guid is a new random UUID.
func (w *world) guid() string {
	a, b := w.random.Uint64(), w.random.Uint64()
	a = a&^0xf000 | 0x4000
	b = b&^(3<<62) | 2<<62
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", a>>32, a>>16&0xffff, a&0xffff, b>>48, b&0xffffffffffff)
}

// blobSHA is Git's hash of a file's content.
func blobSHA(content string) string {
	sum := sha1.Sum(fmt.Appendf(nil, "blob %d\x00%s", len(content), content))
	return hex.EncodeToString(sum[:])
}

// nodeID is an id of the GraphQL kind, opaque to everybody.
func nodeID(kind string, id int64) string {
	return kind + "_" + base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "kw%d", id))
}

// stamp is a time as GitHub prints it, null when there is none.
func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC3339)
}

// orNull turns "" into null.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// userID is the same for a login in every world.
func userID(login string) int64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(strings.ToLower(login)))
	return int64(h.Sum32()%90_000_000) + 1000
}

// user is a person or a bot as an object; nobody is null.
func (s *Server) user(login string) any {
	if login == "" {
		return nil
	}
	kind, page := "User", login
	if name, ok := strings.CutSuffix(login, "[bot]"); ok {
		kind, page = "Bot", "apps/"+name
	}
	u := s.api() + "/users/" + login
	id := userID(login)
	return object{
		"login": login, "id": id, "node_id": nodeID("U", id), "type": kind, "site_admin": false, "user_view_type": "public",
		"avatar_url": fmt.Sprintf("%s/avatars/u/%d?v=4", s.base, id), "gravatar_id": "",
		"url": u, "html_url": s.base + "/" + page,
		"followers_url": u + "/followers", "following_url": u + "/following{/other_user}",
		"gists_url": u + "/gists{/gist_id}", "starred_url": u + "/starred{/owner}{/repo}",
		"subscriptions_url": u + "/subscriptions", "organizations_url": u + "/orgs", "repos_url": u + "/repos",
		"events_url": u + "/events{/privacy}", "received_events_url": u + "/received_events",
	}
}

func misuse(format string, args ...any) {
	panic("githubsim: " + fmt.Sprintf(format, args...))
}
