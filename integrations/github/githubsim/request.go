package githubsim

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// request is one authenticated call on its way through a handler.
type request struct {
	*http.Request
	body    []byte
	version string
	who     *identity
	repo    *Repo // of routes below /repos/{owner}/{repo}
	route   *route
}

// ask is a parameter of the query.
func (q *request) ask(name string) string { return q.URL.Query().Get(name) }

// number is a numeric part of the path; 0 is none.
func (q *request) number(name string) int64 {
	n, err := strconv.ParseInt(q.PathValue(name), 10, 64)
	if err != nil || n < 1 {
		return 0
	}
	return n
}

// decode reads the JSON body into v. An empty body is an empty object. The second
// result is the refusal, if any.
func (q *request) decode(v any) (reply, bool) {
	if len(strings.TrimSpace(string(q.body))) == 0 {
		return reply{}, true
	}
	if !json.Valid(q.body) {
		return fail(http.StatusBadRequest, "Problems parsing JSON"), false
	}
	if strings.TrimSpace(string(q.body))[0] != '{' {
		return fail(http.StatusBadRequest, "Body should be a JSON object"), false
	}
	if err := json.Unmarshal(q.body, v); err != nil {
		return unprocessable("Invalid request.\n\n%v", err), false
	}
	return reply{}, true
}
