package githubsim

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	greatestInputs    = 25     // keys
	greatestInputText = 65_535 // characters of the whole object
)

// Dispatch is a workflow_dispatch that the server accepted, whatever it answered.
type Dispatch struct {
	Workflow string // file
	Ref      string // as sent
	Inputs   map[string]string
	At       time.Time // by the clock
	RunID    int64
	By       string
	Version  string // of the API
	Details  bool   // the answer named the run
}

// Dispatches are the accepted ones of a repository, in order.
func (s *Server) Dispatches(repo string) []Dispatch {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := slices.Clone(s.known(repo).dispatches)
	for i := range out {
		out[i].Inputs = maps.Clone(out[i].Inputs)
	}
	return out
}

// dispatch checks everything before it does anything: there is no partial success.
func (s *Server) dispatch(q *request) reply {
	r, f := q.repo, q.workflow()
	if f == nil {
		return notFound()
	}
	ask, out := s.readDispatch(q)
	if out.isError() {
		return out
	}
	if f.state != "active" {
		return unprocessable("Cannot trigger a 'workflow_dispatch' on a disabled workflow")
	}
	branch, c := r.dispatchRef(ask.ref)
	if c == nil {
		return unprocessable("No ref found for: %s", ask.ref)
	}
	// The default branch says that the workflow can be dispatched at all, the ref
	// what is run.
	trunk, there := r.definition(r.must(r.trunk), f.path)
	w, here := r.definition(c, f.path)
	if !there || !here || trunk.NoDispatch || w.NoDispatch {
		return unprocessable("Workflow does not have 'workflow_dispatch' trigger")
	}
	inputs, out := w.fill(ask.inputs)
	if out.isError() {
		return out
	}
	n := r.newRun(f, w, runStart{event: "workflow_dispatch", branch: branch, sha: c.sha, by: q.who.login, inputs: inputs})
	details := q.version == newVersion || ask.details && s.opt.RunDetails == RunDetailsSupported
	r.dispatches = append(r.dispatches, Dispatch{
		Workflow: strings.TrimPrefix(f.path, ".github/workflows/"), Ref: ask.ref, Inputs: ask.inputs,
		At: s.now(), RunID: n.id, By: q.who.login, Version: q.version, Details: details,
	})
	if !details {
		return reply{status: http.StatusNoContent}
	}
	return ok(object{"workflow_run_id": n.id, "run_url": n.url(), "html_url": n.page()})
}

type dispatchAsk struct {
	ref     string
	inputs  map[string]string
	details bool
}

// readDispatch checks the shape of the body, down to unknown fields.
func (s *Server) readDispatch(q *request) (a dispatchAsk, out reply) {
	var fields map[string]json.RawMessage
	if out, good := q.decode(&fields); !good {
		return a, out
	}
	allowed := []string{"ref", "inputs"}
	if q.version == oldVersion && s.opt.RunDetails != RunDetailsRefused {
		allowed = append(allowed, "return_run_details")
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !slices.Contains(allowed, name) {
			return a, unprocessable("Invalid request.\n\n%q is not a permitted key.", name)
		}
	}
	if fields["ref"] == nil {
		return a, unprocessable("Invalid request.\n\n\"ref\" wasn't supplied.")
	}
	if json.Unmarshal(fields["ref"], &a.ref) != nil || string(fields["ref"]) == "null" {
		return a, unprocessable("Invalid request.\n\nFor 'properties/ref', %s is not a string.", fields["ref"])
	}
	if d := fields["return_run_details"]; d != nil && string(d) != "true" && string(d) != "false" {
		return a, unprocessable("Invalid request.\n\nFor 'properties/return_run_details', %s is not a boolean.", d)
	}
	a.details = string(fields["return_run_details"]) == "true"
	a.inputs, out = readInputs(fields["inputs"])
	return a, out
}

