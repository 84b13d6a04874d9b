package deploys

import (
	"time"

	"backout/timeline"
)

// The weights. A suspect's points are their sum; only the order that results is
// ever shown, so that the numbers may be changed without anybody's noticing more
// than a better ranking. Where a deploy is and when it went out say most. Words
// agree by chance, so that all of them together cannot put a dependency above the
// service itself when both were deployed at the same time.
const (
	// point is the unit. Weights are whole numbers of parts of a point, so that the
	// same evidence gives the same sum on every machine.
	point = 1000

	// weightSameService: a service that breaks was most often changed itself.
	weightSameService = 40 * point
	// weightDependency: what it depends on is the next place to look, but most
	// dependencies are not used by what broke.
	weightDependency = 20 * point
	// weightUnnamed is for every service while nobody has said which one is
	// affected: it only keeps the scale, being the same for all.
	weightUnnamed = 10 * point
	// weightBefore is for a deploy right before the first symptom, and shrinks to
	// nothing at the far end of the window: damage usually shows at once.
	weightBefore = 30 * point
	// weightAfter is the same for one that began after the first symptom that is
	// known. That is only possible because the symptom may have been noticed wrong,
	// so it is worth little.
	weightAfter = 8 * point
	// weightSensitive is for touching what the team itself calls sensitive. It is
	// worth 24 minutes of an hour's window, or 3 words.
	weightSensitive = 12 * point
	// weightWord is for each word of the report in the change, of three at most:
	// one may be chance, three hardly are.
	weightWord = 4 * point
	// weightFailed: a deploy that stopped halfway leaves a mix that nobody tested.
	// It is worth little, because many fail before they change anything.
	weightFailed = 5 * point
	// weightRolling: old and new side by side is a cause of its own, and a stage
	// that few people use fits a report from few people.
	weightRolling = 5 * point
)

// evidence is all that speaks for or against one deploy.
type evidence struct {
	deploy  timeline.Deploy
	concern concern
	place   place
	window  window
	change  change
}

// judge turns evidence into points and into reasons in the order in which they
// are told.
func judge(e evidence) (points int, reasons []timeline.Reason) {
	give := func(weight int, r timeline.Reason) {
		points += weight
		reasons = append(reasons, r)
	}
	switch e.concern.kind {
	case timeline.ReasonSameService:
		give(weightSameService, timeline.Reason{Kind: timeline.ReasonSameService})
	case timeline.ReasonDependency:
		give(weightDependency, timeline.Reason{Kind: timeline.ReasonDependency, Words: []string{e.concern.by}})
	default:
		points += weightUnnamed
	}
	// People often say that it began with the deploy. "0 s before it began" would
	// tell nothing then.
	noticed := e.window.noticed.Sub(e.window.symptom)
	switch {
	case e.place.after:
		give(near(weightAfter, e.place.distance, e.window.length), timeline.Reason{Kind: timeline.ReasonAfter, For: e.place.distance})
	case !e.window.assumed && e.place.distance < time.Second && noticed >= time.Second:
		give(weightBefore, timeline.Reason{Kind: timeline.ReasonNoticed, For: noticed})
	default:
		give(near(weightBefore, e.place.distance, e.window.length), timeline.Reason{Kind: timeline.ReasonBefore, For: e.place.distance})
	}
	if len(e.change.paths) > 0 {
		weight := 0 // paths that only share words count as words
		if e.change.sensitive {
			weight = weightSensitive
		}
		give(weight, timeline.Reason{Kind: timeline.ReasonTouches, Words: e.change.paths})
	}
	if n := len(e.change.words); n > 0 {
		give(n*weightWord, timeline.Reason{Kind: timeline.ReasonReport, Words: e.change.words})
	}
	if e.deploy.State == timeline.DeployFailed {
		give(weightFailed, timeline.Reason{Kind: timeline.ReasonFailed})
	}
	if e.place.rolling {
		give(weightRolling, timeline.Reason{Kind: timeline.ReasonRolling})
	}
	return points, reasons
}

// near gives all of the weight at the first symptom and nothing at the far end of
// the window. It counts in milliseconds, which do not overflow however long a
// window somebody configures.
func near(weight int, distance, length time.Duration) int {
	whole, left := length.Milliseconds(), (length - distance).Milliseconds()
	if whole <= 0 || left <= 0 {
		return 0
	}
	return int(int64(weight) * min(left, whole) / whole)
}
