package postmortem

import (
	"strings"

	"backout/templates"
	"backout/timeline"
)

// source links a row to where it came from.
func (b *builder) source(e *timeline.Entry) Line {
	link, label := b.link(e)
	if link == "" {
		return nil
	}
	return Line{href(link, label)}
}

func href(link, label string) Words { return Words(templates.R(templates.Href(link, label))) }

func (b *builder) link(e *timeline.Entry) (link, label string) {
	label = "source"
	if e.Message != nil {
		label = "message"
	}
	if e.Message != nil && !e.Message.DeletedAt.IsZero() {
		return "", ""
	}
	link = e.Source.Link
	if own, called := b.workLink(e); called != "" {
		link, label = own, called
	}
	if b.opt.Link != nil {
		link = b.opt.Link(e)
	}
	if link == "" && b.opt.BaseURL != "" {
		return b.page() + "#" + strings.ToLower(timeline.Ref(e.N)), "record"
	}
	if _, ok := templates.LinkTarget(link); !ok {
		return "", ""
	}
	return link, label
}

func (b *builder) page() string {
	return strings.TrimSuffix(b.opt.BaseURL, "/") + "/incidents/" + b.in.ID()
}

// who says who did it, without an @.
func (b *builder) who(e *timeline.Entry) Piece {
	if m := e.Message; m != nil {
		name := m.BotName
		switch {
		case name != "":
			return Text(name + " (bot)")
		case m.External:
			return Words(templates.R(person(e.Who), templates.T(" (external)")))
		}
	}
	switch body := e.Body.(type) {
	case timeline.DeployNoted:
		return deployer(e, body.Deploy)
	case timeline.AlertNoted:
		return alerter(e, body.Alert)
	}
	return Words(templates.R(person(e.Who)))
}

func person(id string) templates.Span {
	switch id {
	case timeline.Backout:
		return templates.T("Backout")
	case timeline.PagerDuty, "alertmanager":
		return templates.T(system(id))
	case "":
		return templates.T("not known")
	}
	return templates.U(id)
}
