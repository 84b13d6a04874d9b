package github

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"

	"github.com/bradleyfalzon/ghinstallation/v2"
	gh "github.com/google/go-github/v60/github"
)

// self remembers under which login GitHub shows what the token writes.
type self struct {
	mu    sync.Mutex
	known bool
	login string
}

// self is the login of the token's owner, or "" when GitHub does not tell: the
// token of somebody else's App may not ask. It is asked for once.
func (c *Client) self(ctx context.Context) (string, error) {
	c.me.mu.Lock()
	defer c.me.mu.Unlock()
	if c.me.known {
		return c.me.login, nil
	}
	login := ""
	j := job{name: "self", repo: "its own token", does: "read the account", what: "account", needs: "Metadata: read"}
	err := c.call(ctx, j, func(ctx context.Context) (err error) {
		login, err = c.sign.login(ctx, c)
		return err
	})
	switch status := statusOf(err); {
	case status == http.StatusForbidden, status == http.StatusNotFound:
		c.opt.Log.Info("GitHub does not tell whose token it is; issues of ours are known by their marker alone", "error", err)
	case err != nil:
		return "", err
	}
	c.me.known, c.me.login = true, name(login)
	return c.me.login, nil
}

// login of a person's token is theirs.
func (t token) login(ctx context.Context, c *Client) (string, error) {
	req, err := c.api.NewRequest(http.MethodGet, "user", nil)
	if err != nil {
		return "", err
	}
	var who account
	_, err = c.api.Do(ctx, req, &who)
	return who.Login, err
}

// login of an App is that of its bot, which only the App itself may ask for.
func (a *app) login(ctx context.Context, _ *Client) (string, error) {
	who, _, err := a.api.Apps.Get(ctx, "")
	if err != nil || who.GetSlug() == "" {
		return "", err
	}
	return who.GetSlug() + "[bot]", nil
}

// appAPI is the API as the App itself, not its installation, may call it.
func appAPI(inner http.RoundTripper, o Options) (*gh.Client, error) {
	way, err := ghinstallation.NewAppsTransport(inner, o.AppID, o.PrivateKey)
	if err != nil {
		return nil, fmt.Errorf("the GitHub App's private key: %w", err)
	}
	base, err := url.Parse(o.APIURL)
	if err != nil {
		return nil, err
	}
	api := gh.NewClient(&http.Client{Transport: way, CheckRedirect: stayHome(base)})
	api.BaseURL, api.UserAgent = base, "backout"
	return api, nil
}
