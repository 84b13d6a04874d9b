package config

import (
	"slices"
	"testing"
)

func TestWhatDoesNothingYetIsNamed(t *testing.T) {
	if got := Defaults().Idle(); len(got) > 0 {
		t.Errorf("nothing is set, and yet %v", got)
	}
	src := world(nil, map[string]string{"b.yaml": "access: {commands: {severity: [S0LEADS]}}\n"})
	src.File = "b.yaml"
	c, err := Load(src)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Idle(); !slices.Equal(got, []string{"access.commands"}) {
		t.Error(got)
	}
}
