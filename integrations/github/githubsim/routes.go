package githubsim

import (
	"net/http"
	"strings"
)

// route is one operation of the API.
type route struct {
	pattern string // "GET /repos/{owner}/{repo}"
	needs   string // permission, "actions:write"; "" is metadata
	page    string // of its documentation, below docs.github.com/rest
	jwt     bool   // wants the JWT of an App
	creates bool   // counts against the limit on content creation
	free    bool   // does not count against the primary limit
	do      func(*Server, *request) reply
}

// doc is the documentation_url of its errors.
func (rt *route) doc() string {
	if rt == nil || rt.page == "" {
		return "https://docs.github.com/rest"
	}
	return "https://docs.github.com/rest/" + rt.page
}

// handler is the whole HTTP side. A path or a method that no route has goes the
// same way as the others and ends in 404.
func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	for _, list := range [][]route{actionRoutes(), deploymentRoutes(), codeRoutes(), talkRoutes(), hookRoutes(), appRoutes()} {
		for i := range list {
			rt := &list[i]
			method, path, _ := strings.Cut(rt.pattern, " ")
			mux.HandleFunc(method+" "+s.opt.APIPrefix+path, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, rt) })
		}
	}
	t := paper()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if !s.page(w, r, t) {
			s.serve(w, r, nil)
		}
	})
	return mux
}

const inRepo = "/repos/{owner}/{repo}"

func actionRoutes() []route {
	const (
		flows = inRepo + "/actions/workflows"
		runs  = inRepo + "/actions/runs"
		one   = runs + "/{run}"
	)
	return []route{
		{pattern: "GET " + flows, needs: "actions:read", page: "actions/workflows#list-repository-workflows", do: (*Server).listWorkflows},
		{pattern: "GET " + flows + "/{workflow}", needs: "actions:read", page: "actions/workflows#get-a-workflow", do: (*Server).getWorkflow},
		{pattern: "PUT " + flows + "/{workflow}/enable", needs: "actions:write", page: "actions/workflows#enable-a-workflow", do: (*Server).enableWorkflow},
		{pattern: "PUT " + flows + "/{workflow}/disable", needs: "actions:write", page: "actions/workflows#disable-a-workflow", do: (*Server).disableWorkflow},
		{pattern: "POST " + flows + "/{workflow}/dispatches", needs: "actions:write", page: "actions/workflows#create-a-workflow-dispatch-event", do: (*Server).dispatch},
		{pattern: "GET " + flows + "/{workflow}/runs", needs: "actions:read", page: "actions/workflow-runs#list-workflow-runs-for-a-workflow", do: (*Server).listWorkflowRuns},
		{pattern: "GET " + runs, needs: "actions:read", page: "actions/workflow-runs#list-workflow-runs-for-a-repository", do: (*Server).listRuns},
		{pattern: "GET " + one, needs: "actions:read", page: "actions/workflow-runs#get-a-workflow-run", do: (*Server).getRun},
		{pattern: "GET " + one + "/attempts/{attempt}", needs: "actions:read", page: "actions/workflow-runs#get-a-workflow-run-attempt", do: (*Server).getRunAttempt},
		{pattern: "GET " + one + "/attempts/{attempt}/jobs", needs: "actions:read", page: "actions/workflow-jobs#list-jobs-for-a-workflow-run-attempt", do: (*Server).listAttemptJobs},
		{pattern: "GET " + one + "/jobs", needs: "actions:read", page: "actions/workflow-jobs#list-jobs-for-a-workflow-run", do: (*Server).listJobs},
		{pattern: "GET " + inRepo + "/actions/jobs/{job}", needs: "actions:read", page: "actions/workflow-jobs#get-a-job-for-a-workflow-run", do: (*Server).getJob},
		{pattern: "POST " + one + "/cancel", needs: "actions:write", page: "actions/workflow-runs#cancel-a-workflow-run", do: (*Server).cancelRun},
		{pattern: "POST " + one + "/force-cancel", needs: "actions:write", page: "actions/workflow-runs#force-cancel-a-workflow-run", do: (*Server).forceCancelRun},
		{pattern: "POST " + one + "/rerun", needs: "actions:write", page: "actions/workflow-runs#re-run-a-workflow", do: (*Server).rerunRun},
		{pattern: "POST " + one + "/rerun-failed-jobs", needs: "actions:write", page: "actions/workflow-runs#re-run-failed-jobs-from-a-workflow-run", do: (*Server).rerunFailedJobs},
		{pattern: "GET " + one + "/pending_deployments", needs: "actions:read", page: "actions/workflow-runs#get-pending-deployments-for-a-workflow-run", do: (*Server).listPending},
		{pattern: "POST " + one + "/pending_deployments", needs: "deployments:write", page: "actions/workflow-runs#review-pending-deployments-for-a-workflow-run", do: (*Server).reviewPending},
	}
}

