package github

import (
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"backout/timeline"
)

// FuzzParse: whatever is signed and sent, what comes out concerns a configured
// service, has an id and a state, and its texts can be shown.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/hooks/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal(err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		event, _, _ := strings.Cut(filepath.Base(file), ".")
		f.Add(event, body)
	}
	h := hooks()
	f.Fuzz(func(t *testing.T, event string, body []byte) {
		r, err := h.Parse(event, body)
		if err != nil {
			if !reflect.DeepEqual(r, Report{}) {
				t.Errorf("an error and %+v", r)
			}
			return
		}
		if r.Ignored != (len(r.Deploys) == 0 && len(r.Runs) == 0 && len(r.Issues) == 0 && len(r.Pulls) == 0 && !r.Ping) {
			t.Errorf("%+v", r)
		}
		for _, d := range r.Deploys {
			soundDeploy(t, d)
		}
		for _, run := range r.Runs {
			sound(t, maxTitle, run.Repo, run.Title, run.Run.Status, run.Run.Conclusion)
			soundLink(t, run.Run.Link)
			if run.Run.ID == 0 || run.Repo == "" {
				t.Errorf("%+v", run)
			}
		}
		soundTalk(t, r)
	})
}

// soundTalk: an issue and a pull request have a place, and a state that can be.
func soundTalk(t *testing.T, r Report) {
	t.Helper()
	for _, i := range r.Issues {
		sound(t, maxName, i.Repo, i.Reason, i.By)
		soundLink(t, i.URL)
		soundLink(t, i.NewURL)
		if i.Repo == "" || i.Number <= 0 || !i.Closed && i.Reason != "" || !i.Gone && i.NewURL != "" || i.Gone && !i.At.IsZero() {
			t.Errorf("%+v", i)
		}
	}
	for _, p := range r.Pulls {
		sound(t, maxName, p.Repo, p.Branch, p.By)
		soundLink(t, p.URL)
		if p.Repo == "" || p.Number <= 0 || !strings.HasPrefix(p.Branch, OwnBranches) || p.Merged && !p.Closed {
			t.Errorf("%+v", p)
		}
	}
}

func soundDeploy(t *testing.T, d timeline.DeployReport) {
	t.Helper()
	s, known := shop().Service(d.Service)
	if !known || d.Environment == "" || d.Environment != shop().Environment(s.Name) && d.Environment != s.Staging {
		t.Errorf("of no service: %+v", d)
	}
	if d.Source.Name != "github" || !strings.HasPrefix(d.Source.ID, s.Repo+"/") || d.Source.URL != d.URL {
		t.Errorf("source: %+v", d)
	}
	if state, ok := timeline.DeployStateOf(string(d.State)); !ok || state != d.State || !d.State.Final() && !d.Finished.IsZero() {
		t.Errorf("state: %+v", d)
	}
	if d.SHA != "" && hash(d.SHA) != d.SHA || d.Run.ID != 0 && d.Run.Repo != s.Repo {
		t.Errorf("%+v", d)
	}
	sound(t, maxName, d.Version, d.Ref, d.By)
	soundLink(t, d.URL)
}

func sound(t *testing.T, limit int, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if !utf8.ValidString(s) || utf8.RuneCountInString(s) > limit || strings.ContainsFunc(s, unicode.IsControl) || s != strings.TrimSpace(s) || text(s, limit) != s {
			t.Errorf("%q cannot be shown", s)
		}
	}
}

func soundLink(t *testing.T, s string) {
	t.Helper()
	if u, err := url.Parse(s); s != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || link(s) != s) {
		t.Errorf("%q is no link", s)
	}
}

// FuzzWorkflowFile: a workflow's file may hold anything.
func FuzzWorkflowFile(f *testing.F) {
	f.Add("on: {workflow_dispatch: {inputs: {backout_id: {required: true}}}}\nrun-name: ${{ inputs.backout_id }}\n")
	f.Add("a: &a [*a]\non: *a\n")
	f.Add("on: &x {workflow_dispatch: *x}\n")
	f.Add("<<: {on: workflow_dispatch}\n? [a]\n: b\n")
	f.Fuzz(func(t *testing.T, source string) {
		var w Workflow
		w.read(source)
		if !w.Dispatchable && (len(w.Inputs) > 0 || w.DeclaresID || w.PrintsID) || len(w.Required) > len(w.Inputs) {
			t.Errorf("%+v", w)
		}
	})
}

// FuzzCarries: an id is found in a title exactly if it is set off in it.
func FuzzCarries(f *testing.F) {
	f.Add("Rollback [id: INC-7-R1-1]", "INC-7-R1-1")
	f.Fuzz(func(t *testing.T, title, id string) {
		if got := carries(title, id); got && !strings.Contains(title, id) {
			t.Errorf("%q is not in %q", id, title)
		}
		if id != "" && !carries("["+id+"] "+title, id) && !carries(title+" ["+id+"]", id) {
			t.Errorf("%q is not found where it stands alone", id)
		}
	})
}
