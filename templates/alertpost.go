package templates

import (
	"time"

	"backout/timeline"
)

// AlertQuestion is the post about entry n, which an alert wrote, where people must
// decide something: whether the incident is over with it, whether it belongs here,
// whether it begins anew. The report is false when there is nothing to ask any more.
func AlertQuestion(v View, n int, names Names) (Message, bool) {
	e, ok := v.In.Entry(n)
	if !ok || e.Hidden || v.In.Status.Final() {
		return Message{}, false
	}
	b, ok := e.Body.(timeline.AlertNoted)
	if !ok {
		return Message{}, false
	}
	a, ok := v.In.AlertOf(b.Alert.Source, b.Alert.Key)
	if !ok || a.Split > 0 {
		return Message{}, false
	}
	q := alertAsker{View: v, e: e, said: b.Alert, a: a}
	var text Rich
	var buttons Buttons
	switch open := v.In.Status.Open(); {
	case b.Alert.Event == timeline.AlertResolved && open && !a.Open():
		text, buttons = q.over()
	case b.Attached && (open || a.Open()):
		text, buttons = q.joined()
	case b.Alert.Event == timeline.AlertTriggered && !open && a.Open():
		text, buttons = q.again()
	default:
		return Message{}, false
	}
	m := Message{Summary: text.Plain(names), Parts: []Part{Para(text), buttons}}
	if a.Number > 0 || isWebLink(a.Link) {
		m.Parts = append(m.Parts, Footer(R(WebLink(a.Link, sourceRef(a.Source, a.Number)), T(" · "+timeline.Ref(n)+" of "+v.In.ID()))))
	}
	return m, true
}

// alertAsker asks about one entry of an alert.
type alertAsker struct {
	View
	e    *timeline.Entry
	said timeline.Alert
	a    timeline.AlertState
}

func (q alertAsker) title() Span { return B(alertTitle(q.a.Title)) }

// part is what buttons about entry n carry.
func (q alertAsker) part(n int) string { return q.value() + "/" + timeline.Ref(n) }

// over asks whether the incident ended with the alert. While others fire that is
// no question.
func (q alertAsker) over() (Rich, Buttons) {
	text := R(T(sourceName(q.a.Source)+" says that "), q.title(), T(" is over ("), At(q.e.At))
	if took := q.e.At.Sub(q.a.Triggered); took > 0 && q.a.N != q.e.N {
		text = append(text, T(", "+minutes(took)+" after it was triggered"))
	}
	if who := outside(q.said.Who, nameLength); who != "" {
		text = append(text, T("; "+who+" resolved it there"))
	}
	text = append(text, T("). "))
	keep := Button{ID: "alert_keep_v1", Label: "Keep open", Value: q.part(q.e.N)}
	var others []timeline.AlertState
	for _, a := range hereAlerts(q.In) {
		if a.Open() && a.N != q.a.N {
			others = append(others, a)
		}
	}
	switch len(others) {
	case 0:
	case 1:
		return append(text, T("Another alert of "+q.In.ID()+" is still firing: "), B(alertTitle(others[0].Title)), T(".")), Buttons{keep}
	default:
		return append(text, T(many(len(others), "other alert", "other alerts")+" of "+q.In.ID()+" are still firing.")), Buttons{keep}
	}
	switch q.In.Status {
	case timeline.Triage:
		text = append(text, T("Was it an incident, and is it over? Nobody has said yet; decline it if it was none."))
		return text, Buttons{q.declineButton(), q.resolveButton(Quiet), keep}
	case timeline.Monitoring:
		return append(text, T("Is "+q.In.ID()+" over too?")), Buttons{q.resolveButton(Quiet), keep}
	}
	mitigated := Button{ID: "mitigate_v1", Label: "Mitigated", Value: q.value()}
	return append(text, T("Is "+q.In.ID()+" over too?")), Buttons{mitigated, q.resolveButton(Quiet), keep}
}

// joined tells that the alert came to this incident, and lets people undo that.
func (q alertAsker) joined() (Rich, Buttons) {
	same := "same service"
	if q.said.Service == "" {
		same += " at " + sourceName(q.a.Source)
	}
	text := R(q.title(), T(" joined "+q.In.ID()+": "+same))
	text = append(Join(text, q.after()), T("; split it if it is another outage."))
	if more := q.joinedSince(); more > 0 {
		text = append(text, T(" "+many(more, "more alert", "more alerts")+" joined since; the card counts them."))
	}
	return text, Buttons{{ID: "alert_split_v1", Label: "Split", Value: q.part(q.a.N), Confirm: &Confirm{
		Title: "Split it from " + q.In.ID() + "?",
		Text:  "A new incident is declared for “" + outside(q.a.Title, confirmName) + "”, with a channel of its own, and you lead it.",
		Yes:   "Split", No: "It belongs here",
	}}}
}

// after says how soon it came after what else happened here.
func (q alertAsker) after() Rich {
	last, what := q.In.Moments().Declared.At, R(T(q.In.ID()+" was declared"))
	for _, a := range q.In.Alerts {
		if a.N < q.a.N && a.Triggered.After(last) {
			last, what = a.Triggered, R(B(alertTitle(a.Title)))
		}
	}
	gap, word := q.e.At.Sub(last), " after "
	if gap < 0 {
		gap, word = -gap, " before "
	}
	if gap < time.Second {
		return Join(R(T(", at the same time as ")), what)
	}
	return Join(R(T(", "+minutes(gap)+word)), what)
}

func (q alertAsker) joinedSince() int {
	n := 0
	for _, a := range hereAlerts(q.In) {
		if a.N > q.a.N {
			n++
		}
	}
	return n
}

// again asks whether what was over has begun anew.
func (q alertAsker) again() (Rich, Buttons) {
	text := R(q.title(), T(" fires again ("), At(q.e.At))
	if since := q.e.At.Sub(q.In.Moments().Resolved.At); since > 0 {
		text = append(text, T(", "+minutes(since)+" after "+q.In.ID()+" was resolved"))
	}
	return append(text, T("). Reopen "+q.In.ID()+"?")), Buttons{q.reopenButton()}
}
