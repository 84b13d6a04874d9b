package bot

import (
	"backout/bot/config"
	"backout/templates/redact"
	"backout/timeline"
)

// secretScan finds secrets in what is recorded, those of the team's own patterns
// included.
func secretScan(cfg config.Config) (timeline.Scan, error) {
	finder, err := redact.New(cfg.Redaction.Patterns)
	if err != nil {
		return nil, err
	}
	return func(text string) []timeline.Secret {
		var out []timeline.Secret
		for _, s := range finder.Find(text) {
			out = append(out, timeline.Secret{From: s.From, To: s.To, Kind: s.Kind})
		}
		return out
	}, nil
}
