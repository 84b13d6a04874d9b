package github

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// What GitHub sends, as far as it is used; webhooks and the API have the same
// shapes. Null, and what is not there, read as the zero value.

type deployment struct {
	ID          int64           `json:"id"`
	SHA         string          `json:"sha"`
	Ref         string          `json:"ref"`
	Environment string          `json:"environment"`
	Payload     json.RawMessage `json:"payload"`
	Creator     account         `json:"creator"`
	Created     moment          `json:"created_at"`
}

type deploymentStatus struct {
	ID        int64  `json:"id"`
	State     string `json:"state"`
	LogURL    string `json:"log_url"`
	TargetURL string `json:"target_url"`
	Created   moment `json:"created_at"`
}

// page is where the deploy can be watched, or "".
func (s deploymentStatus) page() string {
	if l := link(s.LogURL); l != "" {
		return l
	}
	return link(s.TargetURL)
}

type workflowRun struct {
	ID         int64   `json:"id"`
	Name       string  `json:"name"`
	Title      string  `json:"display_title"`
	Status     string  `json:"status"`
	Conclusion string  `json:"conclusion"`
	Attempt    int     `json:"run_attempt"`
	Branch     string  `json:"head_branch"`
	SHA        string  `json:"head_sha"`
	Path       string  `json:"path"`
	Page       string  `json:"html_url"`
	Actor      account `json:"actor"`
	Triggering account `json:"triggering_actor"`
	Created    moment  `json:"created_at"`
	Started    moment  `json:"run_started_at"`
	Updated    moment  `json:"updated_at"`
}

// by is who started this attempt.
func (r workflowRun) by() string {
	if r.Triggering.Login != "" {
		return name(r.Triggering.Login)
	}
	return name(r.Actor.Login)
}

type release struct {
	ID        int64   `json:"id"`
	Tag       string  `json:"tag_name"`
	Target    string  `json:"target_commitish"`
	Page      string  `json:"html_url"`
	Draft     bool    `json:"draft"`
	Author    account `json:"author"`
	Published moment  `json:"published_at"`
}

type account struct {
	Login string `json:"login"`
	Type  string `json:"type"`
}

func (a account) bot() bool { return a.Type == "Bot" || strings.HasSuffix(a.Login, "[bot]") }

// moment reads times however GitHub writes them: RFC 3339, or seconds since 1970
// in pushes. What is neither is no time.
type moment struct{ time.Time }

// UnmarshalJSON never fails: a time that cannot be read is not known.
func (m *moment) UnmarshalJSON(b []byte) error {
	s := strings.Trim(string(b), `"`)
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && n > 0 && n < 1<<40 {
		m.Time = time.Unix(n, 0).UTC()
	} else if t, err := time.Parse(time.RFC3339, s); err == nil {
		m.Time = t.UTC()
	}
	return nil
}

// extras are what a deployment's payload says to us: whoever creates the
// deployment may put there what GitHub has no field for.
type extras struct{ service, version, by string }

// extrasOf reads a payload: an object, or a string that holds one.
func extrasOf(raw json.RawMessage) extras {
	var inside string
	if json.Unmarshal(raw, &inside) == nil {
		raw = json.RawMessage(inside)
	}
	var p struct{ Service, Version, By json.RawMessage }
	if json.Unmarshal(raw, &p) != nil {
		return extras{}
	}
	return extras{service: word(p.Service), version: word(p.Version), by: word(p.By)}
}

// word reads a string or a number; versions are sometimes the latter.
func word(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return name(s)
	}
	var n json.Number
	if json.Unmarshal(raw, &n) == nil {
		return name(n.String())
	}
	return ""
}
