package pagerdutysim

import (
	"html/template"
	"net/http"
	"strings"
)

// pageText is the incident page that links of the demo lead to.
const pageText = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>#{{.Number}} {{.Title}}</title>
<body style="font-family:system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;line-height:1.5">
<p>Simulated PagerDuty</p>
<h1>#{{.Number}} {{.Title}}</h1>
<p><b>{{.Status}}</b>, {{.Urgency}} urgency{{with .Priority}}, {{.}}{{end}}, on {{.Service}}{{with .Assignees}}, assigned to {{.}}{{end}}</p>
<table>{{range .Log}}<tr><td style="padding-right:1rem;white-space:nowrap;vertical-align:top">{{.At}}</td><td>{{.Text}}</td></tr>{{end}}</table>
</body></html>
`

type pageLine struct{ At, Text string }

// servePage shows an incident to a person.
func (s *Server) servePage(w http.ResponseWriter, r *http.Request) {
	data, found := s.pageOf(r.PathValue("id"))
	if !found {
		http.NotFound(w, r)
		return
	}
	page, err := template.New("incident").Parse(pageText)
	if err != nil {
		misuse("the page cannot be parsed: %v", err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = page.Execute(w, data)
}

// pageOf collects what the page shows. No lock is held.
func (s *Server) pageOf(id string) (object, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, ok := find(s.w.incidents, id)
	if !ok {
		return nil, false
	}
	var log []pageLine
	for _, e := range i.log {
		said := []string{e.name}
		for _, key := range []string{"note", "message", "resolution"} {
			if t, is := e.details[key].(string); is {
				said = append(said, t)
			}
		}
		log = append(log, pageLine{e.at.Format("2006-01-02 15:04:05 UTC"), strings.Join(said, " ")})
	}
	var names []string
	for _, a := range i.assigned {
		names = append(names, a.user.name)
	}
	o := object{"Number": i.number, "Title": i.name, "Status": i.status, "Urgency": i.urgency, "Service": i.service.name, "Assignees": strings.Join(names, ", "), "Log": log}
	if i.priority != nil {
		o["Priority"] = i.priority.name
	}
	return o, true
}
