package timeline

// Kind says what sort of thing an event records. Kinds are part of the stored
// shape and of the JSON API: they are never renamed.
type Kind string

// Kinds that make a timeline entry.
const (
	KindDeclared      Kind = "declared"
	KindChannelOpened Kind = "channel_opened"
	KindMessage       Kind = "message"
	KindNote          Kind = "note"
	KindUpdate        Kind = "update"
	KindStatus        Kind = "status"
	KindSeverity      Kind = "severity"
	KindTitle         Kind = "title"
	KindService       Kind = "service"
	KindRole          Kind = "role"
	KindMoment        Kind = "moment"
	KindImpact        Kind = "impact"
	KindCause         Kind = "cause"
	KindFollowUp      Kind = "follow_up"
	KindLesson        Kind = "lesson"
	KindLink          Kind = "link"
	KindExport        Kind = "export"
	KindStepFailed    Kind = "step_failed"
	KindGap           Kind = "gap"
	KindReopened      Kind = "reopened"
	KindCancelled     Kind = "cancelled"
	KindDeploy        Kind = "deploy"
	KindSuspect       Kind = "suspect"
	KindRollback      Kind = "rollback"
	KindFreeze        Kind = "freeze"
	KindAlert         Kind = "alert"
	KindPage          Kind = "page"
	KindMerged        Kind = "merged"
	KindReview        Kind = "review"
	KindLessonJudged  Kind = "lesson_judged"
)

// Kinds that correct or complete an entry. They have numbers of their own and
// stand in the raw record, but no row of their own in the timeline.
const (
	KindMessageEdited  Kind = "message_edited"
	KindMessageDeleted Kind = "message_deleted"
	KindStarred        Kind = "starred"
	KindUnstarred      Kind = "unstarred"
	KindReworded       Kind = "reworded"
	KindMoved          Kind = "moved"
	KindHidden         Kind = "hidden"
	KindFollowUpSet    Kind = "follow_up_set"
	KindLessonDropped  Kind = "lesson_dropped"
	KindPosted         Kind = "posted"
	KindStepDone       Kind = "step_done"
	KindSwept          Kind = "swept"
	KindGapClosed      Kind = "gap_closed"
	KindPrivacy        Kind = "privacy"
	KindDeployChanged  Kind = "deploy_changed"
	KindSuspectsRanked Kind = "suspects_ranked"
	KindChangeFound    Kind = "change_found"
	KindRollbackNoted  Kind = "rollback_noted"
	KindAlertSplit     Kind = "alert_split"
	KindNudged         Kind = "nudged"
	KindNudgeSet       Kind = "nudge_set"
	KindErased         Kind = "erased"
	KindExpired        Kind = "expired"
	KindPublicSet      Kind = "public_set"
	KindTicketed       Kind = "ticketed"
)

// Kinds of what belongs to no incident.
const (
	KindDeploySeen   Kind = "deploy_seen"
	KindDeployMarked Kind = "deploy_marked"
	KindDeployUndone Kind = "deploy_undone"
	KindAlertOffered Kind = "alert_offered"
	KindReminded     Kind = "reminded"
)
