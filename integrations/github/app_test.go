package github

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"backout/integrations/github/githubsim"
)

func keyPair(t *testing.T) (*rsa.PrivateKey, []byte) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key, pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
}

func TestApp(t *testing.T) {
	key, text := keyPair(t)
	_, wrong := keyPair(t)
	app := func(o *Options) { o.Token, o.AppID, o.InstallationID, o.PrivateKey = "", 7, 8, text }
	for _, prefix := range []string{"", "/api/v3"} {
		s := play(t, githubsim.Options{APIPrefix: prefix}, app)
		s.InstallApp(7, 8, &key.PublicKey)
		s.web.Workflow(rollback())
		for range 3 {
			if _, err := s.client.Dispatch(t.Context(), rollbackTo("x")); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(s.CallsTo("POST", "access_tokens")); n != 1 {
			t.Errorf("%d tokens were fetched", n)
		}
	}

	for _, c := range []struct {
		name  string
		edit  func(*Options)
		fault *githubsim.Fault
		perm  map[string]string
		fate  string
		says  string
	}{
		{"wrong key", func(o *Options) { o.PrivateKey = wrong }, nil, nil, "never", "GitHub does not accept the App's key; check GITHUB_APP_ID"},
		{"wrong app", func(o *Options) { o.AppID = 9 }, nil, nil, "never", "GITHUB_APP_ID"},
		{"wrong installation", func(o *Options) { o.InstallationID = 9 }, nil, nil, "never", "check GITHUB_APP_INSTALLATION_ID"},
		{"suspended", nil, &githubsim.Fault{Path: "access_tokens", Status: 403, Body: `{"message":"This installation has been suspended"}`}, nil, "never", "suspended"},
		{"no permission", nil, nil, map[string]string{"actions": "read"}, "never", "the GitHub App may not start workflows of acme/web-app; give it the permission Actions: write"},
		{"limit", nil, &githubsim.Fault{Path: "access_tokens", Status: 403, RetryAfter: 9 * time.Second}, nil, "later", "asks for a pause"},
		{"limit as 429", nil, &githubsim.Fault{Path: "access_tokens", Status: 429, RetryAfter: 9 * time.Second}, nil, "later", "asks for a pause"},
		{"server error", nil, &githubsim.Fault{Path: "access_tokens", Status: 502}, nil, "again", "GitHub did not give the App a token (status 502)"},
		{"cut", nil, &githubsim.Fault{Path: "access_tokens", Cut: true}, nil, "again", "GitHub cannot be reached"},
		{"nonsense", nil, &githubsim.Fault{Path: "access_tokens", Status: 201, Body: `{"token":1}`}, nil, "again", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			edits := []func(*Options){app}
			if c.edit != nil {
				edits = append(edits, c.edit)
			}
			s := play(t, githubsim.Options{Permissions: c.perm}, edits...)
			s.InstallApp(7, 8, &key.PublicKey)
			s.web.Workflow(rollback())
			if c.fault != nil {
				s.Fail(*c.fault)
			}
			_, err := s.client.Dispatch(t.Context(), rollbackTo("x"))
			after := time.Duration(0)
			if c.fate == "later" {
				after = 9 * time.Second
			}
			wants(t, err, c.fate, after, c.says)
			if tr := troubleOf(t, err); tr.Unsure {
				t.Errorf("no token, no dispatch: %+v", tr)
			}
		})
	}
}

// TestAnAppWithoutAnAnswer: that the request for a token hung does not make the
// dispatch unsure, which was never sent.
func TestAnAppWithoutAnAnswer(t *testing.T) {
	key, text := keyPair(t)
	s := play(t, githubsim.Options{}, func(o *Options) { o.Token, o.AppID, o.InstallationID, o.PrivateKey = "", 7, 8, text })
	s.InstallApp(7, 8, &key.PublicKey)
	s.Fail(githubsim.Fault{Path: "access_tokens", Delay: 300 * time.Millisecond})
	_, err := s.client.Dispatch(soon(t, 100*time.Millisecond), rollbackTo("x"))
	if tr := troubleOf(t, err); tr.Unsure || tr.Permanent || tr.After == 0 {
		t.Errorf("%+v", tr)
	}
}

