package templates

import (
	"cmp"
	"slices"
	"strings"

	"backout/timeline"
)

// listedDeploys is how many deploys a list has in Slack.
const listedDeploys = 15

// DeployRow is a deploy in a list, with what an incident says of it.
type DeployRow struct {
	Deploy   timeline.Deploy
	Standing timeline.Standing
	Reasons  []timeline.Reason
	// Facts are what it changed, nil while that is not known; Trouble says why.
	Facts   *timeline.ChangeFacts
	Trouble string
	// Good: it was live and nothing speaks against going back to it.
	Good bool
}

// DeployList shows deploys, the newest first, and below them what can be typed
// about them.
func DeployList(w Words, title string, rows []DeployRow) Message {
	title = first(outside(title, titleLength), "Deploys")
	if len(rows) == 0 {
		return Say(w, R(T(title+": none is recorded. GitHub and CI report deploys; what nobody reports is not known here.")))
	}
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b DeployRow) int {
		return cmp.Or(b.Deploy.At().Compare(a.Deploy.At()), cmp.Compare(b.Deploy.Number, a.Deploy.Number))
	})
	m := Message{Summary: title + ": " + many(len(rows), "deploy", "deploys"), Parts: []Part{Heading(title)}}
	m.Parts = append(m.Parts, lines(len(rows), listedDeploys, func(i int) Rich { return w.deployLine(rows[i]) })...)
	var foot Rich
	if more := len(rows) - listedDeploys; more > 0 {
		foot = R(T(many(more, "more", "more") + ". "))
		if service := rows[0].Deploy.Service; safeWord(service) && severalServices(rows) {
			foot = append(foot, w.cmd("deploys "+service), T(" shows those of one service. "))
		}
	}
	if foot = Join(foot, w.deployHints(rows[:min(len(rows), listedDeploys)])); len(foot) > 0 {
		m.Parts = append(m.Parts, Footer(foot))
	}
	return m
}

func severalServices(rows []DeployRow) bool {
	return slices.ContainsFunc(rows, func(r DeployRow) bool { return !strings.EqualFold(r.Deploy.Service, rows[0].Deploy.Service) })
}

// Bounds of a row: many of them share one message.
const (
	listedReasons = 200
	listedTrouble = 140
	listedLink    = 140
)

// deployLine is one deploy: what, where, when, by whom, how it went, and in a
// second line what is thought of it.
func (w Words) deployLine(r DeployRow) Rich {
	d := r.Deploy
	out := R(B(d.ID()), T(" "), B(deployLabel(d)), T(" of "+serviceName(d.Service)+" to "+environmentName(d.Environment)+" · "))
	out = append(Join(out, deployWhen(d)), T(deployMaker(d)+deployStage(d)))
	if !d.Undone.IsZero() {
		out = append(out, T(" · rolled back since"))
	}
	if r.Good {
		out = append(out, T(" · known to be good"))
	}
	judged := r.judged()
	if len(judged) == 0 && isWebLink(d.URL) && len(escapeSlack(d.URL)) <= listedLink {
		out = append(out, T(" · "), WebLink(d.URL, "Details"))
	}
	if len(judged) == 0 {
		return out
	}
	return Join(out, R(T("\n    ")), judged)
}

// judged says what is thought of a deploy, and what it changed while that matters.
func (r DeployRow) judged() Rich {
	if r.Standing == "" {
		return nil
	}
	out := R(B(capital(first(standingWord(r.Standing), "judged"))))
	if r.Standing == timeline.StandingCleared {
		return out
	}
	if r.Facts != nil {
		link := ""
		if len(escapeSlack(r.Facts.Link)) <= listedLink {
			link = r.Facts.Link
		}
		out = append(out, T(" · "), WebLink(link, changeSize(r.Facts)))
	}
	if why := Reasons(r.Reasons); why != "" {
		out = append(out, T(" — "+cutEscaped(why, listedReasons)))
	}
	if r.Facts == nil && strings.TrimSpace(r.Trouble) != "" {
		out = append(out, T(". What it changed is not known yet. "+asSentence(outside(r.Trouble, listedTrouble))))
	}
	return out
}

// deployHints name what to type, with the numbers and versions that are listed.
func (w Words) deployHints(rows []DeployRow) Rich {
	var out Rich
	blame := slices.IndexFunc(rows, func(r DeployRow) bool {
		return r.Deploy.Rollback.IsZero() && r.Standing != timeline.StandingCaused
	})
	if i := slices.IndexFunc(rows, func(r DeployRow) bool { return r.Standing == timeline.StandingSuspect }); i >= 0 {
		blame = i
	}
	if blame >= 0 {
		out = append(out, w.cmd("caused "+rows[blame].Deploy.ID()), T(" marks the cause, "),
			w.cmd("cleared "+rows[blame].Deploy.ID()), T(" says that it was not this."))
	}
	if to, ok := goBackTo(rows); ok {
		target := to.Version
		if !safeWord(target) {
			target = to.ID()
		}
		if len(out) > 0 {
			out = append(out, T(" "))
		}
		out = append(out, w.cmd("rollback "+to.Service+" to:"+target), T(" shows what going back to it would undo."))
	}
	return out
}

// goBackTo gives the newest good deploy of something else than what is live now of
// its service in its environment.
func goBackTo(rows []DeployRow) (timeline.Deploy, bool) {
	for _, r := range rows {
		if !r.Good || !safeWord(r.Deploy.Service) {
			continue
		}
		live := slices.IndexFunc(rows, func(n DeployRow) bool {
			return n.Deploy.State == timeline.DeploySucceeded && n.Deploy.Environment == r.Deploy.Environment && strings.EqualFold(n.Deploy.Service, r.Deploy.Service)
		})
		if live < 0 {
			continue
		}
		if now := rows[live].Deploy; now.Number != r.Deploy.Number && !now.Same(r.Deploy) {
			return r.Deploy, true
		}
	}
	return timeline.Deploy{}, false
}
