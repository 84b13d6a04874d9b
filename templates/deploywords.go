package templates

import (
	"strings"

	"backout/timeline"
)

// deployTitle says in a few words what a deploy is doing, for a heading of its own.
func deployTitle(d timeline.Deploy) string {
	what, where := deployLabel(d)+" of "+serviceName(d.Service), environmentName(d.Environment)
	switch d.State {
	case timeline.DeployPending:
		return what + " is about to go out to " + where
	case timeline.DeployRunning:
		return what + " is going out to " + where
	case timeline.DeploySucceeded:
		return what + " was deployed to " + where
	case timeline.DeployFailed:
		return "The deploy of " + what + " to " + where + " failed"
	case timeline.DeployCancelled:
		return "The deploy of " + what + " to " + where + " was cancelled"
	}
	return what + " was reported for " + where
}

// deployWhen says what state a deploy came to, and when.
func deployWhen(d timeline.Deploy) Rich {
	word, at := "reported", d.At()
	switch d.State {
	case timeline.DeployPending:
		word = "not started yet, reported"
	case timeline.DeployRunning:
		word, at = "going out since", d.Started
	case timeline.DeploySucceeded:
		word = "deployed"
	case timeline.DeployFailed:
		word = "failed"
	case timeline.DeployCancelled:
		word = "cancelled"
	}
	if at.IsZero() {
		return R(T(strings.TrimSuffix(word, " since")))
	}
	return R(T(word+" "), At(at))
}

// deployMaker says who made a deploy: " by jonas", or nothing. The name is one at
// GitHub or in CI. Whoever confirmed a rollback is named by the rollback itself.
func deployMaker(d timeline.Deploy) string {
	if !d.Rollback.IsZero() {
		return " by a rollback"
	}
	if by := outside(d.By, nameLength); by != "" {
		return " by " + by
	}
	return ""
}

// deployStage is ", stage canary" for a deploy that does not reach everybody.
func deployStage(d timeline.Deploy) string {
	if stage := outside(d.Stage, nameLength); stage != "" && !d.Full() {
		return ", stage " + stage
	}
	return ""
}

// standingWord is a standing in a list.
func standingWord(s timeline.Standing) string {
	switch s {
	case timeline.StandingSuspect:
		return "suspect"
	case timeline.StandingCaused:
		return "marked as the cause"
	case timeline.StandingCleared:
		return "cleared"
	}
	return ""
}

// shownServices is how many services a sentence names.
const shownServices = 5

// frozenWords names what is frozen: "deploys of web-app and auth", "all deploys".
func frozenWords(services []string) string {
	names := make([]string, 0, len(services))
	for _, s := range services {
		if s == timeline.AllServices {
			return "all deploys"
		}
		names = append(names, serviceName(s))
	}
	if len(names) == 0 {
		return "deploys"
	}
	return "deploys of " + listing(names, shownServices)
}

// safeWord reports whether a name can be typed behind a command as it is.
func safeWord(s string) bool {
	if s == "" || len(s) > nameLength {
		return false
	}
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("._+-/", r) {
			return false
		}
	}
	return true
}
