package slacksim

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// args are a call's arguments, as strings; a value that came as JSON is its JSON.
type args struct {
	values map[string]string
	isJSON bool
}

// maxBody bounds what one call may send; a view alone may have 250 KB.
const maxBody = 4 << 20

// parseArgs reads query, form, multipart and JSON. The error is Slack's code.
func parseArgs(r *http.Request) (args, string) {
	a := args{values: map[string]string{}}
	for k, v := range r.URL.Query() {
		a.values[k] = v[0]
	}
	if r.Method == http.MethodGet {
		return a, ""
	}
	r.Body = http.MaxBytesReader(nil, r.Body, maxBody)
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case r.Header.Get("Content-Type") == "":
		if b, _ := io.ReadAll(r.Body); len(b) > 0 {
			return a, "missing_post_type"
		}
		return a, ""
	case err != nil:
		return a, "invalid_post_type"
	case kind == "application/json":
		return a, a.readJSON(r.Body)
	case kind == "application/x-www-form-urlencoded":
		err = r.ParseForm()
	case kind == "multipart/form-data":
		err = r.ParseMultipartForm(maxBody)
	default:
		return a, "invalid_post_type"
	}
	if err != nil {
		return a, "invalid_form_data"
	}
	for k, v := range r.PostForm {
		a.values[k] = v[0]
	}
	return a, ""
}

func (a *args) readJSON(body io.Reader) string {
	a.isJSON = true
	b, err := io.ReadAll(body)
	if err != nil {
		return "invalid_json"
	}
	if len(b) == 0 {
		return ""
	}
	var any0 any
	if json.Unmarshal(b, &any0) != nil {
		return "invalid_json"
	}
	var m map[string]json.RawMessage
	if json.Unmarshal(b, &m) != nil {
		return "json_not_object"
	}
	for k, v := range m {
		var t string
		if json.Unmarshal(v, &t) == nil && string(v) != "null" {
			a.values[k] = t
		} else if string(v) != "null" {
			a.values[k] = string(v)
		}
	}
	return ""
}

func (a args) str(k string) string { return a.values[k] }

func (a args) has(k string) bool { _, ok := a.values[k]; return ok }

func (a args) yes(k string) bool {
	v := a.values[k]
	return v == "true" || v == "1" || v == "t"
}

// number is a whole number, def when absent, -1 when it is none.
func (a args) number(k string, def int) int {
	if a.values[k] == "" {
		return def
	}
	n, err := strconv.Atoi(a.values[k])
	if err != nil {
		return -1
	}
	return n
}

// list is a comma-separated value, or a JSON array of strings.
func (a args) list(k string) []string {
	v := a.values[k]
	var l []string
	if json.Unmarshal([]byte(v), &l) == nil {
		return l
	}
	for p := range strings.SplitSeq(v, ",") {
		if p = strings.TrimSpace(p); p != "" {
			l = append(l, p)
		}
	}
	return l
}

// decode reads a JSON value, which forms carry as a string.
func (a args) decode(k string) (any, bool) {
	var v any
	err := json.Unmarshal([]byte(a.values[k]), &v)
	return v, err == nil
}
