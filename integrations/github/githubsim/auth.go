package githubsim

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// identity is who a token speaks for.
type identity struct {
	login   string
	kind    string            // "personal access token", "integration" or "app" for a JWT
	perms   map[string]string // nil is everything
	repos   map[string]bool   // lower-case full names; nil is each
	expires time.Time
	app     *app
}

const (
	kindPerson = "personal access token"
	kindInst   = "integration"
	kindApp    = "app"
)

// bearer is the token of a call, "" when there is none.
func bearer(r *http.Request) string {
	kind, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(kind, "bearer") || strings.EqualFold(kind, "token") {
		return strings.TrimSpace(token)
	}
	return ""
}

// authenticate says who is calling. Routes of an App want its JWT, all others a token.
func (s *Server) authenticate(r *http.Request, rt *route) (*identity, reply) {
	token := bearer(r)
	if token == "" {
		return nil, fail(http.StatusUnauthorized, "Requires authentication")
	}
	if rt != nil && rt.jwt {
		a, problem := s.verifyJWT(token)
		if a == nil {
			return nil, fail(http.StatusUnauthorized, "%s", problem)
		}
		return &identity{login: a.login(), kind: kindApp, app: a}, reply{}
	}
	if token == s.opt.Token {
		return &identity{login: s.opt.Login, kind: kindPerson, perms: s.opt.Permissions}, reply{}
	}
	if id := s.w.given[token]; id != nil && s.now().Before(id.expires) {
		return id, reply{}
	}
	return nil, fail(http.StatusUnauthorized, "Bad credentials")
}

// sees says whether the repository exists for this token.
func (id *identity) sees(r *Repo) bool { return id.repos == nil || id.repos[strings.ToLower(r.full())] }

// level orders what a permission may be; 0 is none.
func level(name string) int {
	return slices.Index([]string{"", "read", "write", "admin"}, name)
}

// may checks a permission such as "actions:write". What a token may not read it
// does not see: 404. What it may not write it is refused: 403.
func (id *identity) may(needs string) (reply, bool) {
	name, want, _ := strings.Cut(needs, ":")
	if name == "" || name == "metadata" || id.perms == nil {
		return reply{}, true
	}
	has := id.perms[name]
	switch {
	case has != "" && level(has) >= level(want):
		return reply{}, true
	case has == "" && want == "read":
		return notFound(), false
	default:
		return id.refused(), false
	}
}

func (id *identity) refused() reply {
	return fail(http.StatusForbidden, "Resource not accessible by %s", id.kind)
}

// narrowed are the permissions of a token that asks for less than it could have.
func narrowed(all, asked map[string]string) (map[string]string, bool) {
	if asked == nil {
		return all, true
	}
	for name, want := range asked {
		if all != nil && name != "metadata" && (all[name] == "" || level(all[name]) < level(want)) {
			return nil, false
		}
	}
	out := maps.Clone(asked)
	out["metadata"] = "read"
	return out, true
}

// everything is what a token without narrowed permissions is said to have.
func everything() map[string]string {
	out := map[string]string{"metadata": "read"}
	for _, name := range []string{"actions", "contents", "pull_requests", "issues", "deployments", "checks", "statuses", "webhooks", "workflows"} {
		out[name] = "write"
	}
	return out
}
