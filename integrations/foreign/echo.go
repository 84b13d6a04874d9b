package foreign

import (
	"bytes"
	"io"
	"net/http"
	"strings"
)

// hidden stands where a secret stood.
const hidden = "<secret>"

// Unechoed sends requests and takes out of the answers whatever credentials went
// with them: a proxy, or a careless server, may repeat what it was sent, and words
// of answers end in logs, in the record and in Slack.
type Unechoed struct {
	Next http.RoundTripper
	// Secrets are those that do not travel in the header Authorization.
	Secrets []string
}

// RoundTrip sends a request. The answer is read whole, which whoever asked does
// anyway; how it failed to arrive is met where it would have been.
func (u Unechoed) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := u.Next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	secrets := append(carried(r), u.Secrets...)
	for name, values := range resp.Header {
		for i, v := range values {
			resp.Header[name][i] = string(without([]byte(v), secrets))
		}
	}
	body, readErr := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	clean := without(body, secrets)
	if len(clean) != len(body) {
		resp.ContentLength = int64(len(clean))
		resp.Header.Del("Content-Length")
	}
	resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(clean), failing{readErr}))
	return resp, nil
}

// CloseIdleConnections passes it on.
func (u Unechoed) CloseIdleConnections() {
	if c, ok := u.Next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// carried gives the credentials of the header: "Bearer x", "Token token=x".
func carried(r *http.Request) []string {
	var out []string
	for _, v := range r.Header.Values("Authorization") {
		word := v[strings.LastIndexByte(v, ' ')+1:]
		out = append(out, strings.TrimPrefix(word, "token="))
	}
	return out
}

func without(text []byte, secrets []string) []byte {
	for _, s := range secrets {
		if s != "" && bytes.Contains(text, []byte(s)) {
			text = bytes.ReplaceAll(text, []byte(s), []byte(hidden))
		}
	}
	return text
}

// failing ends with the error that reading ended with.
type failing struct{ err error }

// Read reads nothing.
func (f failing) Read([]byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return 0, io.EOF
}
