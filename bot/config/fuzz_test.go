package config

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// FuzzLoad feeds anything in as a configuration file. What is accepted must be
// valid, and must decode the same way with yaml's own strict decoder; what is
// refused must say where.
func FuzzLoad(f *testing.F) {
	files, _ := filepath.Glob("testdata/rejected/*.yaml")
	for _, file := range append(files, examplePath) {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("severities: &a [{name: a}, *a]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Load(Sources{File: "f.yaml", ReadFile: func(string) ([]byte, error) { return data, nil }})
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if line == "" {
					t.Fatalf("empty line in %q", err)
				}
			}
			return
		}
		if err := c.Validate(); err != nil {
			t.Fatalf("accepted, yet invalid: %v", err)
		}
		strict := yaml.NewDecoder(bytes.NewReader(data))
		strict.KnownFields(true)
		var plain Config
		// Days in durations are ours; yaml cannot read them.
		if err := strict.Decode(&plain); err != nil && len(bytes.TrimSpace(data)) > 0 && strings.Contains(err.Error(), "not found in type") {
			t.Fatalf("an unknown key was accepted: %v", err)
		}
	})
}

// FuzzTimes: a length of time and a schedule are refused in a sentence or make
// sense: no negative ones, none over a hundred years, none that never come due.
func FuzzTimes(f *testing.F) {
	for _, s := range []string{"90s", "1d12h", "-1m", "0", "1d-2h", "99999999d", "0 9 * * 1-5", "@daily", "30 2 29 2 *", "0 0 31 2 *", "TZ=UTC 0 9 * * *", "@every 1s", "*/0 * * * *", "1-99999999999 * * * *"} {
		f.Add(s)
	}
	now := time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := ParseDuration(s); err == nil && (d < 0 || d > maxDuration) || err != nil && err.Error() == "" {
			t.Errorf("%q is %v, %v", s, d, err)
		}
		plan, err := ParseSchedule(s)
		if err != nil {
			if plan != nil || err.Error() == "" {
				t.Errorf("%q: %v, %v", s, plan, err)
			}
			return
		}
		if next := plan.Next(now); !next.After(now) {
			t.Errorf("%q comes due at %v after %v", s, next, now)
		}
	})
}
