package postmortem_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"backout/templates/postmortem"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden documents anew")

func TestGolden(t *testing.T) {
	for _, s := range stories() {
		t.Run(s.name, func(t *testing.T) {
			in, opt := s.make(t)
			got := postmortem.Render(postmortem.Build(in, opt))
			golden(t, s.name, got)
		})
	}
}

// golden holds a document against the one that was read and found right.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden.md")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got); -update writes it anew:\n%s", name, diff)
	}
}
