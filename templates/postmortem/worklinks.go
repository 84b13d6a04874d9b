package postmortem

import (
	"strings"

	"backout/templates"
	"backout/timeline"
)

func code(s string) Words { return Words(templates.R(templates.C(s))) }

// linked is a link where the address is one, and the bare words elsewhere.
func linked(link, words string) Piece {
	if _, ok := templates.LinkTarget(link); ok {
		return href(link, words)
	}
	return Text(words)
}

// workLink gives where a row about deploys, alerts or pages came from, and what the link is called.
func (b *builder) workLink(e *timeline.Entry) (link, called string) {
	switch body := e.Body.(type) {
	case timeline.DeployNoted:
		return deployLink(body.Deploy.URL, e.Source.Link)
	case timeline.SuspectSet:
		d, _ := b.in.Noted(body.Deploy)
		if d.Facts != nil {
			if _, ok := templates.LinkTarget(d.Facts.Link); ok {
				return d.Facts.Link, "compare"
			}
		}
		return deployLink(e.Source.Link, d.Deploy.URL)
	case timeline.RollbackStep:
		return e.Source.Link, "run"
	case timeline.Declared:
		if e.Who == timeline.PagerDuty {
			return alertLink(e.Who, e.Source.Link)
		}
	case timeline.AlertNoted:
		return alertLink(body.Alert.Source, body.Alert.Link, e.Source.Link)
	case timeline.PageSet:
		return alertLink(timeline.PagerDuty, body.Link, e.Source.Link)
	}
	return "", ""
}

func deployLink(links ...string) (link, called string) {
	for _, l := range links {
		if _, ok := templates.LinkTarget(l); !ok {
			continue
		}
		if strings.Contains(l, "/actions/runs/") {
			return l, "run"
		}
		return l, "deploy"
	}
	return "", ""
}
