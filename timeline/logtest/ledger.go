package logtest

import (
	"fmt"
	"strings"
	"testing"

	"backout/timeline"
)

func deployRow(n int, service, environment, data string) timeline.DeployRow {
	return timeline.DeployRow{Number: n, Service: service, Environment: environment, Data: []byte(data)}
}

func (s *subject) deploys(q timeline.DeployQuery) string {
	s.Helper()
	rows, err := s.Deploys(s.Context(), q)
	s.must(err)
	var out strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&out, "%d:%s/%s=%s ", r.Number, r.Service, r.Environment, r.Data)
	}
	return strings.TrimSpace(out.String())
}

// deploysNewestFirst: rows come by number, narrowed, bounded and paged.
func deploysNewestFirst(t *testing.T, s *subject) {
	s.commit(timeline.Batch{Deploys: []timeline.DeployRow{
		deployRow(1, "web", "production", "a"), deployRow(2, "web", "staging", "b"), deployRow(3, "api", "production", "c"),
	}})
	s.commit(timeline.Batch{Deploys: []timeline.DeployRow{deployRow(300, "web", "production", "d"), deployRow(1, "web", "production", "A")}})
	for _, c := range []struct {
		q    timeline.DeployQuery
		want string
	}{
		{timeline.DeployQuery{Limit: 10}, "300:web/production=d 3:api/production=c 2:web/staging=b 1:web/production=A"},
		{timeline.DeployQuery{Limit: 2}, "300:web/production=d 3:api/production=c"},
		{timeline.DeployQuery{Before: 3, Limit: 2}, "2:web/staging=b 1:web/production=A"},
		{timeline.DeployQuery{Before: 4, Limit: 1}, "3:api/production=c"},
		{timeline.DeployQuery{Service: "web", Environment: "production", Limit: 10}, "300:web/production=d 1:web/production=A"},
		{timeline.DeployQuery{Service: "web", Environment: "production", Before: 300, Limit: 10}, "1:web/production=A"},
		{timeline.DeployQuery{Service: "web", Environment: "production", Before: 1, Limit: 10}, ""},
		{timeline.DeployQuery{Service: "we", Environment: "bproduction", Limit: 10}, ""},
		{timeline.DeployQuery{Service: "web", Environment: "nowhere", Limit: 10}, ""},
		{timeline.DeployQuery{}, ""},
	} {
		if got := s.deploys(c.q); got != c.want {
			t.Errorf("%+v: %q, want %q", c.q, got, c.want)
		}
	}
	s.reopen()
	if got := s.deploys(timeline.DeployQuery{Limit: 1}); got != "300:web/production=d" {
		t.Errorf("after reopening: %q", got)
	}
}

// oddPlaces: services and environments may be any text, and none is the beginning
// of another.
func oddPlaces(t *testing.T, s *subject) {
	words := []string{"a", "ab", "a/b", "", "ü\x00x", "a\nb", strings.Repeat("x", 300)}
	n := 0
	var rows []timeline.DeployRow
	for _, service := range words {
		for _, env := range words {
			n++
			rows = append(rows, deployRow(n, service, env, "x"))
		}
	}
	s.commit(timeline.Batch{Deploys: rows})
	for _, r := range rows {
		if r.Service == "" && r.Environment == "" {
			continue // asks for all
		}
		got, err := s.Deploys(s.Context(), timeline.DeployQuery{Service: r.Service, Environment: r.Environment, Limit: 10})
		s.must(err)
		if len(got) != 1 || got[0].Number != r.Number || got[0].Service != r.Service || got[0].Environment != r.Environment {
			t.Errorf("%.20q in %.20q gives %d rows", r.Service, r.Environment, len(got))
		}
	}
}

// ledgerEnds: boot says where the record of deploys goes on.
func ledgerEnds(t *testing.T, s *subject) {
	check := func(event, deploy int) {
		t.Helper()
		b, err := s.Boot(s.Context())
		s.must(err)
		if b.LedgerEvent != event || b.LedgerDeploy != deploy {
			t.Errorf("the ledger ends at event %d and deploy %d, want %d and %d", b.LedgerEvent, b.LedgerDeploy, event, deploy)
		}
	}
	check(0, 0)
	s.commit(timeline.Batch{Events: []timeline.Record{record(1, 1, "of an incident")}})
	check(0, 0)
	s.commit(timeline.Batch{
		Events:  []timeline.Record{record(timeline.Ledger, 1, "seen"), record(timeline.Ledger, 2, "seen"), record(2, 9, "of an incident")},
		Deploys: []timeline.DeployRow{deployRow(7, "web", "production", "x"), deployRow(2, "web", "production", "x")},
	})
	check(2, 7)
	if got := texts(s.events(timeline.Ledger)); got != "0/1=seen 0/2=seen " {
		t.Errorf("events of the ledger: %s", got)
	}
	s.reopen()
	check(2, 7)
}
