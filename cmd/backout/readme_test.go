package main

import (
	"flag"
	"os"
	"strings"
	"testing"

	"backout/bot/config"
	"backout/commands"
)

var update = flag.Bool("update", false, "write the README's tables anew")

// TestReadmeTables holds that the README lists the commands and settings that
// there are.
func TestReadmeTables(t *testing.T) {
	const file = "../../README.md"
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := string(old)
	text = between(t, text, "commands", commandTable())
	text = between(t, text, "configuration", configTable())
	if text == string(old) {
		return
	}
	if !*update {
		t.Fatal("the README's tables are not those of the code; run: go test ./cmd/backout -run ReadmeTables -update")
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func between(t *testing.T, text, name, table string) string {
	t.Helper()
	begin, end := "<!-- "+name+":begin -->\n", "<!-- "+name+":end -->"
	head, rest, ok := strings.Cut(text, begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("the README has no place for %s", name)
	}
	return head + begin + table + end + tail
}

func commandTable() string {
	var b strings.Builder
	b.WriteString("| type | it |\n|---|---|\n")
	for _, c := range commands.Reference() {
		usage := "`" + c.Usage + "`"
		if len(c.Aliases) > 0 {
			usage += " (" + strings.Join(c.Aliases, ", ") + ")"
		}
		row(&b, usage, c.Meaning)
	}
	return b.String()
}

func configTable() string {
	var b strings.Builder
	b.WriteString("| key | environment | default | meaning |\n|---|---|---|---|\n")
	for _, k := range config.Reference() {
		env, def := "", ""
		if k.Env != "" {
			env = "`" + k.Env + "`"
		}
		if k.Secret {
			env += " (`_FILE`)"
		}
		if k.Default != "" {
			def = "`" + k.Default + "`"
		}
		name := ""
		if k.Name != "" {
			name = "`" + k.Name + "`"
		}
		row(&b, name, env, def, k.Meaning)
	}
	return b.String()
}

func row(b *strings.Builder, cells ...string) {
	for _, c := range cells {
		b.WriteString("| " + strings.ReplaceAll(c, "|", `\|`) + " ")
	}
	b.WriteString("|\n")
}
