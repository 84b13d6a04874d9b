package timeline

import "slices"

func (in *Incident) noted(deploy int) *NotedDeploy {
	i := slices.IndexFunc(in.Deploys, func(d NotedDeploy) bool { return d.Deploy.Number == deploy })
	if i < 0 {
		return nil
	}
	return &in.Deploys[i]
}

func (in *Incident) applyDeploy(e Event) {
	switch b := e.Body.(type) {
	case DeployNoted:
		in.addEntry(e, "")
		if in.noted(b.Deploy.Number) == nil {
			in.Deploys = append(in.Deploys, NotedDeploy{N: e.N, Deploy: b.Deploy, During: b.During})
		}
	case DeployChanged:
		if d := in.noted(b.Deploy.Number); d != nil {
			d.Deploy = b.Deploy
			in.change(d.N, func(en *Entry) {
				en.At, en.Body = b.Deploy.At(), DeployNoted{Deploy: b.Deploy, During: d.During}
			})
		}
	case SuspectSet:
		in.addEntry(e, "")
		if d := in.noted(b.Deploy); d != nil {
			d.Standing, d.By, d.JudgedN = b.Standing, e.Who, e.N
			if len(b.Reasons) > 0 {
				d.Reasons = b.Reasons
			}
		}
	case SuspectsRanked:
		in.applyRanking(b)
	case ChangeFound:
		if d := in.noted(b.Deploy); d != nil {
			if b.Facts != nil {
				d.Facts = b.Facts
			}
			d.Trouble = b.Trouble
		}
	}
}

// applyRanking takes over a ranking. A suspect of the ranking alone that is not in
// it any more leaves the story with its row.
func (in *Incident) applyRanking(b SuspectsRanked) {
	for i := range in.Deploys {
		d := &in.Deploys[i]
		at := slices.IndexFunc(b.Ranked, func(r RankedDeploy) bool { return r.Deploy == d.Deploy.Number })
		if at >= 0 {
			d.Rank, d.Reasons = at+1, b.Ranked[at].Reasons
			continue
		}
		d.Rank = 0
		if d.Standing == StandingSuspect && d.By == Backout {
			in.change(d.JudgedN, func(en *Entry) { en.Hidden = true })
			if !d.During {
				in.change(d.N, func(en *Entry) { en.Hidden = true })
			}
			d.Standing, d.By, d.Reasons = "", "", nil
		}
	}
	for _, r := range b.Ranked { // one that comes back comes back with its row
		if d := in.noted(r.Deploy); d != nil {
			in.change(d.N, func(en *Entry) { en.Hidden = false })
		}
	}
}

func (in *Incident) applyRollback(e Event) {
	switch b := e.Body.(type) {
	case RollbackStep:
		in.addEntry(e, "")
		r := in.rollback(b.Number)
		if r == nil {
			if b.Plan == nil {
				return
			}
			in.Rollbacks = append(in.Rollbacks, Rollback{Number: b.Number, N: e.N, Plan: *b.Plan, Requester: e.Who})
			r = &in.Rollbacks[len(in.Rollbacks)-1]
		}
		r.step(e, b)
	case RollbackNoted:
		if r := in.rollback(b.Number); r != nil {
			if b.Preview != nil {
				r.Preview = b.Preview
			}
			if b.Run != nil {
				r.Run = *b.Run
			}
			if b.CancelAsked {
				r.CancelBy = e.Who
			}
		}
	}
}

func (in *Incident) rollback(number int) *Rollback {
	i := slices.IndexFunc(in.Rollbacks, func(r Rollback) bool { return r.Number == number })
	if i < 0 {
		return nil
	}
	return &in.Rollbacks[i]
}

func (r *Rollback) step(e Event, b RollbackStep) {
	if r.State == RollbackFailed { // its jobs run again: what was asked of the run before is past
		r.CancelBy = ""
	}
	r.State, r.Reason = b.State, b.Reason
	r.Phases = append(r.Phases, Phase{State: b.State, At: e.At, Who: e.Who, N: e.N})
	if b.Confirmation > 0 && b.Confirmation != r.Confirmation {
		if r.ID != "" {
			r.EarlierIDs = append(slices.Clone(r.EarlierIDs), r.ID)
		}
		r.Confirmation, r.ID, r.ConfirmedBy = b.Confirmation, b.ID, e.Who
		r.Approvals, r.Run, r.CancelBy = nil, WorkflowRun{}, ""
		r.Overridden, r.OverrideReason = b.Overridden, b.OverrideReason
	}
	if b.Approved {
		r.Approvals = append(r.Approvals, Approval{Who: e.Who, At: e.At, N: e.N})
	}
	if b.Run != nil {
		r.Run = *b.Run
	}
}

func (in *Incident) applyFreeze(e Event, b FreezeSet) {
	if !b.Frozen {
		in.Freezes = slices.DeleteFunc(slices.Clone(in.Freezes), func(f Freeze) bool {
			return slices.Contains(b.Services, f.Service) || slices.Contains(b.Services, AllServices)
		})
		return
	}
	for _, s := range b.Services {
		if !slices.ContainsFunc(in.Freezes, func(f Freeze) bool { return f.Service == s }) {
			in.Freezes = append(in.Freezes, Freeze{Service: s, Since: e.At, Who: e.Who, N: e.N})
		}
	}
}
