package timeline

import (
	"errors"
	"strconv"
	"time"
)

// EffectKind says what is owed to the outside.
type EffectKind string

// What can be owed. Those marked "state" are set again from the newest state:
// owing one twice before it is carried out is owing it once.
const (
	OweChannel      EffectKind = "open_channel"
	OweInvite       EffectKind = "invite"
	OweCard         EffectKind = "card"     // state: the status card in the incident channel
	OwePin          EffectKind = "pin"      // pin the card
	OweTopic        EffectKind = "topic"    // state
	OweAnnouncement EffectKind = "announce" // state: the message in the announcement channel
	OweSweep        EffectKind = "sweep"    // read the channel's history
	OweBriefing     EffectKind = "briefing" // private instructions to User
	OweNews         EffectKind = "news"     // tell the channel about event N
	OwePostmortem   EffectKind = "postmortem"
	OweNotice       EffectKind = "notice"       // tell a former channel about event N
	OwePublic       EffectKind = "public"       // the version for the public, as a file in the channel
	OweChart        EffectKind = "chart"        // the drawn lanes, as a file in the channel
	OweProposal     EffectKind = "pull_request" // state: the postmortem as a pull request
	OweLessons      EffectKind = "lessons"      // state: the lessons, to be judged
	OweSecretNotice EffectKind = "secret"       // tell an author about the secret in entry N

	// N is the number of a follow-up.
	OweTicket      EffectKind = "ticket"       // the issue that stands for it
	OweTicketState EffectKind = "ticket_state" // state: closed when it is done

	// N is the number of a deploy.
	OweSuspects   EffectKind = "suspects"    // state: rank the suspects; N is not used
	OweFacts      EffectKind = "facts"       // ask what the change of deploy N was
	OweDeployPost EffectKind = "deploy_post" // state: the post about deploy N

	// N is the number of a rollback.
	OwePreview      EffectKind = "preview"       // state: find out what would be undone, and run the guards
	OweRollbackPost EffectKind = "rollback_post" // state: the post about the rollback
	OweDispatch     EffectKind = "dispatch"      // start the workflow, once
	OweFollow       EffectKind = "follow"        // watch the run to its end
	OweLapse        EffectKind = "lapse"         // an approval that nobody gave
	OweCancelRun    EffectKind = "cancel_run"
	OweRerun        EffectKind = "rerun"

	// N is the first row of an alert.
	OweOnCall       EffectKind = "on_call"       // bring in who is on call for it
	OweAlertAck     EffectKind = "alert_ack"     // acknowledge it there
	OweAlertResolve EffectKind = "alert_resolve" // resolve it there
	OweAlertLevel   EffectKind = "alert_level"   // set its priority to our severity
	OweAlertNote    EffectKind = "alert_note"    // write event N to the alerts of the incident
	OweQuestion     EffectKind = "question"      // ask what to do about event N

	OwePage     EffectKind = "page"      // call for help; N is the number of a page
	OwePagePost EffectKind = "page_post" // state: the post about page N
	OweNudge    EffectKind = "nudge"     // the reminder that is event N

	// What belongs to no incident.
	OweOffer     EffectKind = "offer"      // offer to declare the alert of event N
	OweDigest    EffectKind = "digest"     // what is open, in the announcement channel
	OweFollowUps EffectKind = "follow_ups" // what is due, to its owner
	OweInsights  EffectKind = "insights"   // measures over incidents, to who asked
)

// Steps that the card shows, with a Retry button when they failed.
const (
	StepOpenChannel = "open channel"
	StepInvite      = "invite people"
	StepCard        = "status card"
	StepPin         = "pin card"
	StepTopic       = "topic"
	StepAnnounce    = "announcement"
	StepSweep       = "read history"
	StepBriefing    = "instructions"
	StepNews        = "post"
	StepPostmortem  = "postmortem"
	StepNotice      = "notice"
	StepSuspects    = "suspects"
	StepFacts       = "change facts"
	StepDeployPost  = "deploy post"
	StepRollback    = "rollback"
	StepWorkPost    = "rollback post"
	StepCancelRun   = "cancel run"
	StepRerun       = "re-run"
	StepOnCall      = "invite on-call people"
	StepAlert       = "alerting system"
	StepQuestion    = "question"
	StepPage        = "page"
	StepNudge       = "reminder"
	StepProposal    = "pull request"
	StepTicket      = "GitHub issue"
	StepInsights    = "insights"
	StepLessons     = "lessons"
)

