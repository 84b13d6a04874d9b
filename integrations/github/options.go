package github

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	gh "github.com/google/go-github/v60/github"

	"backout/integrations/foreign"
	"backout/timeline"
)

const (
	publicAPI = "https://api.github.com/"
	// callTimeout bounds one request, its answer included.
	callTimeout = 15 * time.Second
)

// Options are what a Client and Hooks are made from. Hooks need no credentials.
type Options struct {
	// Token, or the three of an App.
	Token                 string
	AppID, InstallationID int64
	// PrivateKey is the App's key, PEM.
	PrivateKey []byte
	// APIURL is the base of the REST API; empty means github.com's. An Enterprise
	// server's ends in /api/v3/. It is used as it is, but for a slash at its end.
	APIURL string

	Catalogue timeline.Catalogue
	// Workflows are the workflow files, by repository, whose runs are deploys.
	Workflows map[string][]string
	// Releases are the repositories whose published releases are deploys.
	Releases []string
	// Pushes are the branches, by repository, a push to which is a deploy.
	Pushes map[string][]string

	// Now is the clock of data; nil means the system's.
	Now   func() time.Time
	Meter Meter
	Log   *slog.Logger
}

// Meter takes figures; labels never hold ids or words of people. It must be safe
// for concurrent use.
type Meter interface {
	Count(name string, labels ...string)
}

type noMeter struct{}

func (noMeter) Count(string, ...string) {}

// Client is the REST API. All methods are safe for concurrent use. Their errors
// are *timeline.Trouble.
type Client struct {
	opt    Options
	api    *gh.Client
	http   *http.Client
	sign   signer
	host   string
	who    string // who is refused, for sentences
	places places
	seen   seen
	me     self
}

// NewClient makes a client. Nothing is called before it is used.
func NewClient(opt Options) (*Client, error) {
	opt = opt.withDefaults()
	base, err := url.Parse(opt.APIURL)
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" {
		return nil, fmt.Errorf("GitHub's API at %q: write a URL such as %s", opt.APIURL, publicAPI)
	}
	inner := foreign.Unechoed{Next: newTransport(), Secrets: []string{opt.Token}}
	sign, who, err := opt.signer(inner)
	if err != nil {
		return nil, err
	}
	c := &Client{opt: opt, sign: sign, host: base.Host, who: who, places: newPlaces(opt)}
	c.http = &http.Client{
		// The timeout is in call: one of the client's own would keep a goroutine for
		// each refusal, whose body go-github reads but does not close.
		Transport: &guard{next: inner, base: base, sign: sign}, CheckRedirect: stayHome(base),
	}
	c.api = gh.NewClient(c.http)
	c.api.BaseURL, c.api.UserAgent = base, "backout"
	return c, nil
}

func (o Options) withDefaults() Options {
	if o.APIURL == "" {
		o.APIURL = publicAPI
	}
	o.APIURL = strings.TrimSuffix(o.APIURL, "/") + "/"
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Meter == nil {
		o.Meter = noMeter{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// signer chooses between the token and the App.
func (o Options) signer(inner http.RoundTripper) (signer, string, error) {
	switch {
	case o.Token != "" && o.AppID != 0:
		return nil, "", errors.New("a GitHub token and a GitHub App are both given; keep one")
	case o.Token != "":
		return token(o.Token), "the GitHub token", nil
	case o.AppID == 0 || o.InstallationID == 0 || len(o.PrivateKey) == 0:
		return nil, "", errors.New("neither a GitHub token nor an App's id, installation and private key are given")
	}
	a, err := newApp(inner, o)
	return a, "the GitHub App", err
}

// Close lets go of idle connections. It may be called more than once, and the
// client be used afterwards.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// split gives owner and name of a repository; it is strict, because both become
// parts of a path.
func split(repo string) (owner, name string, err error) {
	owner, name, _ = strings.Cut(repo, "/")
	if !plainName(owner) || !plainName(name) {
		return "", "", &timeline.Trouble{Permanent: true, Sentence: fmt.Sprintf("%q is no repository; write owner/name", text(repo, 100))}
	}
	return owner, name, nil
}

// plainName reports whether s can be a name on GitHub and a part of a path.
func plainName(s string) bool {
	if s == "" || s == "." || s == ".." || len(s) > 255 {
		return false
	}
	for _, r := range s {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-', r == '_', r == '.':
		default:
			return false
		}
	}
	return true
}
