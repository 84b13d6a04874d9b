package github

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// read takes from a workflow's file what dispatching it needs. A file that is no
// YAML declares nothing. Only nodes are looked at: nothing is expanded.
func (w *Workflow) read(source string) {
	var doc yaml.Node
	if yaml.Unmarshal([]byte(source), &doc) != nil || len(doc.Content) == 0 {
		return
	}
	top := resolved(doc.Content[0])
	// YAML 1.1 reads the key "on" as true, and editors may have written it so.
	on := entry(top, "on")
	if on == nil {
		on = entry(top, "true")
	}
	inputs, ok := dispatchTrigger(on)
	if !ok {
		return
	}
	w.Dispatchable = true
	for name, input := range entries(inputs) {
		w.Inputs = append(w.Inputs, name)
		if truth(entry(input, "required")) && entry(input, "default") == nil {
			w.Required = append(w.Required, name)
		}
	}
	w.DeclaresID = slices.Contains(w.Inputs, IDInput)
	if n := entry(top, "run-name"); n != nil && n.Kind == yaml.ScalarNode {
		w.PrintsID = printsID(n.Value)
	}
}

// dispatchTrigger finds workflow_dispatch, and its inputs, which may be nil. "on"
// is one event, a list of events, or a map of them.
func dispatchTrigger(on *yaml.Node) (inputs *yaml.Node, ok bool) {
	const event = "workflow_dispatch"
	if on == nil {
		return nil, false
	}
	switch on.Kind {
	case yaml.ScalarNode:
		return nil, on.Value == event
	case yaml.SequenceNode:
		return nil, slices.ContainsFunc(on.Content, func(n *yaml.Node) bool { return resolved(n).Value == event })
	case yaml.MappingNode:
		for key, value := range entries(on) {
			if key == event {
				return entry(value, "inputs"), true
			}
		}
	}
	return nil, false
}

// resolved follows an alias.
func resolved(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode && n.Alias != nil {
		n = n.Alias
	}
	return n
}

// entries gives the keys and values of a map, in their order; none of anything
// else.
func entries(n *yaml.Node) func(yield func(string, *yaml.Node) bool) {
	return func(yield func(string, *yaml.Node) bool) {
		if n == nil || n.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !yield(n.Content[i].Value, resolved(n.Content[i+1])) {
				return
			}
		}
	}
}

func entry(n *yaml.Node, key string) *yaml.Node {
	for k, v := range entries(n) {
		if k == key {
			return v
		}
	}
	return nil
}

func truth(n *yaml.Node) bool {
	return n != nil && n.Kind == yaml.ScalarNode && strings.EqualFold(n.Value, "true")
}

// printsID reports whether titles made by the run-name carry the id as FindRun
// looks for it: the input stands in an expression, and is a word of its own.
func printsID(runName string) bool {
	const specimen = "ID0"
	expression := regexp.MustCompile(`(?s)\$\{\{(.*?)\}\}`)
	input := regexp.MustCompile(`(?i)\binputs\s*(\.\s*` + IDInput + `|\[\s*'` + IDInput + `'\s*\])($|[^\w-])`)
	alone := regexp.MustCompile(`(?i)^[\w.\s]*\binputs\s*(\.\s*` + IDInput + `|\[\s*'` + IDInput + `'\s*\])\s*$`)
	title := expression.ReplaceAllStringFunc(runName, func(e string) string {
		inner := strings.TrimSuffix(strings.TrimPrefix(e, "${{"), "}}")
		switch {
		case alone.MatchString(inner):
			return specimen
		case input.MatchString(inner):
			// Inside a function, such as format: what surrounds it there is not known.
			return " " + specimen + " "
		}
		return "x"
	})
	return carries(title, specimen)
}
