package deploys

import (
	"slices"
	"strings"

	"backout/timeline"
)

// told is how many paths and how many words a reason carries: what fits on a line.
const told = 3

// change is what a deploy's change has to do with an incident.
type change struct {
	// paths are those worth naming: sensitive ones first. sensitive is set when
	// there is one.
	paths     []string
	sensitive bool
	// words of the report that stand in it, in the order of the report.
	words []string
}

// changeOf looks through what is known of a change.
//
// Words of the service's own name prove nothing: they stand in every other commit
// and path of the service, and that it is the same service is told already.
func changeOf(facts *timeline.ChangeFacts, service string, sensitive []string, r report) change {
	if facts == nil {
		return change{}
	}
	own := map[string]bool{}
	for _, stem := range terms(service) {
		own[stem] = true
	}
	var (
		c                 change
		both, alone, rest []string
		stand             = make([]bool, len(r.words)) // which words of the report stand in it
	)
	find := func(text string) (found bool) {
		for _, stem := range terms(text) {
			if i, ok := r.index[stem]; ok && !own[stem] {
				stand[i], found = true, true
			}
		}
		return found
	}
	for _, path := range pathsOf(facts) {
		switch matches, shares := Match(sensitive, path), find(named(path)); {
		case matches && shares:
			both = append(both, path)
		case matches:
			alone = append(alone, path)
		case shares:
			rest = append(rest, path)
		}
	}
	for _, m := range facts.Commits {
		find(m.Message)
	}
	for _, p := range facts.Pulls {
		find(p.Title)
	}
	c.sensitive = len(both)+len(alone) > 0
	c.paths = first(slices.Concat(both, alone, rest))
	for i, word := range r.words {
		if stand[i] {
			c.words = append(c.words, word)
		}
	}
	c.words = first(c.words)
	return c
}

// first keeps what fits on a line, in memory of its own.
func first(all []string) []string { return slices.Clone(all[:min(told, len(all))]) }

// pathsOf lists the files of a change, each once. Pull requests may know of some
// that the comparison had no room for.
func pathsOf(facts *timeline.ChangeFacts) []string {
	var out []string
	seen := map[string]bool{}
	add := func(path string) {
		if path != "" && !seen[path] {
			seen[path] = true
			out = append(out, path)
		}
	}
	for _, f := range facts.Files {
		add(f.Path)
	}
	for _, p := range facts.Pulls {
		for _, f := range p.Files {
			add(f)
		}
	}
	return out
}

// report is what people said of an incident: its words as they are shown, each
// once, and where a stem stands among them.
type report struct {
	words []string
	index map[string]int
}

// reportOf reads the title, the impact and the message that it was declared from.
func reportOf(in *timeline.Incident) report {
	r := report{index: map[string]int{}}
	for _, text := range append([]string{in.Title, in.Impact}, detecting(in)...) {
		for shown, stem := range terms(unslack(text)) {
			if _, known := r.index[stem]; !known {
				r.index[stem] = len(r.words)
				r.words = append(r.words, shown)
			}
		}
	}
	return r
}

// detecting gives the text of the message that the incident was declared from. It
// is known by its instant, to the microsecond: that is what the declaration took
// from it.
func detecting(in *timeline.Incident) []string {
	entries := in.Timeline()
	i := slices.IndexFunc(entries, func(e *timeline.Entry) bool {
		_, ok := e.Body.(timeline.Declared)
		return ok
	})
	if i < 0 {
		return nil
	}
	at := entries[i].Body.(timeline.Declared).DetectedAt
	if at.IsZero() {
		return nil
	}
	var out []string
	for _, e := range entries {
		if e.Message == nil || e.Text == "" {
			continue
		}
		if written, ok := timeline.SlackTime(e.Message.TS); ok && written.Equal(at) {
			out = append(out, e.Text)
		}
	}
	return out
}

// named gives the part of a path that has names worth comparing. The extension of
// a file says only what language it is written in.
func named(path string) string {
	dot, slash := strings.LastIndexByte(path, '.'), strings.LastIndexByte(path, '/')
	if dot > slash+1 {
		return path[:dot]
	}
	return path
}
