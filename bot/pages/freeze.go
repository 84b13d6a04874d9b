package pages

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"backout/timeline"
)

// Frozen is /api/freeze?service=S. It is answered with 200 either way: a pipeline
// asks for the word, and must not take our trouble for a yes.
type Frozen struct {
	Frozen bool `json:"frozen"`
	// By are the incidents that say so, oldest first.
	By []string `json:"by"`
	// Since is when the first of them did.
	Since *time.Time `json:"since"`
}

func (s *server) freeze(w http.ResponseWriter, r *http.Request) {
	service := strings.TrimSpace(r.URL.Query().Get("service"))
	if service == "" {
		problem(w, http.StatusBadRequest, "The question names no service.", "Ask for example /api/freeze?service=web-app.")
		return
	}
	out := Frozen{By: []string{}}
	for _, f := range s.Ledger.Frozen(service) {
		by := timeline.ID(f.Incident)
		if f.Private && !s.trusted {
			by = hiddenIncident
		}
		if !slices.Contains(out.By, by) {
			out.By = append(out.By, by)
		}
		if out.Since == nil || f.Since.Before(*out.Since) {
			out.Since = &f.Since
		}
		out.Frozen = true
	}
	writeJSON(w, out)
}
