package main

import (
	"backout/integrations/slack"
)

type manifestCmd struct {
	Name string `help:"Name of the app." default:"Backout"`
}

// Run prints the Slack app manifest for the configured command names.
func (c manifestCmd) Run(w *world) error {
	cfg, err := w.load(nil)
	if err != nil {
		return err
	}
	yaml, err := slack.Manifest(slack.ManifestOptions{Name: c.Name, Command: cfg.Command, Alias: cfg.CommandAlias})
	if err != nil {
		return err
	}
	_, err = w.out.Write(yaml)
	return err
}
