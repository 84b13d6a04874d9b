package hooks

import (
	"net/http"
	"slices"
	"strings"
)

// bearer lets through who has one of the tokens, as bearer or as the password of
// Basic. When it does not, the answer says what to send, and never what was wrong.
func (s *server) bearer(r *http.Request, source string) (answer, bool) {
	if !slices.ContainsFunc(s.Tokens, set) {
		return problem(http.StatusNotFound, "off", "Nothing is taken at this address: no token is set.", "Set BACKOUT_API_TOKEN, or BACKOUT_DEPLOY_TOKEN for deliveries alone."), false
	}
	if s.holds(r) {
		return answer{}, true
	}
	s.Log.Warn("a delivery has no valid token", "source", source, "from", r.RemoteAddr)
	return problem(http.StatusUnauthorized, "unsigned", "This address wants a token.", "Send Authorization: Bearer with the value of BACKOUT_DEPLOY_TOKEN or BACKOUT_API_TOKEN; as the password of Basic it is accepted too.").
		with("WWW-Authenticate", `Bearer realm="backout"`).with("WWW-Authenticate", `Basic realm="backout"`), false
}

// holds compares what was given with every token, so that the time taken does not
// tell which one was close.
func (s *server) holds(r *http.Request) bool {
	given := presented(r)
	if given == "" {
		return false
	}
	held := false
	for _, t := range s.Tokens {
		if set(t) && t.Equal(given) {
			held = true
		}
	}
	return held
}

// presented is the token that the request carries, or empty.
func presented(r *http.Request) string {
	if _, password, ok := r.BasicAuth(); ok {
		return password
	}
	scheme, value, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(value)
}

func set(t Token) bool { return t != nil && !t.IsZero() }
