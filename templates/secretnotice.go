package templates

import (
	"strconv"

	"backout/timeline"
)

// SecretNotice tells the author of entry n, and nobody else, that there is a
// secret in it and what can be done. The report is false when that is settled.
func SecretNotice(v View, n int) (Message, bool) {
	e, ok := v.In.Entry(n)
	if !ok || len(e.Secrets) == 0 {
		return Message{}, false
	}
	where := R(T(" in " + v.In.ID()))
	if e.Message != nil {
		where = R(T(" in "), Ch(e.Message.Channel))
	}
	what := R(B("What you wrote"), T(" "))
	if isWebLink(e.Source.Link) {
		what = R(WebLink(e.Source.Link, "What you wrote"), T(" "))
	}
	text := Join(what, R(T("at "), At(e.At)), where, R(T(" looks as if it held "+secretWords(e.Secrets)+". ")),
		R(T("Backout takes it out of everything that it shows and exports. Whoever reads Slack can still see it: change the secret")))
	if e.Message != nil {
		text = append(text, T(", and delete or edit the message there"))
	}
	text = append(text, T(". Nobody else is told."))
	m := Message{Summary: "What you wrote in " + v.In.ID() + " looks as if it held a secret.", Parts: []Part{Para(text)}}
	value := v.value() + "/" + strconv.Itoa(n)
	b := Buttons{{ID: "erase_v1", Label: "Erase my words from the record", Value: value, Look: Danger, Confirm: &Confirm{
		Title: "Erase " + timeline.Ref(n) + "?", Text: "Your words leave the record and every document made from it. That somebody wrote stays. This cannot be undone.",
		Yes: "Erase", No: "Keep",
	}}}
	m.Parts = append(m.Parts, b)
	return m, true
}
