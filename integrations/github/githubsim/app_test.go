package githubsim

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func sign(t *testing.T, key *rsa.PrivateKey, head, claims map[string]any) string {
	t.Helper()
	part := func(v any) string {
		b, _ := json.Marshal(v)
		return base64.RawURLEncoding.EncodeToString(b)
	}
	text := part(head) + "." + part(claims)
	sum := sha256.Sum256([]byte(text))
	sig, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(sig)
}

func TestAnAppIntroducesItselfByJWT(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	st := start(t, Options{Clock: func() time.Time { return now }, Permissions: map[string]string{"actions": "write", "contents": "read"}})
	st.Repo("acme/docs")
	st.InstallApp(77, 4711, &key.PublicKey)
	rs := map[string]any{"alg": "RS256", "typ": "JWT"}
	claims := func(iss any, iat, exp time.Duration) map[string]any {
		return map[string]any{"iss": iss, "iat": now.Add(iat).Unix(), "exp": now.Add(exp).Unix()}
	}
	good := sign(t, key, rs, claims("77", -time.Minute, 9*time.Minute))
	const tokens = "app/installations/4711/access_tokens"
	as := func(jwt string) header { return header{"Authorization", "Bearer " + jwt} }
	for _, c := range []struct {
		name, jwt string
		status    int
	}{
		{"id as text", good, 201},
		{"id as number", sign(t, key, rs, claims(77, -time.Minute, 9*time.Minute)), 201},
		{"by the real clock", sign(t, key, rs, map[string]any{"iss": "77", "iat": time.Now().Unix() - 60, "exp": time.Now().Unix() + 500}), 201},
		{"another key", sign(t, other, rs, claims("77", -time.Minute, 9*time.Minute)), 401},
		{"another app", sign(t, key, rs, claims("78", -time.Minute, 9*time.Minute)), 401},
		{"another algorithm", sign(t, key, map[string]any{"alg": "none"}, claims("77", -time.Minute, 9*time.Minute)), 401},
		{"too long", sign(t, key, rs, claims("77", -time.Minute, 11*time.Minute)), 401},
		{"over", sign(t, key, rs, claims("77", -time.Hour, -time.Minute)), 401},
		{"from the future", sign(t, key, rs, claims("77", 2*time.Minute, 9*time.Minute)), 401},
		{"no times", sign(t, key, rs, map[string]any{"iss": "77"}), 401},
		{"no JWT", DefaultToken, 401},
	} {
		t.Run(c.name, func(t *testing.T) { st.post(tokens, nil, as(c.jwt)).is(c.status) })
	}
	st.call("GET", web(""), nil, as(good)).is(401)
	st.post("app/installations/1/access_tokens", nil, as(good)).is(404)
	st.get(web("/installation"), as(good)).wants(4711, "id").wants(77, "app_id")
	st.get("app", as(good)).wants("backout-77", "slug")
	st.get("app/installations", as(good)).wants(4711, 0, "id")

	a := st.post(tokens, nil, as(good)).is(201).wants("2026-11-20T11:00:00Z", "expires_at").wants("all", "repository_selection")
	token, _ := a.at("token").(string)
	if !strings.HasPrefix(token, "ghs_77_") || len(token) <= 40 {
		t.Fatalf("token %q", token)
	}
	st.get(web(""), as(token))
	st.get(web("/actions/runs"), as(token))
	st.post(web("/issues"), `{"title":"T"}`, as(token)).is(403).wants("Resource not accessible by integration", "message")

	narrow, _ := st.post(tokens, map[string]any{"repositories": []string{"docs"}, "permissions": map[string]string{"actions": "read"}}, as(good)).is(201).wants("selected", "repository_selection").at("token").(string)
	st.call("GET", web(""), nil, as(narrow)).is(404)
	st.get("repos/acme/docs/actions/runs", as(narrow))
	st.call("GET", "repos/acme/docs/commits", nil, as(narrow)).is(404)
	st.post(tokens, map[string]any{"permissions": map[string]string{"issues": "write"}}, as(good)).is(422)
	st.post(tokens, map[string]any{"repositories": []string{"nowhere"}}, as(good)).is(422)

	now = now.Add(time.Hour)
	st.call("GET", web(""), nil, as(token)).is(401).says("Bad credentials")
}

func TestTheHookOfAnAppHearsEveryRepository(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	st := start(t, Options{})
	st.InstallApp(77, 4711, &key.PublicKey)
	e := listen(t)
	st.AppHook(77, e.URL, "s", "deployment")
	st.repo.Deploy(Deployment{Ref: "main"})
	st.Repo("acme/docs").Deploy(Deployment{Ref: "main"})
	st.settle()
	got := e.list("deployment")
	if len(got) != 2 || dig(got[1].body, "repository", "name") != "docs" || dig(got[0].body, "installation", "id") == nil {
		t.Fatalf("heard %d", len(got))
	}
	if got[0].header.Get("X-GitHub-Hook-Installation-Target-Type") != "integration" {
		t.Errorf("headers %v", got[0].header)
	}
	jwt := header{"Authorization", "Bearer " + sign(t, key, map[string]any{"alg": "RS256"}, map[string]any{"iss": "77", "iat": time.Now().Unix() - 60, "exp": time.Now().Unix() + 60})}
	a := st.get("app/hook/deliveries", jwt).wants(4711, 0, "installation_id").wants("deployment", 0, "event")
	st.get("app/hook/deliveries/"+itoa64(a.id(0, "id")), jwt)
	st.post("app/hook/deliveries/"+itoa64(a.id(0, "id"))+"/attempts", nil, jwt).is(202)
	st.settle()
	if n := len(e.list("deployment")); n != 3 {
		t.Errorf("heard %d after the redelivery", n)
	}
}
