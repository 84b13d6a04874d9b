package templates

import "backout/timeline"

// stepWords says that a step failed, and names the button that repeats it.
func stepWords(step string) (what, again string) {
	switch step {
	case timeline.StepOpenChannel:
		return "The channel was not opened.", "Retry channel"
	case timeline.StepInvite:
		return "People were not invited.", "Retry invitations"
	case timeline.StepCard:
		return "This card was not updated.", "Retry card"
	case timeline.StepPin:
		return "This card was not pinned.", "Retry pin"
	case timeline.StepTopic:
		return "The topic was not set.", "Retry topic"
	case timeline.StepAnnounce:
		return "The announcement was not updated.", "Retry announcement"
	case timeline.StepSweep:
		return "The channel's history was not read.", "Retry history"
	case timeline.StepBriefing:
		return "The instructions were not sent.", "Retry instructions"
	case timeline.StepNews:
		return "A post about a change is missing.", "Retry post"
	case timeline.StepPostmortem:
		return "The postmortem was not uploaded.", "Retry postmortem"
	case timeline.StepNotice:
		return "The former channel was not told.", "Retry notice"
	}
	return workStepWords(step)
}

// workStepWords is stepWords for steps about deploys, rollbacks, alerts and pages.
func workStepWords(step string) (what, again string) {
	switch step {
	case timeline.StepSuspects:
		return "The suspects were not looked for.", "Retry suspects"
	case timeline.StepFacts:
		return "What a deploy changed was not read.", "Retry reading"
	case timeline.StepDeployPost:
		return "A post about a deploy was not updated.", "Retry deploy post"
	case timeline.StepRollback:
		return "A step of a rollback was not done.", "Retry step"
	case timeline.StepCancelRun:
		return "A rollback's run was not cancelled.", "Retry cancelling"
	case timeline.StepRerun:
		return "The failed jobs of a rollback were not run again.", "Retry re-run"
	case timeline.StepOnCall:
		return "People on call were not invited.", "Retry invitations"
	case timeline.StepAlert:
		return "An alert was not updated where it comes from.", "Retry alert"
	case timeline.StepQuestion:
		return "A question about an alert was not posted.", "Retry question"
	case timeline.StepPage:
		return "A page was not sent, or its post not updated.", "Retry page"
	case timeline.StepNudge:
		return "A reminder was not given.", "Retry reminder"
	}
	return "A step failed: " + step + ".", "Retry step"
}

// failureWords is stepWords with the deploy or rollback that it is about. Several
// things that a rollback owes are one step, and people want to know which.
func failureWords(f timeline.Failure) (what, again string) {
	id := timeline.RollbackID(f.Owed.N)
	switch f.Owed.Kind {
	case timeline.OweFacts:
		return "What " + timeline.DeployID(f.Owed.N) + " changed was not read.", "Retry reading"
	case timeline.OweDeployPost:
		return "The post about " + timeline.DeployID(f.Owed.N) + " was not updated.", "Retry deploy post"
	case timeline.OwePreview:
		return "What rollback " + id + " would undo was not looked at.", "Retry looking"
	case timeline.OweRollbackPost:
		return "The post about rollback " + id + " was not updated.", "Retry rollback post"
	case timeline.OweDispatch:
		return "It is not known whether rollback " + id + " was started.", "Go on with " + id
	case timeline.OweFollow:
		return "The run of rollback " + id + " is not watched.", "Watch it again"
	case timeline.OweLapse:
		return "Rollback " + id + " was not ended in time.", "Retry ending it"
	case timeline.OweCancelRun:
		return "The run of rollback " + id + " was not cancelled.", "Retry cancelling"
	case timeline.OweRerun:
		return "The failed jobs of rollback " + id + " were not run again.", "Retry re-run"
	}
	return alertFailure(f)
}

// alertFailure is failureWords for alerts and pages.
func alertFailure(f timeline.Failure) (what, again string) {
	switch ref := timeline.Ref(f.Owed.N); f.Owed.Kind {
	case timeline.OweAlertAck:
		return "The alert " + ref + " was not acknowledged where it comes from.", "Retry acknowledging"
	case timeline.OweAlertResolve:
		return "The alert " + ref + " was not resolved where it comes from.", "Retry resolving"
	case timeline.OweAlertLevel:
		return "The alert " + ref + " did not get our severity where it comes from.", "Retry severity"
	case timeline.OweAlertNote:
		return ref + " was not written to the alerts where they come from.", "Retry note"
	case timeline.OweQuestion:
		return "The question about " + ref + " was not posted.", "Retry question"
	case timeline.OwePage:
		return "Page " + timeline.PageID(f.Owed.N) + " was not sent.", "Retry page"
	case timeline.OwePagePost:
		return "The post about page " + timeline.PageID(f.Owed.N) + " was not updated.", "Retry page post"
	}
	return stepWords(f.Step)
}
