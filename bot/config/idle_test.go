package config

import (
	"slices"
	"testing"
)

func TestWhatDoesNothingYetIsNamed(t *testing.T) {
	if got := Defaults().Idle(); len(got) > 0 {
		t.Errorf("nothing is set, and yet %v", got)
	}
	src := world(nil, map[string]string{"b.yaml": "redaction: {patterns: [hunter2]}\nretention: {messages: 90d}\n"})
	src.File = "b.yaml"
	c, err := Load(src)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Idle(); !slices.Equal(got, []string{"redaction.patterns", "retention.messages"}) {
		t.Error(got)
	}
}
