package config

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// holder keeps a secret where fmt cannot call its methods.
type holder struct {
	hidden Secret
	Shown  Secret
	Deep   *Secret
	List   []Secret
}

func TestSecretDoesNotPrint(t *testing.T) {
	const word = "xoxb-hunter2"
	s := NewSecret(word)
	h := holder{hidden: s, Shown: s, Deep: &s, List: []Secret{s}}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%10s", "%-10v"} {
		for _, value := range []any{s, &s, h, &h, []Secret{s}, map[string]Secret{"a": s}} {
			fmt.Fprintf(&out, verb+"\n", value)
		}
	}
	for _, marshal := range []func(any) ([]byte, error){json.Marshal, yaml.Marshal, xml.Marshal} {
		text, err := marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(text)
	}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Info("m", "secret", s, "holder", h, "pointer", &s, "error", fmt.Errorf("with %v", s))
	}
	hex := fmt.Sprintf("%x", word)
	if text := out.String(); strings.Contains(text, "hunter2") || strings.Contains(strings.ToLower(text), hex) {
		t.Errorf("the secret is visible:\n%s", text)
	}
	if got := fmt.Sprintf("%v|%s|%q|%#v|%v", s, s, s, s, Secret{}); got != `<secret>|<secret>|"<secret>"|<secret>|` {
		t.Errorf("printed %s", got)
	}
}

func TestSecretEqual(t *testing.T) {
	for _, tt := range []struct {
		secret, guess string
		want          bool
	}{
		{"a", "a", true}, {"a", "b", false}, {"a", "aa", false}, {"a", "", false}, {"", "", false}, {"", "a", false},
	} {
		if got := NewSecret(tt.secret).Equal(tt.guess); got != tt.want {
			t.Errorf("NewSecret(%q).Equal(%q) = %v", tt.secret, tt.guess, got)
		}
	}
}
