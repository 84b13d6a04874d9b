package timeline

import (
	"fmt"
	"slices"
	"time"
)

// newIncident is the state before the first event.
func newIncident(number int) *Incident {
	return &Incident{
		Number: number, next: 1,
		Posts: map[string]Posted{}, byTS: map[string]int{}, texts: map[string][]int{},
	}
}

// Fold replays events of one incident, in order of N, into its state.
func Fold(number int, events []Event) (*Incident, error) {
	in := newIncident(number)
	for _, e := range events {
		if err := in.apply(e); err != nil {
			return nil, err
		}
	}
	return in, nil
}

// apply is the fold's step. It is total over every body: what refers to
// something unknown changes nothing, so that a record can always be read.
func (in *Incident) apply(e Event) error {
	if e.N < in.next {
		return fmt.Errorf("fold %s: %s comes after %s", in.ID(), Ref(e.N), Ref(in.next-1))
	}
	in.next = e.N + 1
	said := saidIn(e)
	e.Body = masked(e.Body, e.Secrets)
	switch b := e.Body.(type) {
	case Message:
		in.applyMessage(e, b, said)
	case MessageEdited:
		in.applyMessageEdited(e, b, said)
	case MessageDeleted:
		in.applyMessageDeleted(e, b)
	case Starred, Unstarred, Reworded, Moved, Hidden, PublicSet, Erased:
		in.applyCorrection(e)
	case FollowUpAdded, FollowUpSet, LessonAdded, LessonDropped, LessonJudged, Ticketed:
		in.applyLearning(e)
	case Posted, StepDone, StepFailed, Swept, GapOpened, GapClosed:
		in.applyUpkeep(e)
	case DeployNoted, DeployChanged, SuspectSet, SuspectsRanked, ChangeFound:
		in.applyDeploy(e)
	case RollbackStep, RollbackNoted:
		in.applyRollback(e)
	case AlertNoted, AlertSplit, PageSet:
		in.applyAlert(e)
	case Nudged, NudgeSet:
		in.applyNudge(e)
	case Expired:
		in.applyExpired()
	default:
		in.applyFact(e)
	}
	return nil
}

// saidIn gives what was really written, where secrets are taken out of it.
func saidIn(e Event) *heard {
	if len(e.Secrets) == 0 {
		return nil
	}
	switch b := e.Body.(type) {
	case Message:
		return &heard{b.Text, b.Files}
	case MessageEdited:
		return &heard{b.Text, b.Files}
	}
	return nil
}

func (in *Incident) applyFact(e Event) {
	text := ""
	switch b := e.Body.(type) {
	case Declared:
		in.applyDeclared(e, b)
		text = b.Title
	case ChannelOpened:
		c := Channel{ID: b.Channel, Name: b.Name, Private: b.Private, From: b.From}
		in.Channel = c
		in.Channels = append(in.Channels, c)
		in.clearFailures(StepOpenChannel)
	case Note:
		text = b.Text
	case Update:
		text = b.Text
		in.Updates = append(in.Updates, UpdateGiven{N: e.N, At: e.At, Who: e.Who, Text: b.Text, Next: b.Next})
	case StatusSet:
		text = b.Text
		in.applyStatus(e, b.Status)
	case SeveritySet:
		in.Severity = b.Severity
	case TitleSet:
		in.Title = b.Title
	case ServicesSet:
		in.Services = b.Services
	case ImpactSet:
		in.Impact, text = b.Text, b.Text
	case CauseSet:
		in.Cause, text = b.Text, b.Text
	case RoleSet:
		in.Roles = append(in.Roles, RoleTerm{Role: b.Role, User: b.User, From: e.At, N: e.N})
	case MomentSet:
		*in.moments.at(b.Moment) = Moment{At: b.To, N: e.N}
		in.detectedSet = in.detectedSet || b.Moment == Detected
	case Linked:
		in.Links = append(in.Links, Link{N: e.N, URL: b.URL, Name: b.Name})
	case Exported:
		in.Exports = append(in.Exports, b)
		in.filed = in.filed && b.What != ExportProposal
	case ReviewSet:
		in.applyReview(e.At, b.State)
		in.filed = e.Who == GitHub
	case PrivacySet:
		in.Private = true
	case FreezeSet:
		in.applyFreeze(e, b)
	case MergedInto:
		if b.Into > 0 {
			in.MergedInto = b.Into
			in.applyStatus(e, Merged)
		} else {
			in.Merged = append(in.Merged, b.From)
		}
	case Reopened:
		text = b.Why
		in.applyStatus(e, Investigating)
	case Cancelled:
		text = b.Why
		in.applyStatus(e, CancelledSt)
	}
	in.addEntry(e, text)
}

