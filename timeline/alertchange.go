package timeline

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// What a policy lets an alert do.
const (
	AlertOpens  = "open"
	AlertTriage = "triage"
	AlertOffers = "offer"
)

// TakeAlert records what an alerting system says. An alert that is known goes to
// its incident, wherever that was merged or split to; one that comes soon after
// another of the same service joins that one's incident; else the service's
// policy decides.
func TakeAlert(key string, a Alert) Change {
	if a.Call != (PageRef{}) {
		return hearPage(key, a)
	}
	return Change{Key: key, Decide: func(tx *Tx) error {
		a, err := cleanAlert(a, tx.now)
		if err != nil {
			return err
		}
		a = tx.sameAgain(a)
		at, known, err := tx.placeOf(a)
		if err != nil {
			return err
		}
		var in *Incident
		again := false
		if known {
			if in, err = tx.incidentAt(at, a); err != nil {
				return err
			}
			if again, err = tx.beginsAgain(in, at, a); err != nil {
				return err
			}
		}
		switch {
		case again:
		case known && in != nil:
			return tx.noteAlert(in, a, false)
		case known: // it was offered, and nobody took it
			return nil
		case !a.begins(), a.Source == PagerDuty && a.Service == "":
			// What is written to an alert that we never heard of, and alerts of services
			// that are not ours: a subscription may cover a whole account.
			return nil
		}
		if in, ok := tx.sameOutage(a); ok {
			return tx.noteAlert(in, a, true)
		}
		return tx.newAlert(a)
	}}
}

// sameAgain gives an alert the key under which its group is open already: the
// members of a group come and go, and with them what its source calls it.
func (tx *Tx) sameAgain(a Alert) Alert {
	if a.Group == "" {
		return a
	}
	for _, in := range tx.openIncidents() {
		for _, s := range in.Alerts {
			if s.Source == a.Source && s.Group == a.Group && s.Open() {
				a.Key = s.Key
				return a
			}
		}
	}
	return a
}

// begins reports whether the event tells of the alert itself, so that an incident
// can be opened from it. Deliveries come in any order: the first may say that
// somebody acknowledged it, or that it is over.
func (a Alert) begins() bool {
	switch a.Event {
	case AlertTriggered, AlertAcknowledged, AlertUnacknowledged, AlertResolved:
		return true
	}
	return false
}

// sameOutage finds the open incident of the alert's service in which an alert, or
// the declaration itself, is recent enough.
func (tx *Tx) sameOutage(a Alert) (*Incident, bool) {
	if a.Event == AlertResolved {
		return nil, false
	}
	within := tx.catalogue.AlertPolicy(a.Service).Attach
	for _, in := range slices.Backward(tx.openIncidents()) {
		if in.Drill || in.Private || !sharesService(in, a) { // what all may see does not vanish among a few
			continue
		}
		last := in.moments.Declared.At
		for _, s := range in.Alerts {
			if s.Fired.After(last) {
				last = s.Fired
			}
		}
		if a.At.Sub(last).Abs() <= within {
			return in, true
		}
	}
	return nil, false
}

// sharesService reports whether the alert is about a service of the incident. An
// alert of no service of ours joins only incidents of its own place.
func sharesService(in *Incident, a Alert) bool {
	if a.Service != "" {
		return slices.ContainsFunc(in.Services, func(s string) bool { return strings.EqualFold(s, a.Service) })
	}
	return a.Place != "" && slices.ContainsFunc(in.Alerts, func(s AlertState) bool { return s.Source == a.Source && s.Place == a.Place })
}

// newAlert does what the policy says with an alert that belongs nowhere yet. One
// that is over already is offered at most: nobody is called for what has ended.
func (tx *Tx) newAlert(a Alert) error {
	p := tx.catalogue.AlertPolicy(a.Service)
	if p.Do == AlertOffers || p.Do == "" || a.Event == AlertResolved {
		n := tx.Add(Ledger, a.Source, a.At, Source{Link: a.Link}, AlertOffered{Alert: a})
		if err := tx.placeAlert(a, Position{Incident: Ledger, N: n, Count: 1}); err != nil {
			return err
		}
		if a.Event != AlertResolved || a.Source == PagerDuty {
			tx.Owe(Effect{Kind: OweOffer, Incident: Ledger, N: n})
		}
		return nil
	}
	return tx.declareAlert(a, p.Do == AlertTriage)
}

// declareAlert opens the incident of an alert.
func (tx *Tx) declareAlert(a Alert, triage bool) error {
	n := tx.NextNumber()
	d := tx.declarationOf(a)
	d.Triage = triage
	if svc, ok := tx.catalogue.Service(a.Service); ok {
		d.Invite = svc.Owners
	}
	declare(tx, n, a.Source, d.Title, d, "")
	row := tx.Add(n, a.Source, a.At, Source{Link: a.Link}, AlertNoted{Alert: a})
	if err := tx.placeAlert(a, Position{Incident: n, N: row, Count: 1}); err != nil {
		return err
	}
	tx.Owe(Effect{Kind: OweChannel, Incident: n})
	if a.Policy != "" {
		tx.Owe(Effect{Kind: OweOnCall, Incident: n, N: row})
	}
	return nil
}

