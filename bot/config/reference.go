package config

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Key describes one setting for people.
type Key struct {
	Name    string // key in the file such as "services[].rollback.ref"; "" when only the environment has it
	Env     string // variable, or ""; a secret's is also read as Env_FILE
	Secret  bool
	Type    string // text, secret, number, duration, list, list of texts, map
	Default string // as it would be written; "" for none
	Meaning string
}

// Reference lists every setting, the environment's first, then the file's in the
// order of backout.example.yaml. Types and defaults are read off the structs, so
// they cannot differ from what Load does; only the meanings are written by hand.
func Reference() []Key {
	var keys []Key
	env := map[string]string{}
	for _, s := range settings() {
		if s.file != nil {
			env[s.key] = s.env
			continue
		}
		k := Key{Env: s.env, Secret: s.secret, Type: "text", Default: s.def, Meaning: s.meaning}
		if s.secret {
			k.Type = "secret"
		}
		keys = append(keys, k)
	}
	// One empty service shows what a service gets by default.
	c := fileDefaults()
	c.Services = []Service{{}}
	complete(&c, func(string) bool { return false })
	for _, m := range meanings() {
		t, v := find(reflect.ValueOf(c), m.key)
		keys = append(keys, Key{Name: m.key, Env: env[m.key], Type: typeName(t), Default: written(m.key, v), Meaning: m.text})
	}
	return keys
}

// find walks from the Config to the field that key names. The value is invalid
// below a list that is empty by default.
func find(v reflect.Value, key string) (reflect.Type, reflect.Value) {
	t := v.Type()
	for name := range strings.SplitSeq(key, ".") {
		name, isList := strings.CutSuffix(name, "[]")
		for f := range t.Fields() {
			if f.Tag.Get("yaml") != name {
				continue
			}
			t = f.Type
			if v.IsValid() {
				v = v.FieldByIndex(f.Index)
			}
			break
		}
		if !isList {
			continue
		}
		t = t.Elem()
		if v.IsValid() && v.Len() > 0 && name == "services" {
			v = v.Index(0)
		} else {
			v = reflect.Value{}
		}
	}
	return t, v
}

// typeName is the word for a type that people know.
func typeName(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Duration]():
		return "duration"
	case t.Kind() == reflect.Int:
		return "number"
	case t.Kind() == reflect.Map:
		return "map"
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.String:
		return "list of texts"
	case t.Kind() == reflect.Slice:
		return "list"
	}
	return "text"
}

// written is a default as a person would write it in the file, on one line.
func written(key string, v reflect.Value) string {
	switch {
	case !v.IsValid() || key == "services":
		return ""
	case v.Type() == reflect.TypeFor[time.Duration]():
		return FormatDuration(time.Duration(v.Int()))
	case v.Kind() == reflect.Int:
		return strconv.FormatInt(v.Int(), 10)
	case v.Kind() == reflect.Map:
		var parts []string
		for _, name := range sorted(stringKeys(v)) {
			parts = append(parts, quoteNumber(name)+": "+written("", v.MapIndex(reflect.ValueOf(name))))
		}
		return braces("{", parts, "}")
	case v.Kind() == reflect.Slice:
		var parts []string
		for i := range v.Len() {
			parts = append(parts, written("", v.Index(i)))
		}
		return braces("[", parts, "]")
	case v.Kind() == reflect.Struct: // a severity, the only struct with a default
		return fmt.Sprintf("{name: %s, title: %s}", quoteNumber(v.Field(0).String()), v.Field(1))
	}
	return quoteNumber(v.String())
}

// stringKeys turns the keys of any map into a set.
func stringKeys(v reflect.Value) map[string]struct{} {
	set := map[string]struct{}{}
	for _, k := range v.MapKeys() {
		set[k.String()] = struct{}{}
	}
	return set
}

// braces joins parts, and shows nothing for none.
func braces(left string, parts []string, right string) string {
	if len(parts) == 0 {
		return ""
	}
	return left + strings.Join(parts, ", ") + right
}

// quoteNumber quotes a text that YAML would take for a number.
func quoteNumber(s string) string {
	if _, err := strconv.Atoi(s); err == nil {
		return strconv.Quote(s)
	}
	return s
}

// FormatDuration writes a duration as people do in the file: "72h", "1h30m", "0".
func FormatDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	if d == 0 {
		return "0"
	}
	return s
}
