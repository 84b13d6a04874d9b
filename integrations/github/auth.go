package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/bradleyfalzon/ghinstallation/v2"
	gh "github.com/google/go-github/v60/github"
)

// signer gives the token for a call, and says whose it is.
type signer interface {
	token(ctx context.Context) (string, error)
	login(ctx context.Context, c *Client) (string, error)
}

// token is one that a person made.
type token string

func (t token) token(context.Context) (string, error) { return string(t), nil }

// String keeps it out of logs.
func (t token) String() string { return "<secret>" }

// GoString keeps it out of them too.
func (t token) GoString() string { return "<secret>" }

// app fetches tokens of a GitHub App's installation and renews them.
type app struct {
	way *ghinstallation.Transport
	api *gh.Client // as the App itself
}

func newApp(inner http.RoundTripper, o Options) (*app, error) {
	way, err := ghinstallation.New(inner, o.AppID, o.InstallationID, o.PrivateKey)
	if err != nil {
		return nil, fmt.Errorf("the GitHub App's private key: %w", err)
	}
	way.BaseURL = strings.TrimSuffix(o.APIURL, "/")
	// Without options ghinstallation sends the body "null".
	way.InstallationTokenOptions = &gh.InstallationTokenOptions{}
	api, err := appAPI(inner, o)
	return &app{way: way, api: api}, err
}

// signInError says that no token could be had for a call, which therefore was not
// made. Status and said are GitHub's answer, if there was one.
type signInError struct {
	status int
	said   string
	err    error
}

// Error says what failed.
func (e *signInError) Error() string { return "the App's token: " + e.err.Error() }

// Unwrap gives the cause.
func (e *signInError) Unwrap() error { return e.err }

func (a *app) token(ctx context.Context) (string, error) {
	secret, err := a.way.Token(ctx)
	if err == nil {
		return secret, nil
	}
	out := &signInError{err: err}
	if answer, ok := errors.AsType[*ghinstallation.HTTPError](err); ok && answer.Response != nil {
		// ghinstallation leaves the body of a refusal open.
		defer func() { _ = answer.Response.Body.Close() }()
		if l := limitOf(answer.Response); l != nil {
			return "", l
		}
		out.status, out.said = answer.Response.StatusCode, messageOf(refusal(answer.Response))
	}
	return "", out
}
