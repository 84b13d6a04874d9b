package pagerduty

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	pd "github.com/PagerDuty/go-pagerduty"

	"backout/integrations/foreign"
	"backout/timeline"
)

const (
	publicAPI    = "https://api.pagerduty.com"
	publicEvents = "https://events.pagerduty.com"
	// callTimeout bounds one request, its answer included.
	callTimeout = 15 * time.Second
)

// Options are what a Client is made from.
type Options struct {
	// Token is a key of the account or of a user, or a token of an app.
	Token string
	// From is the address of the PagerDuty user as whom is written. A user's key
	// needs none and goes before it.
	From string
	// APIURL and EventsURL are the bases of the two APIs; empty means PagerDuty's in
	// the US. Nothing is sent to the Events API yet.
	APIURL, EventsURL string

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
	opt  Options
	api  *pd.Client
	http *http.Client
	host string

	services   cache[Service]
	priorities cache[[]priority]
	self       cache[Person]
}

// NewClient makes a client. Nothing is called before it is used.
func NewClient(opt Options) (*Client, error) {
	opt = opt.withDefaults()
	api, err := base("PagerDuty's API", opt.APIURL, publicAPI)
	if err != nil {
		return nil, err
	}
	if _, err := base("PagerDuty's Events API", opt.EventsURL, publicEvents); err != nil {
		return nil, err
	}
	switch {
	case opt.Token == "":
		return nil, errors.New("no PagerDuty token is given")
	case strings.ContainsFunc(opt.Token, notInHeader):
		return nil, errors.New("the PagerDuty token holds blanks or control characters; copy it again")
	case opt.From != "" && (!strings.Contains(opt.From, "@") || strings.ContainsFunc(opt.From, notInHeader)):
		return nil, fmt.Errorf("%q is no e-mail address of a PagerDuty user", text(opt.From, 100))
	}
	c := &Client{opt: opt, host: api.Host}
	c.http = &http.Client{
		Transport: foreign.Unechoed{Next: newTransport(), Secrets: []string{opt.Token}},
		// PagerDuty redirects nothing; a write that became a read would look like success.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	how := []pd.ClientOptions{pd.WithAPIEndpoint(opt.APIURL), pd.WithV2EventsAPIEndpoint(opt.EventsURL)}
	if isAppToken(opt.Token) {
		how = append(how, pd.WithOAuth())
	}
	c.api = pd.NewClient(opt.Token, how...)
	c.api.HTTPClient = guard{c.http}
	return c, nil
}

func (o Options) withDefaults() Options {
	if o.APIURL == "" {
		o.APIURL = publicAPI
	}
	if o.EventsURL == "" {
		o.EventsURL = publicEvents
	}
	o.APIURL, o.EventsURL = strings.TrimRight(o.APIURL, "/"), strings.TrimRight(o.EventsURL, "/")
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

func base(what, s, example string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, fmt.Errorf("%s: write a URL such as %s", what, example)
	}
	return u, nil
}

// isAppToken recognises tokens of apps ("pdus+…", "pdeu+…"), which go into another
// kind of header. Keys are 20 characters without such a beginning.
func isAppToken(t string) bool { return len(t) > 5 && strings.HasPrefix(t, "pd") && t[4] == '+' }

func notInHeader(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

// Close lets go of idle connections. It may be called more than once, and the
// client be used afterwards.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// known refuses what can be no id; ids become parts of paths.
func known(ids ...string) error {
	for _, id := range ids {
		if ident(id) == "" {
			return &timeline.Trouble{Permanent: true, Sentence: fmt.Sprintf("%q is no id of PagerDuty; copy the one at the end of the address there, such as PWEBAPP", text(id, 60))}
		}
	}
	return nil
}
