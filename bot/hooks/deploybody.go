package hooks

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	"backout/timeline"
)

// deployBody is a deploy as posted. What is missing, null or empty says nothing.
type deployBody struct {
	id, service, environment, version, sha, ref, state, stage, by, startedAt, finishedAt, url string

	started, finished time.Time
}

// mistake is what is wrong with a body, and what to send instead.
type mistake struct{ sentence, instead string }

func (m *mistake) Error() string { return m.sentence + " " + m.instead }

func notJSON(err error) error {
	return &mistake{"The body is not JSON: " + cut(strings.TrimPrefix(err.Error(), "json: ")) + ".", `Send one object such as {"id":"build-5127","service":"web-app","environment":"production","version":"v2.4.0","state":"success"}.`}
}

// fields are the names of a deploy's fields, as they are written.
func (d *deployBody) fields() map[string]*string {
	return map[string]*string{
		"id": &d.id, "service": &d.service, "environment": &d.environment, "version": &d.version, "sha": &d.sha, "ref": &d.ref,
		"state": &d.state, "stage": &d.stage, "by": &d.by, "started_at": &d.startedAt, "finished_at": &d.finishedAt, "url": &d.url,
	}
}

// parseDeploy reads a deploy strictly: a name that is not known, or stands twice,
// is a typing error that would otherwise lose what it says.
func parseDeploy(body []byte) (deployBody, error) {
	var d deployBody
	fields, seen := d.fields(), map[string]bool{}
	dec := json.NewDecoder(bytes.NewReader(body))
	switch t, err := dec.Token(); {
	case errors.Is(err, io.EOF):
		return d, notJSON(errors.New("it is empty"))
	case err != nil:
		return d, notJSON(err)
	case t != json.Delim('{'):
		return d, notJSON(errors.New("it is no object"))
	}
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return d, notJSON(err)
		}
		name, _ := t.(string) // the decoder lets nothing else stand there
		into, known := fields[name]
		switch {
		case !known:
			return d, &mistake{"A deploy has no field " + strconv.QuoteToASCII(cut(name)) + ".", "It has id, service, environment, version, sha, ref, state, stage, by, started_at, finished_at and url."}
		case seen[name]:
			return d, &mistake{"The field " + name + " stands twice.", "Send it once."}
		}
		seen[name] = true
		if err := text(dec, name, into); err != nil {
			return d, err
		}
	}
	if _, err := dec.Token(); err != nil { // the closing brace
		return d, notJSON(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return d, &mistake{"Something follows the object.", "Send one deploy per request."}
	}
	var err error
	if d.started, err = instant("started_at", d.startedAt); err != nil {
		return d, err
	}
	d.finished, err = instant("finished_at", d.finishedAt)
	return d, err
}

// text reads the value of a field.
func text(dec *json.Decoder, name string, into *string) error {
	var wrong *json.UnmarshalTypeError
	switch err := dec.Decode(into); {
	case errors.As(err, &wrong):
		value, _, _ := strings.Cut(wrong.Value, " ") // a number's digits follow it
		return &mistake{fmt.Sprintf("The field %s wants a string, not %s.", name, article(value)), ""}
	case err != nil:
		return notJSON(err)
	}
	return nil
}

func article(kind string) string {
	switch kind {
	case "bool":
		return "true or false"
	case "array", "object":
		return "an " + kind
	}
	return "a " + kind
}

func instant(name, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, &mistake{fmt.Sprintf("The field %s holds no time: %s.", name, strconv.QuoteToASCII(cut(s))), "Send an RFC 3339 time such as 2026-11-20T14:02:10Z."}
	}
	return at, nil
}

// report gives what the record is told. The rules of the record judge the rest.
func (d deployBody) report() (timeline.DeployReport, error) {
	state, ok := timeline.DeployStateOf(d.state)
	const states = "Send pending, running, success, failure or cancelled."
	switch {
	case d.state == "":
		return timeline.DeployReport{}, timeline.Refuse(timeline.Invalid, "The deploy has no state.", states)
	case !ok:
		return timeline.DeployReport{}, timeline.Refuse(timeline.Invalid, strconv.QuoteToASCII(cut(d.state))+" is no state of a deploy.", states)
	case strings.ContainsFunc(d.id, unicode.IsControl):
		return timeline.DeployReport{}, timeline.Refuse(timeline.Invalid, "The deploy's id has control characters in it.", `Send for example "id": "build-5127".`)
	}
	// The record keeps a source as it is given, so its link is held to what may be
	// shown here.
	source := timeline.DeploySource{Name: "api", ID: d.id}
	if len(d.url) <= 2000 && (strings.HasPrefix(d.url, "https://") || strings.HasPrefix(d.url, "http://")) {
		source.URL = d.url
	}
	return timeline.DeployReport{
		Source: source, Service: strings.TrimSpace(d.service), Environment: strings.TrimSpace(d.environment),
		Version: d.version, SHA: d.sha, Ref: d.ref, By: d.by, State: state, Stage: d.stage,
		Started: d.started, Finished: d.finished, URL: d.url,
	}, nil
}
