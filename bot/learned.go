package bot

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"backout/bot/outbox"
	"backout/templates"
	"backout/templates/chart"
	"backout/templates/postmortem"
	"backout/timeline"
	"backout/timeline/insights"
	"backout/timeline/lessons"
)

const (
	// usualOver is how far back an incident is compared with others.
	usualOver = 90 * 24 * time.Hour
	// mostEarlier bounds how many earlier incidents are read for one document.
	mostEarlier = 50
)

func (v *Views) lessonOptions() lessons.Options {
	services := catalogue(v.cfg)
	t := v.cfg.Targets
	return lessons.Options{Targets: lessons.Targets{Detect: t.Detect, Mitigate: t.Mitigate, Rollback: t.Rollback}, Catalogue: &services, Now: v.now()}
}

// before gives the incidents of the 90 days before this one, newest first.
func (v *Views) before(in *timeline.Incident) []timeline.Summary {
	if v.record == nil {
		return nil
	}
	declared := in.Moments().Declared.At
	return chosen(v.record.Summaries(), func(s timeline.Summary) bool {
		return s.Number != in.Number && s.Moments.Declared.At.Before(declared) && declared.Sub(s.Moments.Declared.At) <= usualOver
	})
}

// usual measures how long the incidents before this one took.
func usual(in *timeline.Incident, before []timeline.Summary) postmortem.Usual {
	declared := in.Moments().Declared.At
	r := insights.Of(before, insights.Query{From: declared.Add(-usualOver), To: declared})
	return postmortem.Usual{Incidents: r.Incidents, Detect: r.Measures[0].Median, Mitigate: r.Measures[1].Median, Resolve: r.Measures[2].Median}
}

// earlier reads what the incidents before this one taught. Private ones are left
// out. Up to [mostEarlier] records are read: nothing for the path of a button.
func (v *Views) earlier(ctx context.Context, in *timeline.Incident, before []timeline.Summary) []lessons.Earlier {
	var earlier []lessons.Earlier
	opt := v.lessonOptions()
	for _, s := range before {
		if !insights.Counts(s) || !sharesService(s, in) {
			continue
		}
		if len(earlier) == mostEarlier || ctx.Err() != nil {
			break
		}
		if other, err := v.record.Peek(ctx, s.Number); err == nil {
			if e, ok := lessons.Taught(other, opt); ok {
				earlier = append(earlier, e)
			}
		}
	}
	return earlier
}

// chosen gives the summaries that are wanted; the list of all is shared.
func chosen(all []timeline.Summary, wanted func(timeline.Summary) bool) []timeline.Summary {
	var out []timeline.Summary
	for _, s := range all {
		if wanted(s) {
			out = append(out, s)
		}
	}
	return out
}

func sharesService(s timeline.Summary, in *timeline.Incident) bool {
	return slices.ContainsFunc(s.Services, func(one string) bool {
		return slices.ContainsFunc(in.Services, func(other string) bool { return strings.EqualFold(one, other) })
	})
}

// Lessons gives what rules draw from an incident's record, as it is put before
// people: with what earlier incidents taught of the same.
func (v *Views) Lessons(ctx context.Context, in *timeline.Incident) []templates.DrawnLesson {
	opt := v.lessonOptions()
	opt.Earlier = v.earlier(ctx, in, v.before(in))
	return v.draw(in, opt)
}

// Drawn gives the same without what happened before, and so without reading other
// incidents: a press of a button has three seconds.
func (v *Views) Drawn(in *timeline.Incident) []templates.DrawnLesson {
	return v.draw(in, v.lessonOptions())
}

func (v *Views) draw(in *timeline.Incident, opt lessons.Options) []templates.DrawnLesson {
	var out []templates.DrawnLesson
	for _, l := range lessons.Of(in, opt) {
		out = append(out, templates.DrawnLesson{
			Rule: l.Rule, Family: string(l.Family), Title: l.Title, Told: v.told(in, l.Told), Action: l.Action, Good: l.Good, Verdict: l.Verdict, Before: repeats(l),
		})
	}
	return out
}

