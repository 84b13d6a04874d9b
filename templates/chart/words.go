package chart

import (
	"strconv"
	"strings"
	"time"

	"backout/templates"
	"backout/timeline"
)

const noBreak = "\u00a0"

// span is a duration in at most two units.
func span(d time.Duration) string {
	if d >= time.Hour || d <= -time.Hour {
		d = d.Round(time.Minute)
	}
	return templates.Duration(d)
}

// clock is an instant to the second, with its day where the chart has several.
func (d *draft) clock(t time.Time) string {
	if d.dated {
		return t.UTC().Format("2 Jan 15:04:05")
	}
	return t.UTC().Format(time.TimeOnly)
}

// brief is an instant to the minute, or to the day where the ticks are days.
func (d *draft) brief(t time.Time) string {
	if d.scale.step() >= day {
		return t.UTC().Format("2 Jan")
	}
	return t.UTC().Format("15:04")
}

// count says "1 message", "2 messages".
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

// title is INC-7 and what people call it.
func (d *draft) title() string {
	words := oneLine(templates.FromSlack(d.in.Title).Plain(d.opt.Names), 200)
	return cutTo(strings.TrimSpace(d.in.ID()+" "+words), imageWidth-2*padding, func(s string) float64 { return width(s, sizeTitle) })
}

// facts is the line below the title: severity, where, when, and how long.
func (d *draft) facts() string {
	var out []string
	if d.in.Drill {
		out = append(out, "Drill")
	}
	if d.in.Private {
		out = append(out, "Private")
	}
	if s := d.severity(); s != "" {
		out = append(out, s)
	}
	if s := d.where(); s != "" {
		out = append(out, s)
	}
	out = append(out, dates(d.first, d.last)+", UTC")
	out = append(out, d.howLong()...)
	return cutTo(strings.Join(out, " · "), imageWidth-2*padding, label)
}

func (d *draft) severity() string {
	if d.in.Severity == "" {
		return ""
	}
	name := "SEV " + oneLine(d.in.Severity, 24)
	for _, s := range d.opt.Severities {
		if s.Name == d.in.Severity && s.Title != s.Name {
			return strings.TrimSpace(name + " " + oneLine(s.Title, 24))
		}
	}
	return name
}

// where names what is affected: one service with its environment, or several.
func (d *draft) where() string {
	services := d.in.Services
	if len(services) == 1 {
		return oneLine(services[0], 40) + ", " + oneLine(d.opt.Catalogue.Environment(services[0]), 24)
	}
	var names []string
	for _, s := range services[:min(3, len(services))] {
		names = append(names, oneLine(s, 24))
	}
	out := strings.Join(names, ", ")
	if more := len(services) - len(names); more > 0 {
		out += " and " + strconv.Itoa(more) + " more"
	}
	return out
}

// dates is the day, or the days, from a to b.
func dates(a, b time.Time) string {
	a, b = a.UTC(), b.UTC()
	last := b.Format("2 January 2006")
	switch {
	case a.Year() != b.Year():
		return a.Format("2 January 2006") + " to " + last
	case a.Month() != b.Month():
		return a.Format("2 January") + " to " + last
	case a.Day() != b.Day():
		return a.Format("2") + " to " + last
	}
	return last
}

// howLong says what it took to mitigate it, and how long it was open where it was
// not mitigated, or still is.
func (d *draft) howLong() []string {
	var out []string
	m := d.in.Moments()
	took, known := m.Between(timeline.Began, timeline.Mitigated)
	if known {
		out = append(out, span(took)+" to mitigate")
	}
	open := d.last.Sub(m.Declared.At)
	switch {
	case m.Declared.At.IsZero() || open < time.Second:
	case d.live:
		out = append(out, "open for "+span(open))
	case known:
	case m.Resolved.Set():
		out = append(out, "resolved after "+span(open))
	case d.ended.word != "":
		out = append(out, strings.ToLower(d.ended.word)+" after "+span(open))
	}
	return out
}

// caption tells the moments in words.
func (d *draft) caption() string {
	var parts []string
	for _, m := range d.moments {
		parts = append(parts, strings.ToLower(m.word)+" "+d.clock(m.at))
	}
	if d.live {
		parts = append(parts, "not resolved at "+d.clock(d.last))
	}
	return d.title() + ": " + strings.Join(parts, ", ") + " UTC."
}

// foot says once more what the times are, and how complete the record is.
func (d *draft) foot() string {
	s := d.opt.Completeness.Sentence(d.opt.Now)
	if d.opt.Completeness.To.IsZero() {
		return "Times are UTC. " + strings.ToUpper(s[:1]) + s[1:] + "."
	}
	return "Times are UTC. Record " + strings.ReplaceAll(s, " UTC", "") + "."
}