func deploymentRoutes() []route {
	const list, one = inRepo + "/deployments", inRepo + "/deployments/{deployment}"
	return []route{
		{pattern: "GET " + list, needs: "deployments:read", page: "deployments/deployments#list-deployments", do: (*Server).listDeployments},
		{pattern: "POST " + list, needs: "deployments:write", page: "deployments/deployments#create-a-deployment", do: (*Server).createDeployment},
		{pattern: "GET " + one, needs: "deployments:read", page: "deployments/deployments#get-a-deployment", do: (*Server).getDeployment},
		{pattern: "GET " + one + "/statuses", needs: "deployments:read", page: "deployments/statuses#list-deployment-statuses", do: (*Server).listDeploymentStatuses},
		{pattern: "POST " + one + "/statuses", needs: "deployments:write", page: "deployments/statuses#create-a-deployment-status", do: (*Server).createDeploymentStatus},
		{pattern: "GET " + one + "/statuses/{status}", needs: "deployments:read", page: "deployments/statuses#get-a-deployment-status", do: (*Server).getDeploymentStatus},
	}
}

func codeRoutes() []route {
	return []route{
		{pattern: "GET " + inRepo, page: "repos/repos#get-a-repository", do: (*Server).getRepo},
		{pattern: "GET " + inRepo + "/compare/{basehead...}", needs: "contents:read", page: "commits/commits#compare-two-commits", do: (*Server).compare},
		{pattern: "GET " + inRepo + "/commits", needs: "contents:read", page: "commits/commits#list-commits", do: (*Server).listCommits},
		// References have slashes, so what follows one is told apart by hand.
		{pattern: "GET " + inRepo + "/commits/{rest...}", page: "commits/commits#get-a-commit", do: (*Server).belowCommit},
		{pattern: "POST " + inRepo + "/statuses/{sha}", needs: "statuses:write", page: "commits/statuses#create-a-commit-status", do: (*Server).createStatus},
		{pattern: "GET " + inRepo + "/branches", needs: "contents:read", page: "branches/branches#list-branches", do: (*Server).listBranches},
		{pattern: "GET " + inRepo + "/branches/{branch...}", needs: "contents:read", page: "branches/branches#get-a-branch", do: (*Server).getBranch},
		{pattern: "GET " + inRepo + "/tags", page: "repos/repos#list-repository-tags", do: (*Server).listTags},
		{pattern: "GET " + inRepo + "/contents", needs: "contents:read", page: "repos/contents#get-repository-content", do: (*Server).getContents},
		{pattern: "GET " + inRepo + "/contents/{path...}", needs: "contents:read", page: "repos/contents#get-repository-content", do: (*Server).getContents},
		{pattern: "PUT " + inRepo + "/contents/{path...}", needs: "contents:write", page: "repos/contents#create-or-update-file-contents", creates: true, do: (*Server).putContents},
		{pattern: "GET " + inRepo + "/git/ref/{ref...}", needs: "contents:read", page: "git/refs#get-a-reference", do: (*Server).getRef},
		{pattern: "GET " + inRepo + "/git/matching-refs/{ref...}", needs: "contents:read", page: "git/refs#list-matching-references", do: (*Server).listRefs},
		{pattern: "POST " + inRepo + "/git/refs", needs: "contents:write", page: "git/refs#create-a-reference", creates: true, do: (*Server).createRef},
		{pattern: "PATCH " + inRepo + "/git/refs/{ref...}", needs: "contents:write", page: "git/refs#update-a-reference", do: (*Server).updateRef},
		{pattern: "DELETE " + inRepo + "/git/refs/{ref...}", needs: "contents:write", page: "git/refs#delete-a-reference", do: (*Server).deleteRef},
		{pattern: "POST " + inRepo + "/git/blobs", needs: "contents:write", page: "git/blobs#create-a-blob", creates: true, do: (*Server).createBlob},
		{pattern: "GET " + inRepo + "/git/blobs/{sha}", needs: "contents:read", page: "git/blobs#get-a-blob", do: (*Server).getBlob},
		{pattern: "POST " + inRepo + "/git/trees", needs: "contents:write", page: "git/trees#create-a-tree", creates: true, do: (*Server).createTree},
		{pattern: "GET " + inRepo + "/git/trees/{sha...}", needs: "contents:read", page: "git/trees#get-a-tree", do: (*Server).getTree},
		{pattern: "POST " + inRepo + "/git/commits", needs: "contents:write", page: "git/commits#create-a-commit", creates: true, do: (*Server).createGitCommit},
		{pattern: "GET " + inRepo + "/git/commits/{sha}", needs: "contents:read", page: "git/commits#get-a-commit-object", do: (*Server).getGitCommit},
		{pattern: "GET " + inRepo + "/releases", needs: "contents:read", page: "releases/releases#list-releases", do: (*Server).listReleases},
		{pattern: "GET " + inRepo + "/releases/latest", needs: "contents:read", page: "releases/releases#get-the-latest-release", do: (*Server).latestRelease},
	}
}

