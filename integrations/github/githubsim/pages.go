package githubsim

import (
	"html/template"
	"net/http"
	"strconv"
	"strings"
)

// sheet is what a page shows: enough for a person who follows a link out of the
// demo to see that it leads to the right place.
type sheet struct {
	Repo, Title, State string
	Lines              []string
}

func (s sheet) render(w http.ResponseWriter, t *template.Template) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = t.Execute(w, s)
}

// paper is the one template of all pages.
func paper() *template.Template {
	return template.Must(template.New("page").Parse(`<!doctype html><meta charset="utf-8"><title>{{.Title}} · {{.Repo}}</title>
<body style="font:16px/1.5 system-ui;max-width:44rem;margin:3rem auto;padding:0 1rem">
<p style="color:#59636e">{{.Repo}} · simulated GitHub</p><h1>{{.Title}}</h1>{{with .State}}<p><strong>{{.}}</strong></p>{{end}}
<ul>{{range .Lines}}<li>{{.}}</li>{{end}}</ul>
`))
}

// page answers people: whoever asks for HTML, without a token, on a path of a
// repository's pages. It says whether it did; programs go on to the API.
func (s *Server) page(w http.ResponseWriter, r *http.Request, t *template.Template) bool {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if r.Method != http.MethodGet || len(parts) < 2 || bearer(r) != "" || !strings.Contains(r.Header.Get("Accept"), "text/html") {
		return false
	}
	s.mu.Lock()
	repo := s.w.repos[strings.ToLower(parts[0]+"/"+parts[1])]
	var sh sheet
	if repo != nil {
		sh = repo.sheet(parts[2:])
	}
	s.mu.Unlock()
	if repo == nil {
		return false
	}
	sh.render(w, t)
	return true
}

// sheet finds what a path below the repository's page shows; the repository itself
// when it is nothing in particular.
func (r *Repo) sheet(path []string) sheet {
	kind := strings.Join(path[:max(0, len(path)-1)], "/")
	last := ""
	if len(path) > 0 {
		last = path[len(path)-1]
	}
	n, _ := strconv.ParseInt(last, 10, 64)
	if len(path) > 3 && path[0] == "actions" && path[1] == "runs" {
		kind = "actions/runs"
		n, _ = strconv.ParseInt(path[2], 10, 64)
	}
	sh := sheet{Repo: r.full(), Title: r.full()}
	switch kind {
	case "actions/runs":
		if one := r.s.w.runs[n]; one != nil && one.repo == r {
			return one.sheet()
		}
	case "pull":
		if p := r.pull(n); p != nil {
			sh.Title, sh.State, sh.Lines = "#"+last+" "+p.Title, p.state, []string{p.Head + " into " + p.Base, "by " + p.Author}
			if p.Merged {
				sh.State = "merged by " + p.MergedBy
			}
			for _, f := range r.pullFiles(p) {
				sh.Lines = append(sh.Lines, f.Status+" "+f.Name)
			}
		}
	case "issues":
		if i := r.issue(n); i != nil {
			sh.Title, sh.State, sh.Lines = "#"+last+" "+i.title, i.state, []string{i.body}
		}
	case "commit":
		if c := r.resolve(last); c != nil {
			sh.Title, sh.State = c.message, short(c.sha)+" by "+c.author
			for _, f := range c.files {
				sh.Lines = append(sh.Lines, f.Status+" "+f.Name)
			}
		}
	}
	return sh
}

func (n *run) sheet() sheet {
	sh := sheet{Repo: n.repo.full(), Title: n.title, State: strings.TrimSpace(n.status + " " + n.conclusion)}
	for _, j := range n.latest() {
		sh.Lines = append(sh.Lines, strings.TrimSpace(j.name+": "+j.status+" "+j.conclusion))
	}
	return sh
}
