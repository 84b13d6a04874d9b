package bot

import (
	"context"
	"slices"

	"backout/bot/config"
	"backout/commands"
	"backout/integrations/slack"
	"backout/timeline"
)

// via translates how a request came from the adapter's words to the commands'.
func via(v slack.Via) commands.Via {
	switch v {
	case slack.ViaMention:
		return commands.Mention
	case slack.ViaButton:
		return commands.Button
	case slack.ViaSubmission:
		return commands.Submission
	case slack.ViaGlobalShortcut:
		return commands.GlobalShortcut
	case slack.ViaMessageShortcut:
		return commands.MessageShortcut
	case slack.ViaHome:
		return commands.HomeTab
	}
	return commands.Slash
}

func commandSettings(cfg config.Config) commands.Settings {
	s := commands.Settings{
		Command: cfg.Command, Severities: severities(cfg), URL: cfg.URL, Owners: map[string][]string{},
		PostmortemRepo: cfg.Postmortem.Repo, GitHub: connected(cfg), Access: access(cfg.Access),
	}
	for _, svc := range cfg.Services {
		s.Services = append(s.Services, svc.Name)
		s.Owners[svc.Name] = svc.Owners
	}
	return s
}

func reactions(cfg config.Config) map[string]timeline.Meaning {
	out := map[string]timeline.Meaning{}
	for name, means := range map[string]timeline.Meaning{
		cfg.Reactions.Star: timeline.MeansStar, cfg.Reactions.Lesson: timeline.MeansLesson, cfg.Reactions.FollowUp: timeline.MeansFollowUp,
	} {
		if name != "" {
			out[name] = means
		}
	}
	return out
}

// rooms gives the commands what only Slack knows of channels.
type rooms struct{ client *slack.Client }

func (r rooms) Room(ctx context.Context, channel string) (timeline.Channel, error) {
	return r.client.Room(ctx, channel)
}

func (r rooms) Join(ctx context.Context, channel string) error {
	return r.client.JoinChannel(ctx, channel)
}

func (r rooms) Members(ctx context.Context, channel string) ([]string, error) {
	all, err := r.client.Members(ctx, channel)
	return slices.DeleteFunc(all, func(id string) bool { return id == r.client.BotUserID() }), err
}
