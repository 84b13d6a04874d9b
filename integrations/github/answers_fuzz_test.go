package github

import (
	"context"
	"net/http"
	"testing"
	"time"

	"backout/integrations/foreign/foreigntest"
)

// FuzzAnswers: whatever GitHub answers to whichever call, nothing panics, no paging
// goes on for ever, and an error has words for people.
func FuzzAnswers(f *testing.F) {
	since := time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC)
	const repo = "acme/web-app"
	calls := []func(ctx context.Context, c *Client) error{
		func(ctx context.Context, c *Client) error {
			_, err := c.Change(ctx, ChangeQuery{Repo: repo, Base: "v1", Head: "v2", Staging: "staging"})
			return err
		},
		func(ctx context.Context, c *Client) error {
			_, err := c.Change(ctx, ChangeQuery{Repo: repo, Head: "v2"})
			return err
		},
		func(ctx context.Context, c *Client) error { _, err := c.Deploys(ctx, since); return err },
		func(ctx context.Context, c *Client) error {
			_, err := c.Dispatch(ctx, Dispatch{Repo: repo, Workflow: "rollback.yml", Ref: "main"})
			return err
		},
		func(ctx context.Context, c *Client) error {
			_, _, err := c.FindRun(ctx, repo, "rollback.yml", "INC-1-1", since)
			return err
		},
		func(ctx context.Context, c *Client) error {
			_, err := c.Inspect(ctx, repo, "rollback.yml", "main")
			return err
		},
		func(ctx context.Context, c *Client) error {
			_, err := c.Propose(ctx, Proposal{Repo: repo, Branch: OwnBranches + "inc-1", Title: "INC-1", Files: []ProposalFile{{Path: "2026/INC-1.md", Content: []byte("# INC-1\n")}}})
			return err
		},
		func(ctx context.Context, c *Client) error {
			_, _, err := c.ProposedFile(ctx, repo, OwnBranches+"inc-1", "2026/INC-1.md")
			return err
		},
		func(ctx context.Context, c *Client) error {
			_, _, err := c.ProposalState(ctx, repo, OwnBranches+"inc-1")
			return err
		},
		func(ctx context.Context, c *Client) error { _, err := c.Run(ctx, repo, 1); return err },
		func(ctx context.Context, c *Client) error { return c.Cancel(ctx, repo, 1) },
		func(ctx context.Context, c *Client) error { return c.Rerun(ctx, repo, 1) },
		func(ctx context.Context, c *Client) error {
			_, err := c.OpenTicket(ctx, Ticket{Repo: repo, Marker: "<!-- backout: INC-1/F1 -->", Title: "Test the keys", Labels: []string{"incident"}, Assignees: []string{"ana"}}, since)
			return err
		},
		func(ctx context.Context, c *Client) error { return c.SetTicket(ctx, repo, 1, true) },
		func(ctx context.Context, c *Client) error {
			_, err := c.TicketStates(ctx, repo, []int{1, 2})
			return err
		},
	}
	for _, seed := range []string{
		`{"status":"ahead","total_commits":2,"commits":[{"sha":"a","commit":{"message":"m","author":{"name":"n","date":"2026-11-20T14:00:00Z"}},"parents":[{"sha":"b"}]}],"files":[{"filename":"a.go","status":"modified"}]}`,
		`{"total_count":1,"check_runs":[{"id":1,"name":"e2e","status":"completed","conclusion":"success"}],"workflow_runs":[{"id":1,"name":"x INC-1-1","status":"queued","created_at":"2026-11-20T15:00:00Z"}],"jobs":[{"id":1,"conclusion":"failure"}]}`,
		`[{"id":1,"number":1,"state":"closed","merged_at":"2026-11-20T14:00:00Z","sha":"a","environment":"production","body":"<!-- backout: INC-1/F1 -->","user":{"login":"ana"},"head":{"ref":"backout/inc-1"}}]`,
		`{"login":"ana","number":1,"html_url":"https://github.example/a","state":"open","content":"b24=","encoding":"base64","object":{"sha":"a"},"tree":{"sha":"t"},"default_branch":"main","data":{"repository":null}}`,
		`{"message":"Validation Failed","errors":[{"resource":"Issue","field":"assignees","code":"invalid"},"x"],"documentation_url":"u"}`,
		`{"workflow_run_id":7,"run_url":"u","html_url":"h"}`, `{}`, `[]`, `null`, `[null]`, ``, `<html>`,
	} {
		for which := range calls {
			f.Add(uint8(which), uint16(200), []byte(seed))
		}
		f.Add(uint8(3), uint16(422), []byte(seed))
		f.Add(uint8(6), uint16(404), []byte(seed))
		f.Add(uint8(12), uint16(403), []byte(seed))
	}
	f.Fuzz(func(t *testing.T, which uint8, status uint16, body []byte) {
		c := client(t, Options{Token: secret, APIURL: "http://127.0.0.1:1/", Catalogue: shop(), Workflows: map[string][]string{repo: {"deploy.yml"}}, Releases: []string{repo}})
		c.http.Transport.(*guard).next = foreigntest.Parrot(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Link", "<"+r.URL.String()+`>; rel="next"`)
			w.Header().Set("Etag", `"1"`)
			w.WriteHeader(200 + int(status)%400)
			_, _ = w.Write(body)
		})
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		err := calls[int(which)%len(calls)](ctx, c)
		if several, ok := err.(interface{ Unwrap() []error }); ok { // one for each list that was read
			for _, one := range several.Unwrap() {
				troubleOf(t, one)
			}
		} else if err != nil {
			troubleOf(t, err)
		}
	})
}