// Effect is something owed to the outside. It is stored in the transaction of
// the events that cause it and leaves the store in the transaction of the event
// that says how it ended. Effects carry references, never people's words: what
// is erased from the record is thereby erased from what is owed.
type Effect struct {
	// Key names the effect once and for ever; it travels with the call where the
	// outside can keep it, so that an earlier success can be recognised.
	Key      string     `json:"key"`
	Kind     EffectKind `json:"kind"`
	Incident int        `json:"incident"`
	// N is the event it is about, or 0.
	N int `json:"n,omitempty"`
	// Users are those concerned: people to invite, the person to brief.
	Users []string `json:"users,omitempty"`
	// Channel is the channel concerned when it is not the incident's current one.
	Channel string `json:"channel,omitempty"`
	// Name is what was agreed on with the outside, such as the id of a file that was
	// uploaded and may have been shared.
	Name string `json:"name,omitempty"`
	// Ask is what insights were asked for.
	Ask *InsightsAsked `json:"ask,omitempty"`
	// Gen grows each time a state effect is owed anew before it was carried out.
	Gen     int       `json:"gen,omitempty"`
	Created time.Time `json:"created"`
	// Due is when it may be tried next.
	Due      time.Time `json:"due,omitzero"`
	Attempts int       `json:"attempts,omitempty"`
	// Unsure is set when an attempt may have succeeded without our knowing.
	Unsure bool `json:"unsure,omitempty"`
}

// Step is the name of the effect's kind on the card.
func (e Effect) Step() string {
	switch e.Kind {
	case OweChannel:
		return StepOpenChannel
	case OweInvite:
		return StepInvite
	case OweCard:
		return StepCard
	case OwePin:
		return StepPin
	case OweTopic:
		return StepTopic
	case OweAnnouncement:
		return StepAnnounce
	case OweSweep:
		return StepSweep
	case OweBriefing:
		return StepBriefing
	case OwePostmortem, OweChart, OwePublic:
		return StepPostmortem
	case OweProposal:
		return StepProposal
	case OweLessons:
		return StepLessons
	case OweTicket, OweTicketState:
		return StepTicket
	case OweInsights:
		return StepInsights
	case OweSecretNotice:
		return StepNotice
	case OweNotice:
		return StepNotice
	case OweSuspects:
		return StepSuspects
	case OweFacts:
		return StepFacts
	case OweDeployPost:
		return StepDeployPost
	case OweRollbackPost:
		return StepWorkPost
	case OwePreview, OweDispatch, OweFollow, OweLapse:
		return StepRollback
	case OweCancelRun:
		return StepCancelRun
	case OweRerun:
		return StepRerun
	case OweOnCall:
		return StepOnCall
	case OweAlertAck, OweAlertResolve, OweAlertLevel, OweAlertNote:
		return StepAlert
	case OweQuestion:
		return StepQuestion
	case OwePage, OwePagePost:
		return StepPage
	case OweNudge, OweOffer, OweDigest, OweFollowUps:
		return StepNudge
	}
	return StepNews
}

// State reports whether the newest state wins, so that owing it again replaces.
func (k EffectKind) State() bool {
	switch k {
	case OweCard, OweTopic, OweAnnouncement, OweSuspects, OweDeployPost, OwePreview, OweRollbackPost, OwePagePost,
		OweProposal, OweLessons, OweTicketState:
		return true
	}
	return false
}

// EffectKey names an effect: "INC-7/card", "INC-7/news/12".
func EffectKey(incident int, kind EffectKind, n int) string {
	key := ID(incident) + "/" + string(kind)
	if n > 0 {
		key += "/" + strconv.Itoa(n)
	}
	return key
}

// Trouble is the error of a call to the outside, sorted for the outbox. Adapters
// return it; nobody else needs to know their errors.
type Trouble struct {
	// Permanent: the same call will never succeed.
	Permanent bool
	// After is how long the outside asked us to wait, or 0.
	After time.Duration
	// Unsure: the call may have been carried out.
	Unsure bool
	// Sentence says for people what failed and what to do about it.
	Sentence string
	Cause    error
}

// Error is the sentence and the cause.
func (t *Trouble) Error() string {
	if t.Cause == nil {
		return t.Sentence
	}
	return t.Sentence + ": " + t.Cause.Error()
}

// Unwrap gives the cause.
func (t *Trouble) Unwrap() error { return t.Cause }

// ErrNameTaken is the cause of the Trouble of opening a channel under a name
// that exists, visible to us or not.
var ErrNameTaken = errors.New("a channel with this name exists")

// ErrNoMessage is the cause of the Trouble of editing a message that is gone.
var ErrNoMessage = errors.New("the message is gone")

// Missing is a person who could not be brought in, and why, for people.
type Missing struct {
	User, Why string
}