func TestClientsThatCannotBe(t *testing.T) {
	_, text := keyPair(t)
	for want, o := range map[string]Options{
		"neither a GitHub token":            {},
		"neither a GitHub token nor an App": {AppID: 7, PrivateKey: text},
		"a GitHub token and a GitHub App":   {Token: "x", AppID: 7},
		"the GitHub App's private key":      {AppID: 7, InstallationID: 8, PrivateKey: []byte("no key")},
		`GitHub's API at "ghe.example/":`:   {Token: "x", APIURL: "ghe.example"},
		`GitHub's API at "ftp://x/"`:        {Token: "x", APIURL: "ftp://x"},
	} {
		if _, err := NewClient(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestTheTokenStaysAtHome(t *testing.T) {
	var stolen []string
	thief := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		stolen = append(stolen, r.Header.Get("Authorization"))
	}))
	defer thief.Close()
	to, status := "", 0
	var calls []string
	cl, srv := answering(t, func(w http.ResponseWriter, r *http.Request) {
		calls = append(calls, r.Method+" "+r.URL.Path+" "+r.Header.Get("Authorization"))
		if strings.HasPrefix(r.URL.Path, "/new/") {
			_, _ = w.Write([]byte(`{"id":5,"workflow_run_id":5,"jobs":[]}`))
			return
		}
		http.Redirect(w, r, to, status)
	})
	for _, c := range []struct {
		to     string
		status int
		write  bool
		calls  int
		fine   bool
	}{
		{thief.URL + "/x", 302, false, 1, false},
		{thief.URL + "/x", 307, true, 1, false},
		{strings.Replace(srv.URL, "http:", "https:", 1) + "/new/x", 302, false, 1, false},
		{srv.URL + "/new/x", 301, false, 4, true},
		{srv.URL + "/new/x", 307, true, 2, true},
		{srv.URL + "/new/x", 302, true, 1, false}, // Would become a GET, and its answer look like success.
		{srv.URL + "/old/x", 301, false, maxRedirects + 1, false},
	} {
		to, status, calls = c.to, c.status, nil
		var err error
		if c.write {
			_, err = cl.Dispatch(t.Context(), rollbackTo("x"))
		} else {
			_, err = cl.Run(t.Context(), "acme/web-app", 5)
		}
		if len(calls) != c.calls || (err == nil) != c.fine {
			t.Errorf("%+v: %v, %v", c, calls, err)
		}
		if err != nil {
			if tr := troubleOf(t, err); !tr.Permanent || !strings.Contains(tr.Sentence, "acme/web-app has moved") {
				t.Errorf("%+v", tr)
			}
		}
	}
	if len(stolen) != 0 {
		t.Errorf("stolen: %v", stolen)
	}
}

func TestEnterpriseURLIsUsedAsGiven(t *testing.T) {
	for _, given := range []string{"/api/v3", "/api/v3/", "/some/where", ""} {
		var path string
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			path = r.URL.Path
			_, _ = w.Write([]byte(`{}`))
		}))
		cl := client(t, Options{Token: secret, APIURL: srv.URL + given})
		if _, err := cl.Dispatch(t.Context(), rollbackTo("x")); err != nil {
			t.Error(err)
		}
		if want := strings.TrimSuffix(given, "/") + "/repos/acme/web-app/actions/workflows/rollback.yml/dispatches"; path != want {
			t.Errorf("%s: asked %s", given, path)
		}
		cl.Close()
		srv.Close()
	}
}

func TestAnswersAreBounded(t *testing.T) {
	cl, _ := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"x":"`))
		for range maxAnswer/(1<<20) + 1 {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				return
			}
		}
	})
	_, err := cl.Run(t.Context(), "acme/web-app", 1)
	if tr := troubleOf(t, err); tr.Permanent || !strings.HasPrefix(tr.Sentence, "GitHub's answer could not be read") {
		t.Errorf("%+v", tr)
	}
}

func TestSecretsArePrintedNowhere(t *testing.T) {
	for _, s := range []string{fmt.Sprint(token(secret)), fmt.Sprintf("%+v %#v %s", token(secret), token(secret), token(secret))} {
		if strings.Contains(s, secret) {
			t.Error(s)
		}
	}
}
