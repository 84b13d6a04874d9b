package bot

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"time"

	"backout/bot/config"
	"backout/bot/hooks"
	"backout/bot/pages"
	"backout/integrations/github"
)

// ControlPath is where a bot with its data in file can be asked for exports.
func ControlPath(file string) string { return file + ".sock" }

// aliveWithin is how recently a link must have been heard of for /readyz.
const aliveWithin = 60 * time.Second

// serve starts the HTTP servers: the public one, and the control socket.
func (b *Bot) serve() error {
	deps := pages.Deps{
		Record: b.rec, Views: b.views, Token: b.opt.Config.APIToken, Metrics: b.metrics.Handler(),
		Ready: b.ready, BaseURL: b.opt.Config.URL, Ledger: b.rec, DeployToken: b.opt.Config.DeployToken,
		Meter: b.metrics, Log: b.opt.Logger,
	}
	b.run(pages.Server(b.public(deps), b.opt.HTTP, b.opt.Logger), pages.Bounded(b.listener, b.opt.HTTP, b.metrics))
	if b.opt.Control == "" {
		return nil
	}
	l, err := controlSocket(b.opt.Control)
	if err != nil {
		return err
	}
	b.run(pages.Server(b.control(deps), b.opt.HTTP, b.opt.Logger), l)
	return nil
}

// public is what everybody can reach: pages, API and deliveries.
func (b *Bot) public(deps pages.Deps) http.Handler {
	cfg := b.opt.Config
	in := hooks.Deps{Record: b.rec, Meter: b.metrics, Log: b.opt.Logger}
	for _, t := range []config.Secret{cfg.APIToken, cfg.DeployToken} {
		if !t.IsZero() {
			in.Tokens = append(in.Tokens, t)
		}
	}
	if !cfg.GitHub.WebhookSecret.IsZero() {
		in.GitHub = githubHooks{github.NewHooks(b.githubOptions()), cfg.GitHub.WebhookSecret, cfg.Postmortem.Repo}
	}
	if len(cfg.PagerDuty.WebhookSecrets) > 0 {
		in.PagerDuty = newPagerHooks(cfg)
	}
	in.Alertmanager = alertGroups{catalogue(cfg)}
	mux := http.NewServeMux()
	mux.Handle("/webhooks/", hooks.Handler(in))
	mux.Handle("/", pages.Handler(deps))
	return mux
}

func (b *Bot) run(s *http.Server, l net.Listener) {
	b.servers = append(b.servers, s)
	b.work.Go(func() {
		if err := s.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
			b.fail(fmt.Errorf("the HTTP server ended: %w", err))
		}
	})
}

// controlSocket listens where only the bot's own user can reach. A socket that a
// killed process left is removed: the store's lock, which we hold, says that
// nobody listens on it.
func controlSocket(path string) (net.Listener, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the control socket: %w", err)
	}
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "unix", path)
	if err != nil {
		return nil, fmt.Errorf("the control socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("the control socket: %w", err), l.Close())
	}
	return l, nil
}

// ready says whether Slack and the store were seen working.
func (b *Bot) ready(ctx context.Context) error {
	if last := b.sockets.LastFrame(); last.IsZero() || b.opt.Now().Sub(last) > b.scaled(aliveWithin) {
		return errors.New("no link to Slack was heard of in the last 60 s")
	}
	if err := b.rec.Probe(ctx); err != nil {
		return errors.New("the store cannot be written")
	}
	return nil
}
