package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

const (
	maxFile  = 1 << 20 // bytes
	maxNodes = 50_000  // values after aliases are followed
)

// document is the configuration file while it is read. It remembers on which
// line each key stands, so that checks made later can still name the line.
type document struct {
	problems
	file  string
	lines map[string]int // "services[0].rollback.ref" to its line, from 1
	nodes int
}

// decode reads data into c, which holds the defaults. What the file does not
// name keeps its default.
func (d *document) decode(data []byte, c *Config) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var root yaml.Node
	if err := dec.Decode(&root); err != nil {
		if !errors.Is(err, io.EOF) { // an empty file is a fine file
			d.syntax(err)
		}
		return
	}
	var second yaml.Node
	if err := dec.Decode(&second); err == nil {
		d.addLine(d.file, second.Line, "a second document begins here; put everything into one and remove the line with ---")
		return
	} else if !errors.Is(err, io.EOF) {
		d.syntax(err)
		return
	}
	if len(root.Content) != 1 || isNull(root.Content[0]) {
		return
	}
	d.check(root.Content[0], reflect.TypeFor[Config](), "")
	if len(d.list) > 0 {
		return
	}
	// The node is decoded, not the text, because check has already put values
	// into the shape that yaml understands (days in durations).
	if err := root.Decode(c); err != nil {
		d.syntax(err)
	}
}

// syntax turns an error of the yaml package into a problem with its line.
func (d *document) syntax(err error) {
	text, line := strings.TrimPrefix(err.Error(), "yaml: "), 0
	if m := regexp.MustCompile(`^line (\d+): (?s:(.*))$`).FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1])
		text = m[2]
	}
	text = fmt.Sprintf("this is not YAML: %s; look at indentation, quotes and colons here and on the lines around", text)
	if line > 0 {
		d.addLine(d.file, line, "%s", text)
	} else {
		d.add(d.file, "%s", text)
	}
	d.because(err)
}

// given reports whether the file names key.
func (d *document) given(key string) bool { return d.lines[key] > 0 }

// where is "file:line" of key, or of the nearest thing around it that has a
// line, and that line; the bare key when the file says nothing about it.
func (d *document) where(key string) (string, int) {
	for at := key; at != ""; {
		if line := d.lines[at]; line > 0 {
			return fmt.Sprintf("%s:%d", d.file, line), line
		}
		cut := strings.LastIndexAny(at, ".[")
		if cut < 0 {
			break
		}
		at = at[:cut]
	}
	return key, 0
}

// check refuses what does not fit t and notes lines. key is "" at the top.
func (d *document) check(n *yaml.Node, t reflect.Type, key string) {
	if d.nodes++; d.nodes > maxNodes {
		if d.nodes == maxNodes+1 {
			d.addLine(d.file, n.Line, "too many values; anchors (&) and aliases (*) multiply here, write them out")
		}
		return
	}
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch {
	case t == reflect.TypeFor[time.Duration]():
		d.checkDuration(n, key)
	case t.Kind() == reflect.Struct:
		d.checkStruct(n, t, key)
	case t.Kind() == reflect.Map:
		d.pairs(n, key, func(string, int) {}, func(name string, value *yaml.Node) {
			d.check(value, t.Elem(), key+"."+name)
		})
	case t.Kind() == reflect.Slice:
		d.checkList(n, t, key)
	case t.Kind() == reflect.Int:
		if _, err := strconv.ParseUint(n.Value, 10, 31); n.Kind != yaml.ScalarNode || err != nil {
			d.addLine(d.file, n.Line, "%s takes a whole number such as 2", key)
		}
	default:
		d.checkText(n, key)
	}
}

// checkList wants a list; one without brackets is the usual mistake.
func (d *document) checkList(n *yaml.Node, t reflect.Type, key string) {
	if n.Kind != yaml.SequenceNode {
		hint := "write [first, second], or one per line with a dash"
		if n.Kind == yaml.ScalarNode && t.Elem().Kind() == reflect.String {
			hint = fmt.Sprintf("write %s: [%s]", lastName(key), strconv.Quote(n.Value))
		}
		d.addLine(d.file, n.Line, "%s takes a list; %s", key, hint)
		return
	}
	for i, item := range n.Content {
		at := index(key, i)
		d.lines[at] = item.Line
		if isNull(item) {
			d.addLine(d.file, item.Line, "%s is an empty entry; fill it in or remove its line", at)
			continue
		}
		d.check(item, t.Elem(), at)
	}
}

// checkText wants a scalar. Numbers and dates pass as the text that was typed.
func (d *document) checkText(n *yaml.Node, key string) {
	if n.Kind != yaml.ScalarNode {
		d.addLine(d.file, n.Line, "%s takes a text; write %s: \"…\"", key, lastName(key))
		return
	}
	switch n.ShortTag() {
	case "!!str", "!!int", "!!float", "!!bool", "!!timestamp":
		n.Tag = "!!str"
	default:
		d.addLine(d.file, n.Line, "%s takes a plain text; remove the %s", key, n.ShortTag())
	}
}

// checkDuration wants a duration and rewrites days, which yaml does not know.
func (d *document) checkDuration(n *yaml.Node, key string) {
	if n.Kind != yaml.ScalarNode {
		d.addLine(d.file, n.Line, "%s takes a duration; write one such as 30m, 72h or 90d", key)
		return
	}
	dur, err := ParseDuration(n.Value)
	if err != nil {
		d.addLine(d.file, n.Line, "%s: %q is no duration; %v", key, n.Value, err)
		d.because(err)
		return
	}
	n.Tag, n.Value = "!!str", dur.String()
}

// isNull reports whether nothing stands where a value is expected.
func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}

// lastName is the key as it is written in its place: "ref" of "services[0].rollback.ref".
func lastName(key string) string {
	key = key[strings.LastIndexByte(key, '.')+1:]
	name, _, _ := strings.Cut(key, "[")
	return name
}
