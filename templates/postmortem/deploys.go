package postmortem

import (
	"slices"
	"strings"

	"backout/templates"
	"backout/timeline"
)

// oneLine makes text from outside harmless and fit for the middle of a line.
func oneLine(s string) string { return strings.Join(strings.Fields(templates.Harmless(s)), " ") }

// cut is oneLine with at most so many characters.
func cut(s string, most int) string {
	s = oneLine(s)
	if r := []rune(s); len(r) > most {
		return strings.TrimSpace(string(r[:most-1])) + "…"
	}
	return s
}

// label is how a deploy is called in the document.
func label(d timeline.Deploy) string {
	if s := oneLine(d.Label()); s != "" {
		return s
	}
	return d.ID()
}

// ofService names a service where the incident is not about that one alone.
func (b *builder) ofService(name string) string {
	if len(b.in.Services) == 1 && strings.EqualFold(b.in.Services[0], name) {
		return ""
	}
	return " of " + oneLine(name)
}

// place says what was deployed where: v2.4.0 of billing to production.
func (b *builder) place(d timeline.Deploy) string {
	return label(d) + b.ofService(d.Service) + " to " + oneLine(d.Environment)
}

// deployRow words a deploy as it stands.
func (b *builder) deployRow(d timeline.Deploy) Line {
	what := Line{bold(label(d))}
	if sha := oneLine(timeline.ShortSHA(d.SHA)); sha != "" && sha != label(d) {
		what = append(what, Text(" ("), code(sha), Text(")"))
	}
	what = append(what, Text(b.ofService(d.Service)+" to "+oneLine(d.Environment)))
	switch d.State {
	case timeline.DeploySucceeded:
		what = join(say("Deployed "), what, say(stagesOf(d)))
	case timeline.DeployFailed:
		what = join(say("Deploy of "), what, say(" failed"))
	case timeline.DeployCancelled:
		what = join(say("Deploy of "), what, say(" was cancelled"))
	case timeline.DeployRunning:
		what = join(say("Deploy of "), what, say(" began; its end was not reported"))
	default:
		what = join(say("Deploy of "), what, say(" was about to begin; nothing more was reported"))
	}
	switch {
	case d.Rollback.IsZero():
	case d.Rollback.Incident == b.in.Number:
		what = append(what, Text(", by rollback "+timeline.RollbackID(d.Rollback.Number)))
	default: // another incident's; it may be a private one
		what = append(what, Text(", by a rollback"))
	}
	switch {
	case d.Undone.IsZero():
	case d.Undone.Incident == b.in.Number:
		what = append(what, Text("; undone by rollback "+timeline.RollbackID(d.Undone.Number)))
	default:
		what = append(what, Text("; rolled back since"))
	}
	return what
}

// stagesOf says by which steps a deploy reached people, as far as was reported.
func stagesOf(d timeline.Deploy) string {
	steps := make([]string, 0, len(d.Stages)+1)
	for _, s := range d.Stages {
		steps = append(steps, stageWord(s.Stage))
	}
	if len(steps) == 0 {
		steps = append(steps, stageWord(d.Stage))
	}
	all := strings.Join(steps, ", then ")
	switch {
	case d.Full() && len(steps) == 1 && steps[0] == everybody:
		return ", in one step"
	case d.Full():
		return ", in stages: " + all
	case len(steps) == 1:
		return ", " + all + " only"
	}
	return ", in stages: " + all + ", no further"
}

const everybody = "everybody"

func stageWord(stage string) string {
	switch n, percent := strings.CutSuffix(stage, "%"); {
	case stage == "", strings.EqualFold(stage, timeline.FullStage):
		return everybody
	case percent && strings.Trim(n, "0123456789.") == "":
		return n + " %"
	}
	return oneLine(stage)
}

// deployer says who reported a deploy and for whom it was made. Both are words
// from outside: a login that looks like a Slack id is still a login.
func deployer(e *timeline.Entry, d timeline.Deploy) Piece {
	by := "not known"
	switch e.Who {
	case "github":
		by = "GitHub"
	case "slack":
		by = "Slack"
	case "api":
		by = "CI"
	case "rollback", timeline.Backout:
		by = "Backout"
	default:
		if s := oneLine(e.Who); s != "" {
			by = s
		}
	}
	if login := oneLine(d.By); login != "" && d.Rollback.IsZero() {
		by += " for " + login
	}
	return Text(by)
}

// services lists the affected services, each with its environment where the
// record shows a single one.
func (b *builder) services() string {
	out := make([]string, len(b.in.Services))
	for i, s := range b.in.Services {
		out[i] = s
		var envs []string
		for _, d := range b.in.Deploys {
			if env := oneLine(d.Deploy.Environment); strings.EqualFold(d.Deploy.Service, s) && !slices.Contains(envs, env) {
				envs = append(envs, env)
			}
		}
		if len(envs) == 1 && envs[0] != "" {
			out[i] += " (" + envs[0] + ")"
		}
	}
	return strings.Join(out, ", ")
}

// beganWith gives the deploy whose end is, to the second, when somebody said that
// the incident began; nil when there is none, or it was cleared.
func (b *builder) beganWith() *timeline.NotedDeploy {
	m := b.moments.Began
	if !m.Set() || m.Assumed {
		return nil
	}
	for _, d := range slices.Concat(b.in.Suspects(), b.in.Deploys) {
		if d.Standing != timeline.StandingCleared && !b.hidden(d.N) && !d.Deploy.Finished.IsZero() && d.Deploy.Finished.Unix() == m.At.Unix() {
			return &d
		}
	}
	return nil
}

func (b *builder) hidden(n int) bool {
	e, ok := b.in.Entry(n)
	return !ok || e.Hidden
}
