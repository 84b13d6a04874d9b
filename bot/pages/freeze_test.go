package pages_test

import (
	"strings"
	"testing"

	"backout/bot/pages"
	"backout/timeline"
)

func TestWhetherDeployingIsAllowed(t *testing.T) {
	d := newDesk(t, "s3cret")
	d.incidents()
	ask := func(service, want string) {
		t.Helper()
		if resp, body := d.get("/api/freeze?service="+service, "s3cret"); resp.StatusCode != 200 || strings.TrimSpace(body) != want {
			t.Errorf("%s: %d %s, want %s", service, resp.StatusCode, body, want)
		}
	}
	free := `{"frozen":false,"by":[],"since":null}`
	ask("web-app", free)
	d.does(timeline.FreezeDeploys("slash:3", "U0ANA", 1, []string{"web-app"}))
	ask("web-app", `{"frozen":true,"by":["INC-1"],"since":"2026-11-20T14:08:02Z"}`)
	ask("Web-App", `{"frozen":true,"by":["INC-1"],"since":"2026-11-20T14:08:02Z"}`)
	ask("auth-db", free)
	d.does(timeline.FreezeDeploys("slash:4", "U0ANA", 2, []string{timeline.AllServices, "web-app"}))
	ask("web-app", `{"frozen":true,"by":["INC-1","a private incident"],"since":"2026-11-20T14:08:02Z"}`)
	ask("auth-db", `{"frozen":true,"by":["a private incident"],"since":"2026-11-20T14:08:02Z"}`)
	d.serve(pages.Control(d.deps))
	ask("auth-db", `{"frozen":true,"by":["INC-2"],"since":"2026-11-20T14:08:02Z"}`)
}

func TestWhoMayAskAboutFreezes(t *testing.T) {
	for _, c := range []struct {
		name        string
		api, deploy token
		path, given string
		status      int
		says        string
	}{
		{"the API token", "s3cret", "dep", "/api/freeze?service=x", "s3cret", 200, "frozen"},
		{"the deploy token", "s3cret", "dep", "/api/freeze?service=x", "dep", 200, "frozen"},
		{"the deploy token alone", "", "dep", "/api/freeze?service=x", "dep", 200, "frozen"},
		{"a wrong token", "s3cret", "dep", "/api/freeze?service=x", "guess", 401, "BACKOUT_DEPLOY_TOKEN"},
		{"no token", "s3cret", "", "/api/freeze?service=x", "", 401, "bearer token"},
		{"neither is set", "", "", "/api/freeze?service=x", "", 403, "BACKOUT_DEPLOY_TOKEN"},
		{"the deploy token for deploys", "s3cret", "dep", "/api/deploys", "dep", 401, "BACKOUT_API_TOKEN."},
		{"the deploy token for incidents", "s3cret", "dep", "/api/incidents", "dep", 401, "BACKOUT_API_TOKEN."},
		{"the deploy token for deploys, the API being off", "", "dep", "/api/deploys", "dep", 403, "The API is off"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, c.api)
			d.deps.DeployToken = c.deploy
			d.serve(pages.Handler(d.deps))
			if resp, body := d.get(c.path, c.given); resp.StatusCode != c.status || !strings.Contains(body, c.says) {
				t.Fatalf("%d %s", resp.StatusCode, body)
			}
		})
	}
}
