package pagerduty

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
)

// sentence words an error for people: what it means and what to do about it.
func (c *Client) sentence(j job, f fate, err error) string {
	said, _ := errors.AsType[*refusal](err)
	switch f {
	case later:
		if said != nil && said.code == codeChanged {
			return "the incident changed at PagerDuty at the same moment; it is tried again"
		}
		return "PagerDuty asks for a pause; it is tried again"
	case unsent:
		if errors.Is(err, context.Canceled) {
			return "Backout stopped before PagerDuty was asked"
		}
		return "PagerDuty cannot be reached at " + c.host + "; check the network and PAGERDUTY_API_URL"
	case unsure:
		return unsureSentence(j, said, err)
	}
	return c.refusedSentence(j, said)
}

func unsureSentence(j job, said *refusal, err error) string {
	next := "; it is tried again"
	if j.write {
		next = "; whether it was done is checked before it is repeated"
	}
	var bad *json.SyntaxError
	var shape *json.UnmarshalTypeError
	switch {
	case said != nil:
		return fmt.Sprintf("PagerDuty did not answer properly (status %d)%s", said.status, next)
	case errors.Is(err, context.Canceled):
		return "Backout stopped before PagerDuty answered" + strings.TrimSuffix(next, "; it is tried again")
	case errors.Is(err, context.DeadlineExceeded), os.IsTimeout(err):
		return "PagerDuty did not answer in time" + next
	case errors.As(err, &bad), errors.As(err, &shape), errors.Is(err, errTooLarge), errors.Is(err, errIncomplete):
		return "PagerDuty's answer could not be read" + next
	}
	return "the connection to PagerDuty broke off" + next
}

// refusedSentence words a 3xx or 4xx.
func (c *Client) refusedSentence(j job, r *refusal) string {
	switch {
	case r.status >= 300 && r.status < 400:
		return fmt.Sprintf("%s leads elsewhere (status %d) and is no PagerDuty API; check PAGERDUTY_API_URL", c.host, r.status)
	case r.status == http.StatusUnauthorized, r.code == codeUnknownToken:
		return "PagerDuty does not accept the token; it may have been revoked or belong to another region: check PAGERDUTY_TOKEN and PAGERDUTY_API_URL" + details(r.said)
	case r.status == http.StatusPaymentRequired, r.code == codeNoAbility:
		return "the PagerDuty plan does not allow to " + j.does + "; do without it, or change the plan"
	case r.status == http.StatusForbidden, r.code == codeNoAccess, r.code == codeForbidden:
		return "the PagerDuty token may not " + j.does + "; use one with full access" + details(r.said)
	case r.status == http.StatusNotFound, r.code == codeNotFound, r.code == codeNoIncident:
		return "PagerDuty shows no " + j.what + "; check the id, and that the token may see it"
	case r.code == codeNoRequester && c.opt.From != "":
		return fmt.Sprintf("PagerDuty knows no user %s; write the e-mail address of one in PAGERDUTY_FROM", c.opt.From)
	case r.wantsFrom():
		return "PagerDuty wants to know who writes; set PAGERDUTY_FROM to the e-mail address of one of its users"
	}
	said := r.said
	if said == "" {
		said = fmt.Sprintf("status %d", r.status)
	}
	return fmt.Sprintf("PagerDuty does not let Backout %s: %s%s", j.does, said, r.hint())
}

// wantsFrom recognises that nobody was named as the one who writes.
func (r *refusal) wantsFrom() bool {
	return r.code == codeNoRequester || r.status == http.StatusBadRequest && (strings.Contains(r.said, `"From"`) || strings.Contains(r.said, "From header") || strings.Contains(r.said, "requester_id"))
}

// hint says what to do instead.
func (r *refusal) hint() string {
	switch r.code {
	case codeResolved:
		return "; reopen it there, or use another incident"
	case codeMerged:
		return "; use the incident that it was merged into"
	case codeNoAssignee, codeNoPolicy, codeNobodyOnCall:
		return "; choose somebody else"
	case codeNoPriority:
		return "; choose another priority"
	}
	return ""
}

func details(said string) string {
	if said == "" {
		return ""
	}
	return " (PagerDuty says: " + said + ")"
}
