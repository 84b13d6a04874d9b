package pagerduty

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
)

// Verify reports whether a webhook's X-PagerDuty-Signature holds the signature of
// the body, as it arrived, with one of the secrets. There are several signatures
// while a secret is replaced; those of other versions than v1 are not looked at.
// Nothing is valid without a secret. Several headers of this name are joined with
// commas.
func Verify(secrets []string, body []byte, header string) bool {
	var given [][]byte
	for part := range strings.SplitSeq(header, ",") {
		digits, ok := strings.CutPrefix(strings.TrimSpace(part), "v1=")
		if !ok {
			continue
		}
		if sum, err := hex.DecodeString(digits); err == nil {
			given = append(given, sum)
		}
	}
	valid := false
	for _, secret := range secrets {
		if secret == "" {
			continue
		}
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(body)
		sum := mac.Sum(nil)
		for _, g := range given {
			// No early end: the time taken does not tell which one was right.
			if hmac.Equal(g, sum) {
				valid = true
			}
		}
	}
	return valid
}

// Parse reads the body of a webhook, whose signature has been verified. Types that
// are not known are ignored without an error. An error is for what PagerDuty would
// never send; refusing even that with 4xx counts towards the three that silence it.
func Parse(body []byte) (Event, error) {
	var p struct {
		Event struct {
			ID         string `json:"id"`
			Type       string `json:"event_type"`
			OccurredAt string `json:"occurred_at"`
			Agent      ref    `json:"agent"`
			Client     struct {
				Name string `json:"name"`
			} `json:"client"`
			Data json.RawMessage `json:"data"`
		} `json:"event"`
	}
	if err := lenient(body, &p); err != nil {
		return Event{}, fmt.Errorf("a PagerDuty event that cannot be read: %w", err)
	}
	e := Event{
		ID: ident(p.Event.ID), Type: name(p.Event.Type), At: moment(p.Event.OccurredAt),
		Who: p.Event.Agent.person(), Client: name(p.Event.Client.Name),
	}
	if e.Type == "" {
		return Event{}, fmt.Errorf("a PagerDuty event that cannot be read: its type: %w", errIncomplete)
	}
	e.read(p.Event.Data)
	switch {
	case e.Ping, e.Ignored:
	case e.ID == "", e.Incident.ID == "":
		return Event{}, fmt.Errorf("a PagerDuty event %s that cannot be read: its id or that of its incident: %w", e.Type, errIncomplete)
	}
	return e, nil
}

// part is the data of what belongs to an incident.
type part struct {
	Incident core   `json:"incident"`
	Content  string `json:"content"`
	Message  string `json:"message"`
	State    string `json:"state"`
	User     ref    `json:"user"`
	Policy   ref    `json:"escalation_policy"`
}

// read takes from the data what an event of this type says.
func (e *Event) read(data json.RawMessage) {
	switch e.Type {
	case ping:
		e.Ping = true
		return
	case Triggered, Acknowledged, Unacknowledged, Resolved, Reopened, Escalated, Delegated, Reassigned, Prioritised, Moved:
		var i hookIncident
		_ = lenient(data, &i) // It is JSON, or the whole were none.
		e.Incident = i.incident()
		return
	case Annotated, ResponderAdded, ResponderReply, StatusUpdate:
	default:
		e.Ignored = true
		return
	}
	var p part
	_ = lenient(data, &p)
	e.Incident = p.Incident.incident()
	switch e.Type {
	case Annotated:
		e.Note, e.Marker = unmark(p.Content)
	case StatusUpdate:
		e.Message = text(p.Message, maxText)
	default:
		e.Message, e.Marker = unmark(p.Message)
		e.Answer = one(p.State, "pending", "accepted", "declined")
		if e.Responder = p.User.person(); e.Responder.ID == "" {
			e.Responder = p.Policy.person()
		}
	}
}
