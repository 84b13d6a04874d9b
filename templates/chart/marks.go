package chart

// Chart is a picture before it is drawn: lanes of marks, from top to bottom.
type Chart struct {
	Title, Facts string
	// Caption says in sentences what the picture shows, for those who cannot see it.
	Caption string
	// Foot says what the times are and how complete the record is.
	Foot string
	// Names and Free are the px left of the plot, where lanes have their names, and
	// right of it, where labels may reach into.
	Names, Free float64
	Lanes       []Lane
	// Grid, Folds and Stems run through all lanes above the axis.
	Grid  []float64
	Folds []Fold
	Stems []Stem
}

// LaneKind says what a lane shows.
type LaneKind string

// The lanes, in their order. LaneDots and LaneKey are those of a chart of dots.
const (
	LaneMoments  LaneKind = "moments"
	LanePhases   LaneKind = "phases"
	LaneAlerts   LaneKind = "alerts"
	LaneService  LaneKind = "service"
	LaneMore     LaneKind = "more"
	LaneRollback LaneKind = "rollback"
	LaneMessages LaneKind = "messages"
	LaneDots     LaneKind = "dots"
	LaneAxis     LaneKind = "axis"
	LaneKey      LaneKind = "key"
)

// Lane is one strip of the picture. Height is in px.
type Lane struct {
	Kind   LaneKind
	Name   string
	Sub    []string
	Height float64
	Marks  []Mark
}

// Fold is a quiet stretch that was given less room than its length.
type Fold struct {
	From, To float64
	Title    string
}

// Stem is the line below a moment.
type Stem struct {
	X    float64
	Look Look
}

// Shape says how a mark is drawn.
type Shape string

// The shapes.
const (
	Bar   Shape = "bar"   // from From to To, from Y down to Y+H
	Glyph Shape = "glyph" // centred on From and Y, drawn as its look says
	Label Shape = "label" // words that begin, end or are centred at From, on the base line Y
	Line  Shape = "line"  // across, from From to To at Y
	Rule  Shape = "rule"  // down, at From from Y to Y+H
)

// Anchor says where a label has its From.
type Anchor string

// The anchors; the empty one is the label's beginning.
const (
	AtStart  Anchor = ""
	AtEnd    Anchor = "end"
	AtMiddle Anchor = "middle"
)

// Mark is one thing in a lane.
type Mark struct {
	Shape Shape
	// Look is what it stands for, and so its colour and its glyph.
	Look Look
	// From and To are fractions of the plot, from 0 to 1. To is From for what has no
	// length.
	From, To float64
	// Y and H are px in the lane, DX px to the right of From.
	Y, H, DX float64
	Anchor   Anchor
	// Text is what a label says, or the number on a glyph; Tail follows it in a second
	// voice.
	Text, Tail string
	// Title says what it stands for, with the exact time.
	Title string
	// Row is the number of its row in the timeline, or 0.
	Row int
}

// Look is what a mark stands for.
type Look string

// Moments, as glyphs, stems and labels.
const (
	LookBegan     Look = "began"
	LookDetected  Look = "detected"
	LookDeclared  Look = "declared"
	LookMitigated Look = "mitigated"
	LookResolved  Look = "resolved"
	LookCancelled Look = "cancelled"
	LookMerged    Look = "merged"
	LookNow       Look = "now"
)

// Stretches between moments, as bars and the labels in them.
const (
	LookDetect   Look = "detect"
	LookDeclare  Look = "declare"
	LookMitigate Look = "mitigate"
	LookWatch    Look = "watch"
	LookSpent    Look = "spent" // from the last moment that is known to the end
)

// Alerts: until somebody took them, and after that.
const (
	LookHot   Look = "hot"
	LookAlert Look = "alert"
)

// Versions and deploys.
const (
	LookLive      Look = "live"      // a version that was live
	LookBlamed    Look = "blamed"    // one that is suspected, or caused it
	LookUnknown   Look = "unknown"   // what was live is not known
	LookRunning   Look = "running"   // a deploy at work
	LookDeploy    Look = "deploy"    // its end
	LookCleared   Look = "cleared"   // the end of one that was cleared
	LookBroken    Look = "broken"    // the end of one that failed
	LookCalledOff Look = "calledoff" // the end of a deploy or rollback that was cancelled
	LookSeveral   Look = "several"   // the ends of several deploys
	LookBack      Look = "back"      // where a rollback took effect
)

// Rollbacks: before the run, the run, the run of one that failed, and their ends.
const (
	LookWaiting Look = "waiting"
	LookRolling Look = "rolling"
	LookFailing Look = "failing"
	LookDone    Look = "done"
	LookFailed  Look = "failed"
)

// The rest.
const (
	LookMessages Look = "messages" // how many there were
	LookBase     Look = "base"     // the line they stand on
	LookNote     Look = "note"     // words beside a mark
	LookNone     Look = "none"     // that a lane is empty
	LookTick     Look = "tick"
	LookDay      Look = "day"
	LookQuiet    Look = "quiet" // words below a fold
	LookGrid     Look = "grid"
	LookTarget   Look = "target"
	LookMet      Look = "met"    // took no longer than its target
	LookMissed   Look = "missed" // took longer
)
