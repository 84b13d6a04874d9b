package hooks

import (
	"context"
	"errors"
	"net/http"

	"backout/timeline"
)

// accepted is the answer to a deploy, the first time and every time after.
type accepted struct {
	Number int    `json:"number"`
	ID     string `json:"id"`
}

// deploys takes one deploy that a CI system posts. The id in it makes it
// idempotent: the same again changes nothing, the same id with news updates it.
func (s *server) deploys(w http.ResponseWriter, r *http.Request) answer {
	if a, ok := s.bearer(r, "deploys"); !ok {
		return a
	}
	body, a, ok := readBody(w, r, maxOther)
	if !ok {
		return a
	}
	ctx, cancel := context.WithTimeout(r.Context(), answerWithin)
	defer cancel()
	said, err := parseDeploy(body)
	if wrong, ok := errors.AsType[*mistake](err); ok {
		return problem(http.StatusBadRequest, "malformed", wrong.sentence, wrong.instead)
	}
	report, err := said.report()
	if err == nil {
		return s.posted(ctx, report)
	}
	return s.notRecorded("deploys", err, senseless)
}

// posted records a deploy.
func (s *server) posted(ctx context.Context, report timeline.DeployReport) answer {
	var got struct {
		number int
		fresh  bool
	}
	// Decide runs in the writer, and is done when Record returns without error; after
	// an error what it leaves here is not looked at.
	out, err := s.Record.Record(ctx, timeline.Change{Decide: func(tx *timeline.Tx) error {
		before, err := tx.DeploysOf(report.Service, report.Environment)
		if err != nil {
			return err
		}
		d, err := tx.Report(report, timeline.RollbackRef{})
		// Numbers only rise, so a deploy is new when its number is above all before.
		got.number, got.fresh = d.Number, len(before) == 0 || d.Number > before[0].Number
		return err
	}})
	if err != nil {
		return s.notRecorded("deploys", err, senseless)
	}
	a := answer{status: http.StatusOK, result: "recorded", body: accepted{got.number, timeline.DeployID(got.number)}}
	switch {
	case len(out.Events) == 0:
		a.result = "unchanged"
	case got.fresh:
		a.status = http.StatusCreated
	}
	return a
}

// senseless answers for a deploy that a rule of the record refuses.
func senseless(r *timeline.Refusal) answer {
	return problem(http.StatusUnprocessableEntity, "refused", r.Sentence, r.Instead)
}
