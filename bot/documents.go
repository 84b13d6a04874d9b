package bot

import (
	"bytes"
	"context"
	"path"
	"strings"
	"time"

	"backout/bot/config"
	"backout/bot/outbox"
	"backout/bot/pages"
	"backout/templates"
	"backout/templates/chart"
	"backout/templates/postmortem"
	"backout/timeline"
)

// nameWait bounds how long a document waits for people's names.
const nameWait = 10 * time.Second

// options are what documents are made with.
func (v *Views) options(ctx context.Context, in *timeline.Incident) postmortem.Options {
	opt := v.alone(ctx, in)
	before := v.before(in)
	opt.Earlier, opt.Usual = v.earlier(ctx, in, before), usual(in, before)
	return opt
}

// alone are options for a document that says nothing of earlier incidents.
func (v *Views) alone(ctx context.Context, in *timeline.Incident) postmortem.Options {
	wctx, cancel := context.WithTimeout(ctx, nameWait)
	defer cancel()
	v.Warm(wctx, pages.PeopleIn(in))
	rules := v.lessonOptions()
	return postmortem.Options{
		Names: v, Completeness: v.Completeness(in), Severities: severities(v.cfg),
		Targets: postmortem.Targets(rules.Targets), Catalogue: rules.Catalogue, Now: rules.Now, PrivateOf: v.private,
	}
}

// render writes a document as the team wants it.
func (v *Views) render(d postmortem.Document) []byte {
	if v.template != nil {
		return v.template.Render(d)
	}
	return postmortem.Render(d)
}

// Draft renders the postmortem as a file. With a picture it shows that file, which
// lies beside it: the chart. OwnPicture names it as [Views.Chart] does.
func (v *Views) Draft(ctx context.Context, in *timeline.Incident, picture string) (name string, content []byte, err error) {
	opt := v.options(ctx, in)
	opt.Chart = picture
	if picture == OwnPicture {
		opt.Chart = pictureName(in)
	}
	return FileName(in), v.render(postmortem.Build(in, opt)), nil
}

// OwnPicture stands for the chart's usual name.
const OwnPicture = "auto"

func pictureName(in *timeline.Incident) string {
	return strings.TrimSuffix(FileName(in), ".md") + ".png"
}

// Public renders the version that holds nothing internal.
func (v *Views) Public(ctx context.Context, in *timeline.Incident) (name string, content []byte, err error) {
	return in.ID() + "-public.md", postmortem.Render(postmortem.Public(in, v.alone(ctx, in))), nil
}

// Chart draws the incident as a PNG.
func (v *Views) Chart(ctx context.Context, in *timeline.Incident) (name string, content []byte, err error) {
	services := catalogue(v.cfg)
	opt := chart.Options{Names: v, Now: v.now(), Catalogue: services, Completeness: v.Completeness(in), Severities: severities(v.cfg)}
	if v.record != nil {
		for _, at := range services.Concerned(in.Services) {
			deploys, err := v.record.DeploysOf(ctx, at.Service, at.Environment)
			if err != nil {
				return "", nil, err
			}
			opt.Deploys = append(opt.Deploys, deploys...)
		}
	}
	var out bytes.Buffer
	err = chart.Of(in, opt).PNG(&out)
	return pictureName(in), out.Bytes(), err
}

// FileName is the name of the incident's postmortem: INC-7-users-are-logged-out.md.
func FileName(in *timeline.Incident) string {
	return in.ID() + "-" + templates.Slug(in.Title) + ".md"
}

// documents are the views as the outbox uses them: neither knows the other's types.
type documents struct{ *Views }

func (d documents) file(name string, content []byte, err error, title string) (outbox.File, error) {
	return outbox.File{Name: name, Title: title, Content: content}, err
}

func (d documents) title(in *timeline.Incident) string {
	return in.ID() + ": " + templates.FromSlack(in.Title).Plain(d)
}

// Draft implements outbox.Documents.
func (d documents) Draft(ctx context.Context, in *timeline.Incident) (outbox.File, error) {
	name, content, err := d.Views.Draft(ctx, in, "")
	return d.file(name, content, err, d.title(in))
}

// Public implements outbox.Documents.
func (d documents) Public(ctx context.Context, in *timeline.Incident) (outbox.File, error) {
	name, content, err := d.Views.Public(ctx, in)
	return d.file(name, content, err, in.ID()+" for the public")
}

// Chart implements outbox.Documents.
func (d documents) Chart(ctx context.Context, in *timeline.Incident) (outbox.File, error) {
	name, content, err := d.Views.Chart(ctx, in)
	return d.file(name, content, err, "Timeline of "+in.ID())
}

// Place implements outbox.Writer. A document that stands already stays where it
// is, whatever the title is now.
func (d documents) Place(in *timeline.Incident) (outbox.PaperPlace, bool) {
	at := outbox.PaperPlace{Repo: d.cfg.Postmortem.Repo, Branch: branchOf(in.Number)}
	for _, x := range in.Exports {
		if x.What == timeline.ExportProposal && x.File != "" {
			at.Path = x.File
		}
	}
	if at.Path != "" || at.Repo == "" {
		return at, at.Repo != ""
	}
	when := in.Moments().Declared.At.UTC()
	parts := config.PathParts{
		Number: in.Number, Slug: templates.Slug(in.Title), Severity: in.Severity,
		Year: when.Format("2006"), Month: when.Format("01"), Day: when.Format("02"), Date: when.Format(time.DateOnly),
	}
	if len(in.Services) > 0 {
		parts.Service = in.Services[0]
	}
	var err error
	at.Path, err = d.cfg.PostmortemPath(parts)
	return at, err == nil
}

// Proposal implements outbox.Writer.
func (d documents) Proposal(ctx context.Context, in *timeline.Incident, at outbox.PaperPlace, old []byte) (outbox.Proposal, error) {
	_, drawn, err := d.Views.Chart(ctx, in)
	if err != nil {
		return outbox.Proposal{}, err
	}
	picture := strings.TrimSuffix(path.Base(at.Path), ".md") + ".png"
	opt := d.options(ctx, in)
	opt.Chart, opt.CodeNames = picture, true
	content, notes := postmortem.Merge(old, d.render(postmortem.Build(in, opt)))
	words := d.proposalWords(in, notes)
	return outbox.Proposal{
		PaperPlace: at, Title: words.Title, Body: words.Body, Message: words.Message,
		Files: []outbox.File{{Name: at.Path, Content: content}, {Name: path.Join(path.Dir(at.Path), picture), Content: drawn}},
	}, nil
}

func (d documents) proposalWords(in *timeline.Incident, notes []postmortem.Notice) templates.ProposalWords {
	said := make([]string, len(notes))
	for i, n := range notes {
		said[i] = n.String()
	}
	return templates.ProposalOf(d.View(in), d, said)
}

// Ticket implements outbox.Writer.
func (d documents) Ticket(_ context.Context, in *timeline.Incident, f timeline.FollowUp) (outbox.NewTicket, bool) {
	services := catalogue(d.cfg)
	repo := d.cfg.Postmortem.Repo
	for _, name := range in.Services {
		if s, ok := services.Service(name); ok && s.Repo != "" {
			repo = s.Repo
			break
		}
	}
	words := templates.TicketOf(d.View(in), d, f)
	return outbox.NewTicket{Repo: repo, Marker: timeline.TicketMarker(in.Number, f.Number), Title: words.Title, Body: words.Body}, repo != ""
}
