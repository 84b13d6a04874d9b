package githubsim

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"time"
)

func (s *Server) getApp(q *request) reply {
	a := q.who.app
	return ok(object{
		"id": a.id, "slug": a.slug(), "node_id": nodeID("A", a.id), "client_id": a.clientID(), "name": "Backout",
		"owner": s.user("acme"), "html_url": s.base + "/apps/" + a.slug(), "permissions": s.permissions(), "events": []string{},
		"installations_count": 1,
	})
}

func (s *Server) permissions() map[string]string {
	if s.opt.Permissions == nil {
		return everything()
	}
	out, _ := narrowed(nil, s.opt.Permissions)
	return out
}

func (s *Server) installationShape(a *app) object {
	return object{
		"id": a.installation, "app_id": a.id, "app_slug": a.slug(), "client_id": a.clientID(), "target_type": "Organization",
		"account": s.user("acme"), "repository_selection": "all", "permissions": s.permissions(), "events": []string{},
		"access_tokens_url": fmt.Sprintf("%s/app/installations/%d/access_tokens", s.api(), a.installation),
		"repositories_url":  s.api() + "/installation/repositories", "suspended_at": nil, "suspended_by": nil,
	}
}

func (s *Server) getRepoInstallation(q *request) reply { return ok(s.installationShape(q.who.app)) }

func (s *Server) listInstallations(q *request) reply {
	return listing(s, q, []*app{q.who.app}, s.installationShape)
}

func (s *Server) getInstallation(q *request) reply {
	if q.number("installation") != q.who.app.installation {
		return notFound()
	}
	return ok(s.installationShape(q.who.app))
}

// createToken mints an installation token of the long, stateless form.
func (s *Server) createToken(q *request) reply {
	a := q.who.app
	if q.number("installation") != a.installation {
		return notFound()
	}
	var ask struct {
		Repositories []string          `json:"repositories"`
		IDs          []int64           `json:"repository_ids"`
		Permissions  map[string]string `json:"permissions"`
	}
	if out, good := q.decode(&ask); !good {
		return out
	}
	if len(ask.IDs) > 500 || len(ask.Repositories) > 500 {
		return unprocessable("Too many repositories: at most 500 are allowed.")
	}
	perms, good := narrowed(s.opt.Permissions, ask.Permissions)
	if !good {
		return unprocessable("The permissions requested are not granted to this installation.")
	}
	repos, good := s.selection(ask.Repositories, ask.IDs)
	if !good {
		return unprocessable("There is at least one repository that does not exist or is not accessible to the parent installation.")
	}
	middle := base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"iss":"%d","jti":%q}`, a.id, s.w.guid()))
	token := fmt.Sprintf("ghs_%d_eyJhbGciOiJFUzI1NiJ9.%s.%s", a.id, middle, s.w.sha("signature"))
	id := &identity{login: a.login(), kind: kindInst, perms: perms, repos: repos, expires: s.now().Add(time.Hour), app: a}
	s.w.given[token] = id
	if perms == nil {
		perms = everything()
	}
	out := object{"token": token, "expires_at": stamp(id.expires), "permissions": perms, "repository_selection": "all"}
	if repos != nil {
		out["repository_selection"] = "selected"
	}
	return created(out)
}

// selection turns names and ids into the set of a token; nil is every repository.
func (s *Server) selection(names []string, ids []int64) (map[string]bool, bool) {
	if names == nil && ids == nil {
		return nil, true
	}
	out := map[string]bool{}
	for _, r := range s.w.order {
		for _, n := range names {
			if strings.EqualFold(n, r.name) {
				out[strings.ToLower(r.full())] = true
			}
		}
		for _, id := range ids {
			if id == r.id {
				out[strings.ToLower(r.full())] = true
			}
		}
	}
	return out, len(out) >= max(len(names), len(ids))
}

func (s *Server) getRateLimit(q *request) reply {
	core := s.limits.state(bearer(q.Request), s.opt)
	out := object{"resources": object{"core": core}}
	if q.version == oldVersion {
		out["rate"] = core
	}
	return ok(out)
}

func (s *Server) getUser(q *request) reply {
	if q.who.kind == kindInst {
		return fail(http.StatusForbidden, "Resource not accessible by integration")
	}
	return ok(s.user(q.who.login).(object))
}