func readInputs(raw json.RawMessage) (map[string]string, reply) {
	inputs := map[string]string{}
	if raw == nil {
		return inputs, reply{}
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil || fields == nil {
		return nil, unprocessable("Invalid request.\n\nFor 'properties/inputs', %s is not an object.", raw)
	}
	if len(fields) > greatestInputs {
		return nil, unprocessable("Invalid request.\n\nFor 'properties/inputs', object has more than %d properties.", greatestInputs)
	}
	if utf8.RuneCount(raw) > greatestInputText {
		return nil, unprocessable("inputs are too large.")
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		var v any
		_ = json.Unmarshal(fields[name], &v)
		text, is := v.(string)
		if !is {
			return nil, unprocessable("Invalid request.\n\nFor 'properties/inputs/additionalProperties', %s is not a string.", fields[name])
		}
		inputs[name] = text
	}
	return inputs, reply{}
}

// dispatchRef is the name of the branch or the tag, and its commit. A hash is no
// reference.
func (r *Repo) dispatchRef(ref string) (string, *commit) {
	for _, kind := range []string{"refs/heads/", "refs/tags/"} {
		name := strings.TrimPrefix(ref, kind)
		if sha := r.refs[kind+name]; sha != "" && name != "" {
			return name, r.commits[sha]
		}
	}
	return "", nil
}

// fill checks the inputs against those declared and adds the defaults.
func (w Workflow) fill(given map[string]string) (map[string]string, reply) {
	var unexpected []string
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.ContainsFunc(w.Inputs, func(in Input) bool { return in.Name == name }) {
			unexpected = append(unexpected, name)
		}
	}
	if unexpected != nil {
		list, _ := json.Marshal(unexpected)
		return nil, unprocessable("Unexpected inputs provided: %s", list)
	}
	out := map[string]string{}
	for _, in := range w.Inputs {
		value, there := given[in.Name]
		if !there {
			if in.Required && in.Default == "" {
				return nil, unprocessable("Required input '%s' not provided", in.Name)
			}
			out[in.Name] = in.Default
			continue
		}
		if in.Required && value == "" {
			return nil, unprocessable("Required input '%s' not provided", in.Name)
		}
		if !in.allows(value) {
			return nil, unprocessable("Provided value '%s' for input '%s' not in the list of allowed values", value, in.Name)
		}
		out[in.Name] = value
	}
	return out, reply{}
}

func (in Input) allows(value string) bool {
	switch in.Type {
	case "boolean":
		return value == "true" || value == "false"
	case "choice":
		return slices.Contains(in.Options, value)
	case "number":
		_, err := strconv.ParseFloat(value, 64)
		return err == nil
	case "environment":
		return len(in.Options) == 0 || slices.Contains(in.Options, value)
	}
	return true
}

// expression is ${{ … }} with a name in it; GitHub knows more, run names rarely use it.
var expression = regexp.MustCompile(`\$\{\{\s*([A-Za-z0-9_.-]+)\s*\}\}`)

// newTitle fills in the run-name, or what GitHub shows without one.
func (n *run) newTitle() string {
	if n.w.RunName == "" {
		if n.event != "workflow_dispatch" {
			first, _, _ := strings.Cut(n.repo.commits[n.sha].message, "\n")
			return first
		}
		return n.flow.name
	}
	known := map[string]string{
		"github.actor": n.actor, "github.ref_name": n.branch, "github.sha": n.sha, "github.event_name": n.event,
		"github.run_id": itoa64(n.id), "github.run_number": itoa(n.number), "github.repository": n.repo.full(), "github.workflow": n.flow.name,
	}
	for name, value := range n.inputs {
		known["inputs."+name], known["github.event.inputs."+name] = value, value
	}
	title := expression.ReplaceAllStringFunc(n.w.RunName, func(e string) string { return known[expression.FindStringSubmatch(e)[1]] })
	if strings.TrimSpace(title) == "" {
		return n.flow.name
	}
	return title
}
