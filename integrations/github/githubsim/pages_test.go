package githubsim

import "testing"

func TestPeopleWhoFollowALinkSeeAPage(t *testing.T) {
	st := start(t, Options{})
	st.repo.Workflow(rollback())
	run := st.dispatched(map[string]any{"version": "v1"})
	run.FinishJob("deploy", "success")
	n := st.repo.PullRequest(PR{Title: "<Faster>", Author: "ana", Head: "x", HeadSHA: st.repo.Head("main")})
	st.post(web("/issues"), `{"title":"Add an alert"}`).is(201)
	browser := []header{{"Authorization", ""}, {"Accept", "text/html,*/*"}}
	for path, want := range map[string]string{
		run.URL():                                         "deploy: completed success",
		run.URL() + "/job/1":                              "Rollback to v1",
		st.repo.URL() + "/pull/" + itoa(n):                "&lt;Faster&gt;",
		st.repo.URL() + "/issues/2":                       "Add an alert",
		st.repo.URL() + "/commit/" + st.repo.Head("main"): "Initial commit",
		st.repo.URL():                                     "acme/web-app",
	} {
		st.get(path, browser...).says(want)
	}
	// Programs have no business there.
	st.call("GET", run.URL(), nil).is(404)
	st.call("GET", run.URL(), nil, header{"Authorization", ""}).is(401)
	st.call("GET", st.URL()+"/acme/other", nil, browser...).is(401)
}
