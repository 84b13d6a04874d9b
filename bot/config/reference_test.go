package config

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const examplePath = "../../backout.example.yaml"

// structKeys lists the keys of the file that the structs know.
func structKeys(t reflect.Type, prefix string) []string {
	var keys []string
	for f := range t.Fields() {
		name := f.Tag.Get("yaml")
		if name == "-" {
			continue
		}
		name = prefix + name
		isList := f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct
		switch {
		case f.Type.Kind() == reflect.Struct:
			keys = append(keys, structKeys(f.Type, name+".")...)
		case isList:
			keys = append(append(keys, name), structKeys(f.Type.Elem(), name+"[].")...)
		default:
			keys = append(keys, name)
		}
	}
	return keys
}

func TestReferenceNamesEveryKey(t *testing.T) {
	var named []string
	for _, k := range Reference() {
		if k.Meaning == "" || k.Type == "" {
			t.Errorf("%s%s says too little: %+v", k.Name, k.Env, k)
		}
		if k.Name != "" {
			named = append(named, k.Name)
		}
	}
	if diff := cmp.Diff(structKeys(reflect.TypeFor[Config](), ""), named); diff != "" {
		t.Errorf("structs and meanings differ (-structs +meanings):\n%s", diff)
	}
}

func TestReferenceShowsDefaults(t *testing.T) {
	got := map[string]string{}
	for _, k := range Reference() {
		got[k.Name+k.Env] = k.Default
	}
	for key, want := range map[string]string{
		"BACKOUT_STORE": "bolt:backout.db", "targets.mitigate": "1h", "guards.target_age": "720h", "backup.keep": "14",
		"severities":              `[{name: "1", title: Critical}, {name: "2", title: Major}, {name: "3", title: Minor}, {name: "4", title: Low}]`,
		"alerts.priorities":       `{P1: "1", P2: "2", P3: "3"}`,
		"nudges.update":           `{"1": 30m, "2": 1h}`,
		"services[].rollback.ref": "main", "services[].alerts.policy": "open", "retention.messages": "0", "services": "",
		"commandBACKOUT_COMMAND": "/incident",
	} {
		if got[key] != want {
			t.Errorf("%s: %q, want %q", key, got[key], want)
		}
	}
}

// TestExampleShowsDefaults loads the example as it stands.
func TestExampleShowsDefaults(t *testing.T) {
	got, err := Load(Sources{File: examplePath})
	if err != nil {
		t.Fatal(err)
	}
	want := Defaults()
	// Empty lists and maps are written out in the example.
	opts := cmp.Options{showSecrets(), cmp.FilterPath(func(p cmp.Path) bool {
		k := p.Last().Type().Kind()
		return k == reflect.Slice || k == reflect.Map
	}, cmp.FilterValues(func(a, b any) bool {
		return reflect.ValueOf(a).Len()+reflect.ValueOf(b).Len() == 0
	}, cmp.Ignore()))}
	if diff := cmp.Diff(want, got, opts); diff != "" {
		t.Errorf("the example shows other defaults (-defaults +example):\n%s", diff)
	}
}

// TestExampleNamesEveryKey loads the example with its examples switched on.
func TestExampleNamesEveryKey(t *testing.T) {
	data, err := os.ReadFile(examplePath)
	if err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`(?m)^#([a-z]|  )`).ReplaceAllString(string(data), "$1")
	c := fileDefaults()
	doc := &document{file: examplePath, lines: map[string]int{}}
	doc.decode([]byte(text), &c)
	if err := doc.err(); err != nil {
		t.Fatal(err)
	}
	for _, key := range structKeys(reflect.TypeFor[Config](), "") {
		if !doc.given(strings.ReplaceAll(key, "[]", "[0]")) {
			t.Errorf("the example says nothing about %s", key)
		}
	}
	read := func(string) ([]byte, error) { return []byte(text), nil }
	full, err := Load(Sources{File: "x", ReadFile: read})
	if err != nil {
		t.Fatal(err)
	}
	s, _ := full.Service("web-app")
	if !slices.Equal(s.Owners, []string{"S0WEBTEAM"}) || s.Alerts.Attach != 10*time.Minute || s.Rollback.Inputs["reason"] != "{{.Incident}}" {
		t.Errorf("service %+v", s)
	}
}