func talkRoutes() []route {
	const (
		pulls, pull   = inRepo + "/pulls", inRepo + "/pulls/{number}"
		issues, issue = inRepo + "/issues", inRepo + "/issues/{number}"
	)
	return []route{
		{pattern: "GET " + pulls, needs: "pull_requests:read", page: "pulls/pulls#list-pull-requests", do: (*Server).listPulls},
		{pattern: "POST " + pulls, needs: "pull_requests:write", page: "pulls/pulls#create-a-pull-request", creates: true, do: (*Server).createPull},
		{pattern: "GET " + pull, needs: "pull_requests:read", page: "pulls/pulls#get-a-pull-request", do: (*Server).getPull},
		{pattern: "PATCH " + pull, needs: "pull_requests:write", page: "pulls/pulls#update-a-pull-request", do: (*Server).editPull},
		{pattern: "GET " + pull + "/files", needs: "pull_requests:read", page: "pulls/pulls#list-pull-requests-files", do: (*Server).listPullFiles},
		{pattern: "GET " + pull + "/commits", needs: "pull_requests:read", page: "pulls/pulls#list-commits-on-a-pull-request", do: (*Server).listPullCommits},
		{pattern: "GET " + pull + "/reviews", needs: "pull_requests:read", page: "pulls/reviews#list-reviews-for-a-pull-request", do: (*Server).listReviews},
		{pattern: "GET " + issues, needs: "issues:read", page: "issues/issues#list-repository-issues", do: (*Server).listIssues},
		{pattern: "POST " + issues, needs: "issues:write", page: "issues/issues#create-an-issue", creates: true, do: (*Server).createIssue},
		{pattern: "GET " + issue, needs: "issues:read", page: "issues/issues#get-an-issue", do: (*Server).getIssue},
		{pattern: "PATCH " + issue, needs: "issues:write", page: "issues/issues#update-an-issue", do: (*Server).editIssue},
		{pattern: "GET " + issue + "/comments", needs: "issues:read", page: "issues/comments#list-issue-comments", do: (*Server).listComments},
		{pattern: "POST " + issue + "/comments", needs: "issues:write", page: "issues/comments#create-an-issue-comment", creates: true, do: (*Server).createComment},
		{pattern: "PATCH " + issues + "/comments/{comment}", needs: "issues:write", page: "issues/comments#update-an-issue-comment", do: (*Server).editComment},
	}
}

func hookRoutes() []route {
	const one = inRepo + "/hooks/{hook}"
	return []route{
		{pattern: "GET " + inRepo + "/hooks", needs: "webhooks:read", page: "repos/webhooks#list-repository-webhooks", do: (*Server).listHooks},
		{pattern: "GET " + one, needs: "webhooks:read", page: "repos/webhooks#get-a-repository-webhook", do: (*Server).getHook},
		{pattern: "POST " + one + "/pings", needs: "webhooks:read", page: "repos/webhooks#ping-a-repository-webhook", do: (*Server).pingHook},
		{pattern: "GET " + one + "/deliveries", needs: "webhooks:read", page: "repos/webhooks#list-deliveries-for-a-repository-webhook", do: (*Server).listDeliveries},
		{pattern: "GET " + one + "/deliveries/{delivery}", needs: "webhooks:read", page: "repos/webhooks#get-a-delivery-for-a-repository-webhook", do: (*Server).getDelivery},
		{pattern: "POST " + one + "/deliveries/{delivery}/attempts", needs: "webhooks:write", page: "repos/webhooks#redeliver-a-delivery-for-a-repository-webhook", do: (*Server).redeliver},
		{pattern: "GET /app/hook/deliveries", jwt: true, page: "apps/webhooks#list-deliveries-for-an-app-webhook", do: (*Server).listDeliveries},
		{pattern: "GET /app/hook/deliveries/{delivery}", jwt: true, page: "apps/webhooks#get-a-delivery-for-an-app-webhook", do: (*Server).getDelivery},
		{pattern: "POST /app/hook/deliveries/{delivery}/attempts", jwt: true, page: "apps/webhooks#redeliver-a-delivery-for-an-app-webhook", do: (*Server).redeliver},
	}
}

func appRoutes() []route {
	return []route{
		{pattern: "GET /rate_limit", free: true, page: "rate-limit/rate-limit#get-rate-limit-status-for-the-authenticated-user", do: (*Server).getRateLimit},
		{pattern: "GET /user", page: "users/users#get-the-authenticated-user", do: (*Server).getUser},
		{pattern: "GET /app", jwt: true, page: "apps/apps#get-the-authenticated-app", do: (*Server).getApp},
		{pattern: "GET /app/installations", jwt: true, page: "apps/apps#list-installations-for-the-authenticated-app", do: (*Server).listInstallations},
		{pattern: "GET /app/installations/{installation}", jwt: true, page: "apps/apps#get-an-installation-for-the-authenticated-app", do: (*Server).getInstallation},
		{pattern: "POST /app/installations/{installation}/access_tokens", jwt: true, page: "apps/apps#create-an-installation-access-token-for-an-app", do: (*Server).createToken},
		{pattern: "GET " + inRepo + "/installation", jwt: true, page: "apps/apps#get-a-repository-installation-for-the-authenticated-app", do: (*Server).getRepoInstallation},
	}
}
