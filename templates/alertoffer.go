package templates

import (
	"strings"

	"backout/timeline"
)

// AlertOffer tells the announcement channel of an alert that opened nothing, which
// is event n of what belongs to no incident, and lets anybody declare it.
func AlertOffer(command string, a timeline.Alert, n int) Message {
	title := alertTitle(a.Title)
	text := R(T("Alert "), B(title), T(" ("), WebLink(a.Link, sourceRef(a.Source, a.Number)), T(")"))
	at := ", "
	if a.Event == timeline.AlertResolved {
		text, at = append(text, T(" is over already")), " since "
	}
	if !a.At.IsZero() {
		text = append(text, T(at), At(a.At))
	}
	text = append(text, T(". It opened no incident."))
	var about []string
	switch service, place := outside(a.Service, nameLength), outside(a.Place, nameLength); {
	case service != "":
		about = append(about, "Service "+service)
	case place != "":
		about = append(about, place+" at "+sourceName(a.Source))
	}
	if s := outside(a.Severity, nameLength); s != "" {
		about = append(about, "SEV "+s)
	}
	if p := outside(a.Priority, nameLength); p != "" {
		about = append(about, "priority "+p)
	}
	if len(about) > 0 {
		text = append(text, T("\n"+strings.Join(about, " · ")))
	}
	w := Words{Command: command}
	return Message{
		Summary: "Alert " + title + " (" + sourceRef(a.Source, a.Number) + ") opened no incident.",
		Parts: []Part{
			Para(text),
			Buttons{{ID: "offer_declare_v1", Label: "Declare incident", Value: "0/" + timeline.Ref(n)}},
			Footer(R(T("Declare it when people notice something. "), w.cmd("list"), T(" shows what is open."))),
		},
	}
}
