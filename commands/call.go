package commands

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"backout/templates"
	"backout/timeline"
)

// call is one request on its way: what it is about is filled in step by step.
type call struct {
	*Commands
	ctx context.Context
	req Request
	now time.Time

	row *row
	args
	// in is the incident addressed, nil where none is needed.
	in *timeline.Incident
}

// zone is where the person's clock is.
func (k *call) zone() *time.Location {
	if z := k.deps.People.Zone(k.ctx, k.req.User); z != nil {
		return z
	}
	return time.UTC
}

// key names one of several changes that a request makes; the first carries the
// request's own key.
func (k *call) key(part string) string {
	if k.req.Key == "" {
		return "" // nothing to recognise a repetition by
	}
	return k.req.Key + "/" + part
}

// record carries a change into the record and answers with what became of it.
func (k *call) record(c timeline.Change) (Answer, error) {
	out, err := k.deps.Record.Record(k.ctx, c)
	if err != nil {
		return Answer{}, err
	}
	return k.changed(out), nil
}

// changed words an outcome.
func (k *call) changed(out timeline.Outcome) Answer {
	m := templates.Changed(k.words(), out.Events)
	return Answer{Message: &m}
}

// words is what templates need to speak to this person.
func (k *call) words() templates.Words {
	return templates.Words{
		Command: k.set.Command, You: k.req.User, Zone: k.zone, Names: k.deps.People,
		Severities: k.set.Severities, URL: k.set.URL, PrivateOf: k.isPrivate,
	}
}

// say answers with one paragraph.
func (k *call) say(spans ...templates.Span) (Answer, error) {
	m := templates.Say(k.words(), spans)
	return Answer{Message: &m}, nil
}

// refused words an error. It is the one place that decides what a person sees of
// one: the sentence of a refusal; of anything else that it happened, and a name
// under which the log has the cause.
func (k *call) refused(err error) Answer {
	var r *timeline.Refusal
	var t *timeline.Trouble
	switch {
	case errors.As(err, &r):
	case errors.As(err, &t):
		r = &timeline.Refusal{Kind: timeline.Unavailable, Sentence: t.Sentence, Instead: "Type the command again once that is settled.", Cause: err}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		r = &timeline.Refusal{Kind: timeline.Unavailable, Sentence: "It took too long to say whether this was recorded.", Instead: "`/incident timeline` shows whether it was.", Cause: err}
	default:
		r = &timeline.Refusal{Kind: timeline.Unavailable, Sentence: "That did not work, and nothing was recorded.", Instead: "Type the command again; if it fails again, the platform team finds the cause in Backout's log.", Cause: err}
	}
	a := Answer{Refused: true, Err: r.Cause}
	if r.Cause != nil {
		a.ErrID = errorID(k.req)
	}
	r = k.advised(r)
	m := templates.Refused(k.words(), r, a.ErrID)
	a.Message = &m
	return a
}

// advised sees to it that a refusal names something that can be typed. Trouble of
// our own that says when to try again needs no other words.
func (k *call) advised(r *timeline.Refusal) *timeline.Refusal {
	if r.Kind == timeline.Unavailable && r.Instead != "" {
		return r
	}
	if strings.Contains(r.Instead, "/incident") || strings.Contains(r.Instead, "Type ") {
		return r
	}
	more := "`/incident help` shows what can be typed."
	switch {
	case r.Instead != "" && k.row != nil:
		more = fmt.Sprintf("`/incident help %s` shows examples.", k.row.word)
	case k.in != nil:
		more = "`/incident status` shows where it stands."
	}
	c := *r
	c.Instead = strings.TrimSpace(r.Instead + " " + more)
	return &c
}

// errorID names a failure after its delivery, so that the same delivery gets the
// same answer and the log can be searched for it.
func errorID(r Request) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(strings.Join([]string{r.Key, r.User, r.Text, r.Action, r.Form}, "\x00")))
	return fmt.Sprintf("E%08x", h.Sum32())
}
