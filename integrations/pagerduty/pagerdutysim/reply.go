package pagerdutysim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// refusal is why something cannot be done, with PagerDuty's code for it.
type refusal struct {
	status  int
	code    int
	message string
	details []string
}

// Error is for those who act by hand.
func (r *refusal) Error() string {
	if len(r.details) > 0 {
		return fmt.Sprintf("pagerdutysim: %s (%d): %s", r.message, r.code, r.details[0])
	}
	return fmt.Sprintf("pagerdutysim: %s (%d)", r.message, r.code)
}

// refuse is a refusal with status 400.
func refuse(code int, message, detail string) *refusal {
	r := &refusal{status: http.StatusBadRequest, code: code, message: message}
	if detail != "" {
		r.details = []string{detail}
	}
	return r
}

func duplicateKey() *refusal {
	return refuse(2001, "Invalid Input Provided", "Open incident with matching dedup key already exists on this service")
}

// reply is an answer on its way out.
type reply struct {
	status int
	body   any    // JSON, unless raw is set
	raw    []byte // sent as it is, with kind as its content type
	kind   string
	header map[string]string
}

func good(body any) reply    { return reply{status: http.StatusOK, body: body} }
func created(body any) reply { return reply{status: http.StatusCreated, body: body} }

// reply is the refusal as the API says it.
func (r *refusal) reply() reply { return errorReply(r.status, r.code, r.message, r.details...) }

// errorReply is {error: {message, code, errors}}; errors is absent without details.
func errorReply(status, code int, message string, details ...string) reply {
	e := object{"message": message, "code": code}
	if len(details) > 0 {
		e["errors"] = details
	}
	return reply{status: status, body: object{"error": e}}
}

func notFound() reply { return errorReply(http.StatusNotFound, 2100, "Not Found") }

// invalid is the code for arguments that make no sense.
func invalid(format string, args ...any) reply {
	return errorReply(http.StatusBadRequest, 2001, "Invalid Input Provided", fmt.Sprintf(format, args...))
}

// missing is the code for arguments that are not there.
func missing(what string) reply {
	return errorReply(http.StatusBadRequest, 2003, "Missing Arguments", what)
}

func missingAbility() reply {
	return errorReply(http.StatusPaymentRequired, 2014, "Missing Account Ability", "The account does not have the ability needed for this request")
}

func (r reply) isError() bool { return r.status >= 400 }

// set adds a header.
func (r *reply) set(name, value string) {
	if r.header == nil {
		r.header = map[string]string{}
	}
	r.header[name] = value
}

func (r reply) send(w http.ResponseWriter) {
	if r.body != nil && r.raw == nil {
		r.kind, r.raw = "application/json; charset=utf-8", encoded(r.body)
	}
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

func encoded(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		misuse("this cannot be encoded: %v", err)
	}
	return b
}

// seconds rounds up to a whole number, at least 1.
func seconds(d time.Duration) string {
	return strconv.Itoa(max(1, int((d+time.Second-1)/time.Second)))
}
