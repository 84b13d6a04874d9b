package timeline

import "encoding/json"

// Kind names the kind of the body.
func (Declared) Kind() Kind { return KindDeclared }

// Kind names the kind of the body.
func (ChannelOpened) Kind() Kind { return KindChannelOpened }

// Kind names the kind of the body.
func (Message) Kind() Kind { return KindMessage }

// Kind names the kind of the body.
func (MessageEdited) Kind() Kind { return KindMessageEdited }

// Kind names the kind of the body.
func (MessageDeleted) Kind() Kind { return KindMessageDeleted }

// Kind names the kind of the body.
func (Starred) Kind() Kind { return KindStarred }

// Kind names the kind of the body.
func (Unstarred) Kind() Kind { return KindUnstarred }

// Kind names the kind of the body.
func (Note) Kind() Kind { return KindNote }

// Kind names the kind of the body.
func (Reworded) Kind() Kind { return KindReworded }

// Kind names the kind of the body.
func (Moved) Kind() Kind { return KindMoved }

// Kind names the kind of the body.
func (Hidden) Kind() Kind { return KindHidden }

// Kind names the kind of the body.
func (Update) Kind() Kind { return KindUpdate }

// Kind names the kind of the body.
func (StatusSet) Kind() Kind { return KindStatus }

// Kind names the kind of the body.
func (SeveritySet) Kind() Kind { return KindSeverity }

// Kind names the kind of the body.
func (TitleSet) Kind() Kind { return KindTitle }

// Kind names the kind of the body.
func (ServicesSet) Kind() Kind { return KindService }

// Kind names the kind of the body.
func (ImpactSet) Kind() Kind { return KindImpact }

// Kind names the kind of the body.
func (CauseSet) Kind() Kind { return KindCause }

// Kind names the kind of the body.
func (RoleSet) Kind() Kind { return KindRole }

// Kind names the kind of the body.
func (MomentSet) Kind() Kind { return KindMoment }

// Kind names the kind of the body.
func (FollowUpAdded) Kind() Kind { return KindFollowUp }

// Kind names the kind of the body.
func (FollowUpSet) Kind() Kind { return KindFollowUpSet }

// Kind names the kind of the body.
func (LessonAdded) Kind() Kind { return KindLesson }

// Kind names the kind of the body.
func (LessonDropped) Kind() Kind { return KindLessonDropped }

// Kind names the kind of the body.
func (Linked) Kind() Kind { return KindLink }

// Kind names the kind of the body.
func (Exported) Kind() Kind { return KindExport }

// Kind names the kind of the body.
func (Posted) Kind() Kind { return KindPosted }

// Kind names the kind of the body.
func (StepFailed) Kind() Kind { return KindStepFailed }

// Kind names the kind of the body.
func (StepDone) Kind() Kind { return KindStepDone }

// Kind names the kind of the body.
func (Swept) Kind() Kind { return KindSwept }

// Kind names the kind of the body.
func (GapOpened) Kind() Kind { return KindGap }

// Kind names the kind of the body.
func (GapClosed) Kind() Kind { return KindGapClosed }

// Kind names the kind of the body.
func (PrivacySet) Kind() Kind { return KindPrivacy }

// Kind names the kind of the body.
func (Reopened) Kind() Kind { return KindReopened }

// Kind names the kind of the body.
func (Cancelled) Kind() Kind { return KindCancelled }

// decoderOf is the one list of what can be read back, kind by kind. It is a
// function and not a variable so that nothing can change it.
func decoderOf(k Kind) (func([]byte) (Body, error), bool) {
	switch k {
	case KindDeclared:
		return decode[Declared], true
	case KindChannelOpened:
		return decode[ChannelOpened], true
	case KindMessage:
		return decode[Message], true
	case KindMessageEdited:
		return decode[MessageEdited], true
	case KindMessageDeleted:
		return decode[MessageDeleted], true
	case KindStarred:
		return decode[Starred], true
	case KindUnstarred:
		return decode[Unstarred], true
	case KindNote:
		return decode[Note], true
	case KindReworded:
		return decode[Reworded], true
	case KindMoved:
		return decode[Moved], true
	case KindHidden:
		return decode[Hidden], true
	case KindUpdate:
		return decode[Update], true
	case KindStatus:
		return decode[StatusSet], true
	case KindSeverity:
		return decode[SeveritySet], true
	case KindTitle:
		return decode[TitleSet], true
	case KindService:
		return decode[ServicesSet], true
	case KindImpact:
		return decode[ImpactSet], true
	case KindCause:
		return decode[CauseSet], true
	case KindRole:
		return decode[RoleSet], true
	case KindMoment:
		return decode[MomentSet], true
	case KindFollowUp:
		return decode[FollowUpAdded], true
	case KindFollowUpSet:
		return decode[FollowUpSet], true
	case KindLesson:
		return decode[LessonAdded], true
	case KindLessonDropped:
		return decode[LessonDropped], true
	case KindLink:
		return decode[Linked], true
	case KindExport:
		return decode[Exported], true
	case KindPosted:
		return decode[Posted], true
	case KindStepFailed:
		return decode[StepFailed], true
	case KindStepDone:
		return decode[StepDone], true
	case KindSwept:
		return decode[Swept], true
	case KindGap:
		return decode[GapOpened], true
	case KindGapClosed:
		return decode[GapClosed], true
	case KindPrivacy:
		return decode[PrivacySet], true
	case KindReopened:
		return decode[Reopened], true
	case KindCancelled:
		return decode[Cancelled], true
	case KindDeploy:
		return decode[DeployNoted], true
	case KindDeployChanged:
		return decode[DeployChanged], true
	case KindSuspect:
		return decode[SuspectSet], true
	case KindSuspectsRanked:
		return decode[SuspectsRanked], true
	case KindChangeFound:
		return decode[ChangeFound], true
	case KindRollback:
		return decode[RollbackStep], true
	case KindRollbackNoted:
		return decode[RollbackNoted], true
	case KindFreeze:
		return decode[FreezeSet], true
	case KindDeploySeen:
		return decode[DeploySeen], true
	case KindDeployMarked:
		return decode[DeployMarked], true
	case KindDeployUndone:
		return decode[DeployUndone], true
	case KindAlert:
		return decode[AlertNoted], true
	case KindAlertSplit:
		return decode[AlertSplit], true
	case KindAlertOffered:
		return decode[AlertOffered], true
	case KindPage:
		return decode[PageSet], true
	case KindNudged:
		return decode[Nudged], true
	case KindNudgeSet:
		return decode[NudgeSet], true
	case KindMerged:
		return decode[MergedInto], true
	case KindReminded:
		return decode[Reminded], true
	case KindReview:
		return decode[ReviewSet], true
	case KindLessonJudged:
		return decode[LessonJudged], true
	case KindErased:
		return decode[Erased], true
	case KindExpired:
		return decode[Expired], true
	case KindPublicSet:
		return decode[PublicSet], true
	case KindTicketed:
		return decode[Ticketed], true
	}
	return nil, false
}

func decode[B Body](raw []byte) (Body, error) {
	var b B
	err := json.Unmarshal(raw, &b)
	return b, err
}