// declarationOf is what an alert says of the incident that is declared from it.
func (tx *Tx) declarationOf(a Alert) Declaration {
	d := Declaration{Title: alertTitle(a), Severity: tx.severityOf(a), Link: a.Link, DetectedAt: a.At}
	if a.Service != "" {
		d.Services = []string{a.Service}
	}
	return d
}

func alertTitle(a Alert) string {
	title, err := cleanTitle(Worded(a.Title))
	if err != nil {
		title = "Alert of " + Worded(a.Place)
		if r := []rune(title); len(r) > MaxTitle {
			title = string(r[:MaxTitle])
		}
	}
	return title
}

// severityOf gives our severity for an alert: the one it names, or that of its
// priority.
func (tx *Tx) severityOf(a Alert) string {
	if a.Severity != "" {
		return a.Severity
	}
	return tx.catalogue.AlertPolicy(a.Service).Priorities[a.Priority]
}

// noteAlert puts what happened into the incident's timeline. What ended there is
// a question here, never an end.
func (tx *Tx) noteAlert(in *Incident, a Alert, attached bool) error {
	before, known := in.AlertOf(a.Source, a.Key)
	if known && stale(before, a) {
		return nil
	}
	n := tx.Add(in.Number, a.Source, a.At, Source{Link: a.Link}, AlertNoted{Alert: a, Attached: attached})
	if attached {
		if err := tx.placeAlert(a, Position{Incident: in.Number, N: n, Count: 1}); err != nil {
			return err
		}
	}
	if in.Channel.ID != "" {
		switch {
		case !in.Status.Open():
			if a.Event == AlertTriggered && in.Status == Resolved { // it fires again after the end
				tx.Owe(Effect{Kind: OweQuestion, Incident: in.Number, N: n})
			}
		case a.Event == AlertResolved && (!known || before.Open()):
			tx.Owe(Effect{Kind: OweQuestion, Incident: in.Number, N: n})
		case attached && tx.calmSince(in):
			tx.Owe(Effect{Kind: OweQuestion, Incident: in.Number, N: n})
		}
	}
	if a.Event == AlertResponder {
		answerPages(tx, in, a)
	}
	refresh(tx, in)
	return nil
}

// calm is how long a channel is left alone after a post about an alert that
// joined. A storm of them is told on the card, which counts them.
const calm = 5 * time.Minute

// calmSince reports whether no alert joined the incident lately.
func (tx *Tx) calmSince(in *Incident) bool {
	for _, e := range slices.Backward(in.entries) {
		if b, ok := e.Body.(AlertNoted); ok && b.Attached {
			return tx.now.Sub(e.Recorded) >= calm
		}
	}
	return true
}

// stale reports whether an event says nothing that is not known: deliveries and
// reconciliation tell the same things.
func stale(s AlertState, a Alert) bool {
	switch a.Event {
	case AlertTriggered:
		return !a.At.Before(s.Triggered) && (s.Status == AlertTriggered || !a.At.After(s.Triggered))
	case AlertAcknowledged:
		return s.Status == AlertAcknowledged || s.Status == AlertResolved && !a.At.After(s.ResolvedAt)
	case AlertResolved:
		return s.Status == AlertResolved || a.At.Before(s.Fired)
	case AlertPriority:
		return s.Priority == a.Priority
	}
	return false
}

// cleanAlert refuses an alert that nobody could recognise again, and repairs the
// rest.
func cleanAlert(a Alert, now time.Time) (Alert, error) {
	for _, f := range []*string{&a.Source, &a.Key, &a.Group, &a.Title, &a.Service, &a.Place, &a.Severity, &a.Priority, &a.Who, &a.Policy} {
		*f = oneLine(*f)
	}
	if utf8.RuneCountInString(a.Text) > MaxText {
		a.Text = string([]rune(a.Text)[:MaxText])
	}
	if a.Source == "" || a.Key == "" || len(a.Key) > 1000 {
		return a, Refuse(Invalid, "An alert without an identity cannot be recorded.", "")
	}
	if !strings.HasPrefix(a.Link, "https://") && !strings.HasPrefix(a.Link, "http://") {
		a.Link = ""
	}
	if a.At.IsZero() || a.At.After(now) || a.At.Year() < firstYear {
		a.At = now
	}
	return a, nil
}

// oneLine makes plain text of one line, without control characters.
func oneLine(s string) string {
	s = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(s, "\uFFFD"))
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > maxDeployWord*2 {
		s = string(r[:maxDeployWord*2])
	}
	return s
}
