package github

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // The older signature must not be accepted.
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write testdata/hooks/*.want anew") //nolint:gochecknoglobals // A flag.

func hooks() *Hooks {
	return NewHooks(Options{
		Catalogue: shop(),
		Workflows: map[string][]string{"acme/web-app": {"deploy.yml"}},
		Releases:  []string{"acme/web-app"},
		Pushes:    map[string][]string{"acme/web-app": {"main"}},
	})
}

// TestHooks reads each payload in testdata/hooks and compares with what stands
// beside it. The event is the file's name up to the first dot.
func TestHooks(t *testing.T) {
	files, err := filepath.Glob("testdata/hooks/*.json")
	if err != nil || len(files) < 25 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			event, _, _ := strings.Cut(filepath.Base(file), ".")
			r, err := hooks().Parse(event, contents(t, file))
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.MarshalIndent(r, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, '\n')
			golden := strings.TrimSuffix(file, ".json") + ".want"
			if *update {
				if err := os.WriteFile(golden, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if d := cmp.Diff(string(contents(t, golden)), string(got)); d != "" {
				t.Error(d)
			}
		})
	}
}

func contents(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestHooksOnlyWhatIsConfigured: without the lists only deployments are deploys,
// and without a service of the repository nothing is.
func TestHooksOnlyWhatIsConfigured(t *testing.T) {
	bare, none := NewHooks(Options{Catalogue: shop()}), NewHooks(Options{})
	for _, c := range []struct {
		file           string
		deploys, runs  int
		without        int
		ignored, alone bool
	}{
		{"workflow_run.deploy_success", 0, 1, 0, false, false},
		{"release.published", 0, 0, 0, true, true},
		{"push.main", 0, 0, 0, true, true},
		{"deployment.actions", 2, 0, 0, false, true},
	} {
		event, _, _ := strings.Cut(c.file, ".")
		body := contents(t, "testdata/hooks/"+c.file+".json")
		r, err := bare.Parse(event, body)
		if err != nil || len(r.Deploys) != c.deploys || len(r.Runs) != c.runs || r.Ignored != c.ignored {
			t.Errorf("%s: %+v, %v", c.file, r, err)
		}
		r, err = none.Parse(event, body)
		if err != nil || len(r.Deploys) != c.without || r.Ignored != c.alone {
			t.Errorf("%s without services: %+v, %v", c.file, r, err)
		}
	}
}

func TestHooksThatCannotBeRead(t *testing.T) {
	for _, event := range []string{"deployment", "deployment_status", "workflow_run", "release", "push", "issues", "pull_request"} {
		for _, body := range []string{"", "{", "[]", "null", "{}", `"x"`, `{"repository":null}`, `{"repository":{"full_name":"acme/web-app"}}`, `{"repository":{"full_name":7}}`,
			`{"repository":{"full_name":"acme/web-app"},"deployment":{},"workflow_run":{},"release":{},"issue":{},"pull_request":{}}`, "payload=%7B%7D"} {
			if r, err := hooks().Parse(event, []byte(body)); err == nil || !strings.Contains(err.Error(), "a "+event+" event that cannot be read") {
				t.Errorf("%s %s: %+v, %v", event, body, r, err)
			}
		}
	}
	for _, event := range []string{"", "star", "deployment_review", "workflow_job"} {
		if r, err := hooks().Parse(event, []byte("whatever")); err != nil || !r.Ignored {
			t.Errorf("%s: %+v, %v", event, r, err)
		}
	}
	if r, err := hooks().Parse("ping", nil); err != nil || !r.Ping || r.Ignored {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestVerify(t *testing.T) {
	const key = "it is a secret"
	body := []byte(`{"zen":"Design for failure."}`)
	sign := func(key string) string {
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write(body)
		return hex.EncodeToString(mac.Sum(nil))
	}
	old := hmac.New(sha1.New, []byte(key))
	old.Write(body)
	for name, c := range map[string]struct {
		secret, signature string
		body              []byte
		want              bool
	}{
		"right":                   {key, "sha256=" + sign(key), body, true},
		"upper-case digits":       {key, "sha256=" + strings.ToUpper(sign(key)), body, true},
		"wrong secret":            {"other", "sha256=" + sign(key), body, false},
		"other body":              {key, "sha256=" + sign(key), append(bytes.Clone(body), ' '), false},
		"no signature":            {key, "", body, false},
		"no prefix":               {key, sign(key), body, false},
		"upper-case prefix":       {key, "SHA256=" + sign(key), body, false},
		"the older signature":     {key, "sha1=" + hex.EncodeToString(old.Sum(nil)), body, false},
		"the older one disguised": {key, "sha256=" + hex.EncodeToString(old.Sum(nil)), body, false},
		"cut":                     {key, "sha256=" + sign(key)[:62], body, false},
		"longer":                  {key, "sha256=" + sign(key) + "00", body, false},
		"odd":                     {key, "sha256=" + sign(key)[:63], body, false},
		"no digits":               {key, "sha256=" + strings.Repeat("x", 64), body, false},
		"nothing after the sign":  {key, "sha256=", body, false},
		"no secret":               {"", "sha256=" + sign(""), body, false},
		"no secret, no sign":      {"", "", body, false},
	} {
		if got := Verify(c.secret, c.body, c.signature); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
