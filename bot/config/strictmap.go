package config

import (
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// checkStruct wants a mapping whose keys are the fields of t.
func (d *document) checkStruct(n *yaml.Node, t reflect.Type, key string) {
	fields, names := map[string]reflect.Type{}, []string(nil)
	for f := range t.Fields() {
		if name := f.Tag.Get("yaml"); name != "-" {
			fields[name] = f.Type
			names = append(names, name)
		}
	}
	known := func(name string, line int) {
		if fields[name] == nil {
			d.addLine(d.file, line, "%s", unknownKey(name, key, names))
		}
	}
	d.pairs(n, key, known, func(name string, value *yaml.Node) {
		if ft := fields[name]; ft != nil {
			d.check(value, ft, strings.TrimPrefix(key+"."+name, "."))
		}
	})
}

// pairs visits the entries of a mapping once each, noting their lines and
// refusing repeated and odd keys; known sees every key, with or without a value.
// A key without a value counts as not written
// and is taken out, because yaml would put nothing in place of the default.
func (d *document) pairs(n *yaml.Node, key string, known func(name string, line int), visit func(name string, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		what := key
		if key == "" {
			what = "the file"
		}
		d.addLine(d.file, n.Line, "%s takes keys with values; write them one per line as key: value", what)
		return
	}
	seen := map[string]int{}
	kept := n.Content[:0:0]
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if k.Kind != yaml.ScalarNode || isNull(k) || k.ShortTag() == "!!merge" {
			d.addLine(d.file, k.Line, "a plain key is wanted here; merge keys (<<) and keys that are lists are not read, write the values out")
			continue
		}
		if line, ok := seen[k.Value]; ok {
			d.addLine(d.file, k.Line, "%q stands here a second time, first on line %d; keep one of them", k.Value, line)
			continue
		}
		seen[k.Value] = k.Line
		known(k.Value, k.Line)
		if isNull(v) {
			d.lostComment(k, v)
			continue
		}
		k.Tag = "!!str"
		kept = append(kept, k, v)
		d.lines[strings.TrimPrefix(key+"."+k.Value, ".")] = k.Line
		visit(k.Value, v)
	}
	n.Content = kept
}

// lostComment catches announce: #incidents, which YAML reads as a comment.
func (d *document) lostComment(k, v *yaml.Node) {
	for _, c := range []string{v.LineComment, k.LineComment} {
		if regexp.MustCompile(`^#[^\s#]`).MatchString(c) {
			word, _, _ := strings.Cut(c, " ")
			d.addLine(d.file, k.Line, "YAML reads %s as a comment; write %s: %s", word, k.Value, strconv.Quote(word))
			return
		}
	}
}

// unknownKey words the refusal of a key.
func unknownKey(name, parent string, known []string) string {
	if parent == "" {
		for _, s := range settings() {
			if s.file == nil && (strings.EqualFold(name, s.key) || strings.EqualFold(name, s.env)) {
				return strconv.Quote(name) + " does not belong in this file; set the environment variable " + s.env
			}
		}
	}
	text := "unknown key " + strconv.Quote(name)
	if parent != "" {
		text += " in " + parent
	}
	return text + suggest(name, known)
}

// suggest ends a sentence with the nearest known word, or with all of them.
func suggest(word string, known []string) string {
	best, least := "", 2+len(word)/4
	for _, k := range known {
		if n := distance(strings.ToLower(word), k); n < least {
			best, least = k, n
		}
	}
	if best != "" {
		return " (did you mean " + strconv.Quote(best) + "?)"
	}
	known = slices.Sorted(slices.Values(known))
	return "; known here: " + strings.Join(known, ", ")
}

// distance is the number of letters to add, drop or change to make b of a. The
// length of a is bounded, since files may hold anything.
func distance(a, b string) int {
	if len(a) > 64 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
