package githubsim

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// app is a GitHub App with one installation, on all repositories.
type app struct {
	id, installation int64
	key              *rsa.PublicKey
}

func (a *app) slug() string  { return fmt.Sprintf("backout-%d", a.id) }
func (a *app) login() string { return a.slug() + "[bot]" }

// clientID may stand in for the id in a JWT.
func (a *app) clientID() string { return fmt.Sprintf("Iv23li%014d", a.id) }

// InstallApp installs an App, whose JWTs the key verifies, on every repository.
// Its permissions are those of Options.
func (s *Server) InstallApp(appID, installationID int64, publicKey *rsa.PublicKey) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.w.apps[appID] = &app{appID, installationID, publicKey}
}

// claims are the parts of a JWT that GitHub reads.
type claims struct {
	Issuer  any          `json:"iss"`
	Issued  *json.Number `json:"iat"`
	Expires *json.Number `json:"exp"`
}

// verifyJWT returns the App that signed, or what is wrong with the token.
func (s *Server) verifyJWT(token string) (*app, string) {
	const undecoded = "A JSON web token could not be decoded"
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, undecoded
	}
	var head struct{ Alg string }
	var c claims
	if !segment(parts[0], &head) || head.Alg != "RS256" || !segment(parts[1], &c) {
		return nil, undecoded
	}
	a := s.issuer(c.Issuer)
	if a == nil {
		return nil, "'Issuer' claim ('iss') must be the id of an existing App"
	}
	sig, err := base64.RawURLEncoding.DecodeString(parts[2])
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err != nil || rsa.VerifyPKCS1v15(a.key, crypto.SHA256, sum[:], sig) != nil {
		return nil, undecoded
	}
	// The signer may live by the simulated clock or, as libraries do, by the real one.
	problem := c.dated(s.now())
	if problem != "" {
		problem = c.dated(time.Now())
	}
	if problem != "" {
		return nil, problem
	}
	return a, ""
}

func segment(part string, v any) bool {
	b, err := base64.RawURLEncoding.DecodeString(part)
	return err == nil && json.Unmarshal(b, v) == nil
}

// issuer finds the App by id, as a number or a string, or by client id.
func (s *Server) issuer(iss any) *app {
	for _, a := range s.w.apps {
		switch v := iss.(type) {
		case float64:
			if int64(v) == a.id {
				return a
			}
		case string:
			if v == strconv.FormatInt(a.id, 10) || v == a.clientID() {
				return a
			}
		}
	}
	return nil
}

// dated checks iat and exp; "" is fine.
func (c claims) dated(now time.Time) string {
	at := func(n *json.Number) (time.Time, bool) {
		if n == nil {
			return time.Time{}, false
		}
		v, err := n.Int64()
		return time.Unix(v, 0), err == nil
	}
	issued, ok := at(c.Issued)
	if !ok || issued.After(now.Add(time.Second)) {
		return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
	}
	expires, ok := at(c.Expires)
	switch {
	case !ok || !expires.After(now):
		return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"
	case expires.After(now.Add(10 * time.Minute)):
		return "'Expiration time' claim ('exp') is too far in the future"
	}
	return ""
}