// told sets the evidence of a lesson: rows lead to where they came from.
func (v *Views) told(in *timeline.Incident, parts []lessons.Part) templates.Rich {
	var out templates.Rich
	for _, p := range parts {
		switch {
		case p.Row > 0:
			span := templates.T(timeline.Ref(p.Row))
			if e, ok := in.Entry(p.Row); ok {
				span = templates.WebLink(e.Source.Link, timeline.Ref(p.Row))
			}
			out = append(out, span)
		case p.Link != (lessons.Link{}):
			out = append(out, templates.WebLink(p.Link.URL, p.Link.Name))
		case p.Who != "":
			out = append(out, templates.Named(v, p.Who))
		default:
			out = append(out, templates.T(p.Text))
		}
	}
	return out
}

// repeats says that a lesson was taught before.
func repeats(l lessons.Lesson) string {
	if len(l.Before) == 0 {
		return ""
	}
	b := l.Before[0]
	text := "It happened before: " + timeline.ID(b.Number) + " taught the same on " + b.At.UTC().Format("2 January 2006")
	switch n := len(b.Open); n {
	case 0:
		return text + "."
	case 1:
		return text + "; one of its follow-ups is still open."
	default:
		return text + fmt.Sprintf("; %d of its follow-ups still open.", n)
	}
}

// Insights implements outbox.Documents.
func (d documents) Insights(ctx context.Context, ask timeline.InsightsAsked) (templates.Message, outbox.File, error) {
	now, opt := d.now().UTC(), d.lessonOptions()
	targets := func(s timeline.Summary) insights.Targets {
		t := opt.TargetsFor(s.Services)
		return insights.Targets{Detect: t.Detect, Mitigate: t.Mitigate}
	}
	q := insights.Query{From: now.AddDate(0, 0, -ask.Days), To: now, Targets: targets, Lessons: func(s timeline.Summary) []lessons.Lesson {
		in, err := d.record.Peek(ctx, s.Number)
		if err != nil {
			return nil
		}
		return lessons.Standing(lessons.Of(in, opt))
	}}
	all := chosen(d.record.Summaries(), func(s timeline.Summary) bool { return asked(s, ask) })
	r := insights.Of(all, q)
	if err := ctx.Err(); err != nil {
		return templates.Message{}, outbox.File{}, &timeline.Trouble{Sentence: "insights took too long", Cause: err}
	}
	var owners []string
	for _, o := range r.Overdue {
		owners = append(owners, o.FollowUp.Owner)
	}
	d.Warm(ctx, slices.DeleteFunc(owners, func(id string) bool { return id == "" }))
	words := templates.Words{Command: d.cfg.Command, Names: d, Severities: severities(d.cfg), URL: d.cfg.URL}
	m := templates.InsightsPost(words, r, narrowed(ask))
	f, err := drawInsights(r)
	return m, f, err
}

func asked(s timeline.Summary, ask timeline.InsightsAsked) bool {
	if ask.Severity != "" && s.Severity != ask.Severity {
		return false
	}
	return len(ask.Services) == 0 || slices.ContainsFunc(s.Services, func(one string) bool { return slices.Contains(ask.Services, one) })
}

// narrowed says what of all incidents was looked at.
func narrowed(ask timeline.InsightsAsked) string {
	var parts []string
	if ask.Severity != "" {
		parts = append(parts, "of severity "+ask.Severity)
	}
	if len(ask.Services) > 0 {
		parts = append(parts, "of "+strings.Join(ask.Services, ", "))
	}
	if len(parts) == 0 {
		return ""
	}
	return " Only incidents " + strings.Join(parts, " and ") + "."
}

// drawInsights draws each incident as a dot.
func drawInsights(r insights.Report) (outbox.File, error) {
	if r.Incidents == 0 {
		return outbox.File{}, nil
	}
	name := "insights-" + r.To.UTC().Format(time.DateOnly)
	d := chart.Dots{
		Title: "Insights, " + r.From.UTC().Format("2 Jan 2006") + " to " + r.To.UTC().Format("2 Jan 2006"), From: r.From, To: r.To,
		Subtitle: strconv.Itoa(r.Incidents) + " incidents, each a dot",
	}
	for _, m := range r.Measures {
		row := chart.DotRow{Name: m.Name, Median: m.Median, P90: m.P90}
		for _, p := range m.Points {
			row.Target = p.Target
			row.Dots = append(row.Dots, chart.Dot{At: p.At, Took: p.Took, Label: timeline.ID(p.Incident), Missed: p.Missed()})
		}
		d.Rows = append(d.Rows, row)
	}
	var out bytes.Buffer
	err := d.PNG(&out)
	return outbox.File{Name: name + ".png", Title: d.Title, Content: out.Bytes()}, err
}