func (in *Incident) applyDeclared(e Event, b Declared) {
	in.Title, in.Severity, in.Services, in.Private = b.Title, b.Severity, b.Services, b.Private
	in.Invite = b.Invite
	in.Status, in.DeclaredBy, in.Drill = Investigating, e.Who, b.Drill
	if b.Triage {
		in.Status = Triage
	}
	in.moments.Declared = Moment{At: e.At, N: e.N}
	if !b.DetectedAt.IsZero() && !b.DetectedAt.After(e.At) {
		in.declaredFrom = Moment{At: b.DetectedAt, N: e.N}
		in.moments.Detected = in.declaredFrom
	}
}

// applyStatus moves the status and the moments that a status is a fact for.
// Leaving monitoring or resolved undoes them: it was not over.
func (in *Incident) applyStatus(e Event, s Status) {
	in.Status, in.Ended = s, time.Time{}
	if !s.Open() {
		in.Ended = e.At
	}
	switch s {
	case Monitoring:
		if !in.moments.Mitigated.Set() {
			in.moments.Mitigated = Moment{At: e.At, N: e.N}
		}
		in.moments.Resolved = Moment{}
	case Resolved:
		in.moments.Resolved = Moment{At: e.At, N: e.N}
		in.applyReview(e.At, ReviewDraft)
	case Investigating, Identified, Triage:
		in.applyReview(time.Time{}, "")
		in.moments.Mitigated, in.moments.Resolved = Moment{}, Moment{}
	}
}

func (in *Incident) addEntry(e Event, text string) *Entry {
	en := &Entry{N: e.N, Kind: e.Kind(), At: e.At, Recorded: e.Recorded, Who: e.Who, Text: text, Source: e.Source, Body: e.Body, Secrets: kindsOf(e.Secrets)}
	in.entries = append(in.entries, en)
	return en
}

// change replaces entry n by a changed copy, since snapshots share entries.
func (in *Incident) change(n int, f func(*Entry)) {
	i, ok := in.index(n)
	if !ok {
		return
	}
	c := *in.entries[i]
	f(&c)
	in.entries[i] = &c
}

func (in *Incident) applyCorrection(e Event) {
	switch b := e.Body.(type) {
	case Starred:
		in.change(b.N, func(en *Entry) {
			if !slices.Contains(en.StarredBy, e.Who) {
				en.StarredBy = append(slices.Clone(en.StarredBy), e.Who)
			}
		})
		in.word(b.N, MeansStar, e)
	case Unstarred:
		in.word(b.N, meaningOf(b.What), e)
		if b.What != "" {
			return
		}
		in.change(b.N, func(en *Entry) {
			en.StarredBy = slices.DeleteFunc(slices.Clone(en.StarredBy), func(u string) bool { return u == e.Who })
		})
	case Reworded:
		in.change(b.N, func(en *Entry) {
			en.Text, en.Reworded, en.Erased, en.Secrets = b.Text, true, false, kindsOf(e.Secrets)
			en.rewordings = append(slices.Clone(en.rewordings), e.N)
		})
		in.rewordFact(b)
	case Moved:
		in.change(b.N, func(en *Entry) { en.At = b.To })
		in.moveFact(b)
	case Hidden:
		in.change(b.N, func(en *Entry) { en.Hidden = b.Hidden })
	case PublicSet:
		in.change(b.N, func(en *Entry) { en.Public = b.Public })
	case Erased:
		in.applyErased(b)
	}
}

// rewordFact carries a correction into the facts that stem from the entry.
func (in *Incident) rewordFact(b Reworded) {
	for i := range in.Updates {
		if in.Updates[i].N == b.N {
			in.Updates[i].Text = b.Text
		}
	}
	for i := range in.Lessons {
		if in.Lessons[i].N == b.N {
			in.Lessons[i].Text = b.Text
		}
	}
	for i := range in.FollowUps {
		if in.FollowUps[i].N == b.N {
			in.FollowUps[i].Text, in.FollowUps[i].Touched = b.Text, true
		}
	}
	if e, ok := in.Entry(b.N); ok {
		switch e.Kind {
		case KindImpact:
			in.Impact = b.Text
		case KindCause:
			in.Cause = b.Text
		}
	}
}

