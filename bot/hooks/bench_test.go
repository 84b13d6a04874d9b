package hooks_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"backout/bot/hooks"
	"backout/timeline"
	"backout/timeline/boltlog"
)

// BenchmarkDeploys posts deploys of fifty services into a file, each durable
// before it is answered. Senders that wait at the same time share commits.
func BenchmarkDeploys(b *testing.B) {
	for _, senders := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("senders=%d", senders), func(b *testing.B) {
			h := onDisk(b)
			var next atomic.Int64
			var work sync.WaitGroup
			b.ResetTimer()
			for range senders {
				work.Go(func() {
					for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
						if code := postOne(h, n); code != http.StatusCreated {
							b.Errorf("the %dth deploy: %d", n, code)
							return
						}
					}
				})
			}
			work.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "deploys/s")
		})
	}
}

func postOne(h http.Handler, n int64) int {
	body := fmt.Sprintf(`{"id":"build-%d","service":"service-%d","environment":"production","version":"v2.%d.0","sha":"%040x","ref":"main","state":"success","stage":"full","by":"ana","url":"https://ci.example/%d"}`, n, n%50, n, n, n)
	req := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/webhooks/deploys", strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer "+string(deployToken))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w.Code
}

func onDisk(b *testing.B) http.Handler {
	b.Helper()
	l, err := boltlog.Open(filepath.Join(b.TempDir(), "b.db"), boltlog.Options{})
	if err != nil {
		b.Fatal(err)
	}
	rec, err := timeline.Open(b.Context(), l, timeline.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		rec.Close()
		_ = l.Close()
	})
	return hooks.Handler(hooks.Deps{
		Record: rec, Tokens: []hooks.Token{deployToken}, Meter: &meter{counts: map[string]int{}}, Log: slog.New(slog.DiscardHandler),
	})
}
