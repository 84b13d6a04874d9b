package githubsim

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// greatestBody is how much of a request is read.
const greatestBody = 10 << 20

const (
	oldVersion = "2022-11-28"
	newVersion = "2026-03-10"
)

// serve is the way of every call: log, fault, answer, log.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, rt *route) {
	// The body comes first: a caller that gives up afterwards has asked for it.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, greatestBody))
	path := strings.TrimPrefix(r.URL.Path, s.opt.APIPrefix)
	n := s.calls.begin(Call{Method: r.Method, Path: path, Query: r.URL.Query(), Body: string(body), Version: r.Header.Get("X-GitHub-Api-Version")})
	leave, room := s.limits.enter(s.opt)
	defer leave()

	f := s.faults.match(r.Method, path)
	if f == nil {
		f = &Fault{}
	}
	if !f.AfterEffect && !s.pause(f.Delay) {
		cut(w) // the server closes: what was held back does not happen any more
		return
	}
	var out reply
	effect := false
	if f.harmless() || f.AfterEffect {
		switch {
		case err != nil:
			out = fail(http.StatusRequestEntityTooLarge, "Payload too big")
		case !room:
			out = secondary("You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")
		default:
			out = s.answer(r, rt, body)
		}
		effect = !out.isError()
	}
	if f.AfterEffect {
		s.pause(f.Delay)
	}
	if f.Cut {
		s.calls.end(n, 0, effect)
		cut(w)
		return
	}
	if !f.harmless() {
		out = f.reply()
	}
	s.stamp(w.Header(), r, rt, n)
	s.finish(&out, r, rt)
	s.calls.end(n, out.status, effect)
	out.send(w)
}

// cut closes the connection under the answer.
func cut(w http.ResponseWriter) {
	h, can := w.(http.Hijacker)
	if !can {
		panic(http.ErrAbortHandler)
	}
	if c, _, err := h.Hijack(); err == nil {
		_ = c.Close()
	}
}

// stamp sets the headers that every answer has. The id of the request comes from
// its number and not from the seed: how often somebody polls must not change other ids.
func (s *Server) stamp(h http.Header, r *http.Request, rt *route, n int) {
	h.Set("Server", "github.com")
	h.Set("X-GitHub-Request-Id", fmt.Sprintf("BAC0:%06X", n))
	h.Set("X-GitHub-Media-Type", "github.v3; format=json")
	h.Set("X-GitHub-Api-Version-Selected", selected(r))
	h.Set("Vary", "Accept, Authorization, Cookie, X-GitHub-OTP")
	if s.opt.APIPrefix != "" {
		h.Set("X-GitHub-Enterprise-Version", "3.14.0")
	}
	if rt != nil && rt.needs != "" {
		h.Set("X-Accepted-GitHub-Permissions", strings.ReplaceAll(rt.needs, ":", "="))
	}
	if !s.opt.NoLimits {
		s.limits.headers(h, bearer(r), s.opt)
	}
}

// finish encodes, adds documentation_url to errors and answers 304 to a caller
// who has this answer already.
func (s *Server) finish(out *reply, r *http.Request, rt *route) {
	if o, is := out.body.(object); is && out.isError() && o["documentation_url"] == nil {
		o["documentation_url"] = rt.doc()
	}
	out.encode()
	if r.Method != http.MethodGet || out.status != http.StatusOK {
		return
	}
	sum := sha256.Sum256(out.raw)
	tag := `W/"` + hex.EncodeToString(sum[:]) + `"`
	out.set("ETag", tag)
	out.set("Cache-Control", "private, max-age=60, s-maxage=60")
	if matches(r.Header.Get("If-None-Match"), tag) {
		out.status, out.raw, out.kind = http.StatusNotModified, []byte{}, ""
		s.limits.giveBack(bearer(r), s.opt)
	}
}

// matches compares as If-None-Match does: weakly, and with any of a list.
func matches(header, tag string) bool {
	weak := func(t string) string { return strings.TrimPrefix(strings.TrimSpace(t), "W/") }
	return slices.ContainsFunc(strings.Split(header, ","), func(t string) bool {
		return header != "" && (weak(t) == weak(tag) || weak(t) == "*")
	})
}

// safe says whether a method changes nothing.
func safe(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// selected is the API version that answers; without a header it is the older one.
func selected(r *http.Request) string {
	if v := r.Header.Get("X-GitHub-Api-Version"); v != "" {
		return v
	}
	return oldVersion
}

// versions are those that this server knows. One that is too old for run details
// is too old for the newer version, too.
func (s *Server) versions() []string {
	if s.opt.RunDetails != RunDetailsSupported {
		return []string{oldVersion}
	}
	return []string{oldVersion, newVersion}
}

// answer checks what all calls must bring and hands the call to its route.
func (s *Server) answer(r *http.Request, rt *route, body []byte) reply {
	if r.UserAgent() == "" {
		return reply{status: http.StatusForbidden, kind: "text/html; charset=utf-8",
			raw: []byte("\r\nRequest forbidden by administrative rules. Please make sure your request has a User-Agent header.\r\n")}
	}
	v := selected(r)
	if !slices.Contains(s.versions(), v) {
		return fail(http.StatusBadRequest, "%q is not a supported API version. Supported versions: %s.", v, strings.Join(s.versions(), ", "))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	who, refused := s.authenticate(r, rt)
	if who == nil {
		return refused
	}
	if !s.opt.NoLimits && (rt == nil || !rt.free) {
		if out, over := s.limits.spend(bearer(r), r.Method, rt, s.opt); over {
			return out
		}
	}
	if rt == nil {
		return notFound()
	}
	q := &request{Request: r, body: body, version: v, who: who, route: rt}
	if owner := r.PathValue("owner"); owner != "" {
		q.repo = s.w.repos[strings.ToLower(owner+"/"+r.PathValue("repo"))]
		if q.repo == nil || !who.sees(q.repo) {
			return notFound()
		}
	}
	if out, can := who.may(rt.needs); !can {
		return out
	}
	if q.repo != nil && q.repo.archived && !safe(r.Method) {
		return fail(http.StatusForbidden, "Repository was archived so is read-only.")
	}
	return rt.do(s, q)
}
