package pages_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"backout/bot/pages"
	"backout/timeline"
)

// broken are views whose documents have a fault.
type broken struct{ views }

func (broken) Draft(context.Context, *timeline.Incident, string) (string, []byte, error) {
	panic("secret words of somebody")
}

// tally counts by name and labels.
type tally struct {
	mu     sync.Mutex
	counts map[string]int
}

func (m *tally) Count(name string, labels ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counts[strings.Join(append([]string{name}, labels...), " ")]++
}

// TestAFaultInAPageIsContained: the caller gets an answer, the log where it was and
// nothing of what it said, and other pages go on.
func TestAFaultInAPageIsContained(t *testing.T) {
	d := newDesk(t, "tok")
	d.does(timeline.Declare("slash:1", "U0ANA", timeline.Declaration{Title: "Slow"}))
	var log strings.Builder
	m := &tally{counts: map[string]int{}}
	d.deps.Views, d.deps.Meter, d.deps.Log = broken{}, m, slog.New(slog.NewTextHandler(&log, nil))
	d.serve(pages.Handler(d.deps))
	resp, body := d.get("/api/incidents/INC-1/postmortem.md", "tok")
	if resp.StatusCode != http.StatusInternalServerError || !strings.Contains(body, "Backout has a fault here") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	if m.counts["backout_panics_total pages"] != 1 || !strings.Contains(log.String(), "Draft") || strings.Contains(log.String(), "secret words") {
		t.Errorf("counted %v, logged %s", m.counts, log.String())
	}
	if resp, _ := d.get("/api/incidents/INC-1", "tok"); resp.StatusCode != http.StatusOK {
		t.Errorf("other pages: %d", resp.StatusCode)
	}
}

// TestAFaultInTheMiddleOfAnAnswerBreaksItOff: half an answer does not look whole.
func TestAFaultInTheMiddleOfAnAnswerBreaksItOff(t *testing.T) {
	d := newDesk(t, "tok")
	d.deps.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("a", 10_000))
		panic(errors.New("halfway"))
	})
	d.serve(pages.Handler(d.deps))
	resp, err := http.Get(d.url + "/metrics")
	if err != nil {
		return // broken off before the head was out
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err == nil {
		t.Errorf("a whole answer of %d bytes", len(body))
	}
}

// TestAClientThatReadsNothingIsCut: the answer's time runs out and the handler is
// free again.
func TestAClientThatReadsNothingIsCut(t *testing.T) {
	free := make(chan error, 1)
	big := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		chunk := make([]byte, 1<<20)
		for {
			if _, err := w.Write(chunk); err != nil {
				free <- err
				return
			}
		}
	})
	stuck(t, pages.Server(big, pages.Limits{Write: 200e6}, nil))
	if err := <-free; err == nil {
		t.Error("it was never cut")
	}
}

// stuck starts a server and a client that asks and never reads.
func stuck(t *testing.T, s *http.Server) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Close()
		_ = s.Close()
		<-ended
	})
}
