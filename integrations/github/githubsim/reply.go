package githubsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// reply is an answer on its way out.
type reply struct {
	status int
	body   any    // JSON, unless raw is set
	raw    []byte // sent as it is, with kind as its content type
	kind   string
	header map[string]string
}

func ok(body any) reply      { return reply{status: http.StatusOK, body: body} }
func created(body any) reply { return reply{status: http.StatusCreated, body: body} }

// fail is an error whose documentation_url the route adds.
func fail(status int, format string, args ...any) reply {
	return reply{status: status, body: object{"message": fmt.Sprintf(format, args...), "status": strconv.Itoa(status)}}
}

func notFound() reply { return fail(http.StatusNotFound, "Not Found") }

func unprocessable(format string, args ...any) reply {
	return fail(http.StatusUnprocessableEntity, format, args...)
}

// flaw is one entry of "errors".
type flaw struct {
	Resource string `json:"resource"`
	Field    string `json:"field,omitempty"`
	Code     string `json:"code"`
	Message  string `json:"message,omitempty"`
	Value    any    `json:"value,omitempty"`
}

// invalid is "Validation Failed" with what is wrong.
func invalid(flaws ...flaw) reply {
	r := unprocessable("Validation Failed")
	r.body.(object)["errors"] = flaws
	return r
}

// isError says whether a handler did not do it, redirects included; it is how early
// returns are told apart.
func (r reply) isError() bool { return r.status >= 300 }

// send writes the answer; body holds the encoded JSON already.
func (r reply) send(w http.ResponseWriter) {
	h := w.Header()
	for k, v := range r.header {
		h.Set(k, v)
	}
	if r.kind != "" {
		h.Set("Content-Type", r.kind)
	}
	w.WriteHeader(r.status)
	_, _ = w.Write(r.raw)
}

// encode turns the body into bytes, so that hashes and lengths are known.
func (r *reply) encode() {
	if r.raw != nil || r.body == nil {
		return
	}
	r.kind = "application/json; charset=utf-8"
	b, err := json.Marshal(r.body)
	if err != nil {
		misuse("an answer cannot be encoded: %v", err)
	}
	r.raw = b
}

// set adds a header.
func (r *reply) set(name, value string) {
	if r.header == nil {
		r.header = map[string]string{}
	}
	r.header[name] = value
}