func (in *Incident) moveFact(b Moved) {
	for _, name := range MomentNames() {
		if m := in.moments.at(name); m.N == b.N && name != DeclaredM {
			if e, ok := in.Entry(b.N); ok && e.Kind != KindDeclared && e.Kind != KindMoment {
				m.At = b.To
			}
		}
	}
}

func (in *Incident) applyLearning(e Event) {
	switch b := e.Body.(type) {
	case FollowUpAdded:
		in.FollowUps = append(in.FollowUps, FollowUp{Number: b.Number, N: e.N, Text: b.Text, From: b.From, Owner: b.Owner, Due: b.Due, State: FollowUpOpen})
		in.addEntry(e, b.Text)
		in.word(b.From, MeansFollowUp, e)
	case FollowUpSet:
		for i := range in.FollowUps {
			if f := &in.FollowUps[i]; f.Number == b.Number {
				setFollowUp(f, b)
				if e.Who == GitHub {
					f.TicketAt = e.At
				}
				if b.State == FollowUpDropped {
					in.word(f.From, MeansFollowUp, e)
				}
			}
		}
	case LessonAdded:
		in.Lessons = append(in.Lessons, Lesson{N: e.N, Who: e.Who, At: e.At, Text: b.Text, From: b.From})
		in.addEntry(e, b.Text)
		in.word(b.From, MeansLesson, e)
	case LessonJudged:
		in.applyVerdict(e, b)
		in.addEntry(e, b.Text)
	case Ticketed:
		for i := range in.FollowUps {
			if f := &in.FollowUps[i]; f.Number == b.FollowUp {
				f.Ticket, f.Touched = b.Ticket, true
			}
		}
	case LessonDropped:
		for _, l := range in.Lessons {
			if l.N == b.N {
				in.word(l.From, MeansLesson, e)
			}
		}
		in.Lessons = slices.DeleteFunc(in.Lessons, func(l Lesson) bool { return l.N == b.N })
		in.change(b.N, func(en *Entry) { en.Hidden = true })
	}
}

func setFollowUp(f *FollowUp, b FollowUpSet) {
	f.Touched = true
	if b.State != "" {
		f.State = b.State
	}
	if b.Owner != nil {
		f.Owner = *b.Owner
	}
	if b.Due != nil {
		f.Due = *b.Due
	}
}

func (in *Incident) applyUpkeep(e Event) {
	switch b := e.Body.(type) {
	case Posted:
		in.Posts[b.What] = b
	case StepDone:
		in.clearFailure(b.Effect)
	case StepFailed:
		in.clearFailure(b.Effect)
		in.Failures = append(in.Failures, Failure{N: e.N, Step: b.Step, Reason: b.Reason, Owed: b.Owed})
		in.addEntry(e, "")
	case Swept:
		if b.Channel == in.Channel.ID && b.To.After(in.CompleteTo) {
			in.CompleteTo = b.To
		}
	case GapOpened:
		in.Gaps = append(in.Gaps, Gap{N: e.N, Channel: b.Channel, From: b.From, Reason: b.Reason, Silent: b.Silent})
		in.addEntry(e, "")
	case GapClosed:
		in.Gaps = slices.DeleteFunc(in.Gaps, func(g Gap) bool { return g.N == b.N })
		in.change(b.N, func(en *Entry) {
			if gap, ok := en.Body.(GapOpened); ok {
				gap.Filled, gap.Found = e.At, b.Found
				en.Body = gap
			}
		})
	}
}

// clearFailure ends the failure of one effect: another of the same kind may have
// failed too.
func (in *Incident) clearFailure(effect string) {
	in.Failures = slices.DeleteFunc(in.Failures, func(f Failure) bool { return f.Owed.Key == effect })
}

func (in *Incident) clearFailures(step string) {
	in.Failures = slices.DeleteFunc(in.Failures, func(f Failure) bool { return f.Step == step })
}
