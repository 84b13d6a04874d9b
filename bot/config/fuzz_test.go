package config

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
