package timeline_test

import (
	"testing"
	"time"

	"backout/timeline"
)

// TestAMergeEndsTheRenewal: the renewal that was owed when people merged the pull
// request is owed no more; what a person asked for is.
func TestAMergeEndsTheRenewal(t *testing.T) {
	for _, asked := range []bool{false, true} {
		d := newDesk(t)
		d.opened()
		d.does(timeline.Resolve("slash:r", "U0ANA", 1, "Patched"))
		d.does(timeline.RequestProposal("slash:p", "U0ANA", 1))
		d.does(timeline.Proposed(d.effect(timeline.OweProposal), timeline.Exported{What: timeline.ExportProposal, Link: "https://github.example/pull/1"}))
		d.does(timeline.AddLesson("slash:l", "U0TOM", 1, "Ship in steps"))
		if e := d.effect(timeline.OweProposal); len(e.Users) != 0 || !e.Due.After(d.now) {
			t.Fatalf("the renewal is %+v", e)
		}
		if asked {
			d.does(timeline.RequestProposal("slash:q", "U0ANA", 1))
		}
		merged := timeline.PaperReport{Incident: 1, Merged: true, At: d.now.Add(-time.Minute)}
		d.does(timeline.TakeReports("", timeline.Reported{Papers: []timeline.PaperReport{merged}}))
		_, owed := d.rec.Owed(timeline.EffectKey(1, timeline.OweProposal, 0))
		if review := d.incident(1).Review; review != timeline.ReviewDone || owed != asked {
			t.Errorf("asked for %v: owed %v, the postmortem is %v", asked, owed, review)
		}
	}
}
