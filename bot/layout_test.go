package bot_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// room is one package: what it may import of ours, what it may import from
// others, and why. Tests may import anything but are held to the folders.
type room struct {
	name   string
	ours   []string
	others []string
	why    string
}

// layout is the whole table. Nothing imports upwards; commands and integrations
// do not know each other; an SDK stays inside its adapter.
func layout() []room {
	return []room{
		{"timeline", nil, nil, "the domain: standard library only"},
		{"timeline/deploys", []string{"timeline"}, nil, "suspects and targets: pure functions over the domain"},
		{"timeline/rollback", []string{"timeline", "timeline/deploys"}, nil, "the rollback's states and guards"},
		{"timeline/lessons", []string{"timeline", "timeline/deploys"}, nil, "facts, rules, lessons: pure functions over the domain"},
		{"timeline/insights", []string{"timeline", "timeline/lessons"}, nil, "measures over many incidents: pure functions over the domain"},
		{"timeline/nudges", []string{"timeline"}, nil, "which reminders are due: pure functions over the domain"},
		{"timeline/boltlog", []string{"timeline"}, []string{"go.etcd.io/bbolt"}, "the only importer of bbolt"},
		{"timeline/logtest", []string{"timeline"}, []string{"github.com/google/go-cmp"}, "the suite that every engine must pass"},
		{"templates", []string{"timeline", "timeline/insights"}, nil, "words over the domain; neutral, so that no surface is favoured"},
		{"templates/postmortem", []string{"timeline", "timeline/lessons", "templates"}, nil, "the document; shares text and words with messages"},
		{"templates/redact", nil, []string{"github.com/zricethezav/gitleaks/v8"}, "finds secrets; the only importer of gitleaks"},
		{"templates/chart", []string{"timeline", "templates"}, []string{"golang.org/x/image"}, "draws; marks first, pixels last"},
		{"commands", []string{"timeline", "timeline/deploys", "timeline/rollback", "templates"}, nil, "what people intend; knows no outside world"},
		{"integrations/slack", []string{"timeline", "templates", "integrations/foreign"}, []string{"github.com/slack-go/slack", "github.com/gorilla/websocket", "golang.org/x/time", "golang.org/x/sync", "github.com/cenkalti/backoff/v5", "go.yaml.in/yaml/v3"}, "the only importer of slack-go"},
		{"integrations/slack/slacksim", nil, []string{"github.com/gorilla/websocket"}, "a server that must not share code, and so errors, with the client"},
		{"integrations/foreign", nil, nil, "makes safe what strangers send"},
		{"integrations/foreign/foreigntest", nil, nil, "stands in for strangers in tests of clients"},
		{"integrations/github", []string{"timeline", "integrations/foreign"}, []string{"github.com/google/go-github/v60", "github.com/bradleyfalzon/ghinstallation/v2", "go.yaml.in/yaml/v3", "golang.org/x/sync"}, "the only importer of go-github"},
		{"integrations/github/githubsim", nil, nil, "a server that must not share code, and so errors, with the client"},
		{"integrations/pagerduty", []string{"timeline", "integrations/foreign"}, []string{"github.com/PagerDuty/go-pagerduty", "golang.org/x/sync"}, "the only importer of go-pagerduty"},
		{"integrations/pagerduty/pagerdutysim", nil, nil, "a server that must not share code, and so errors, with the client"},
		{"integrations/alertmanager", []string{"timeline", "integrations/foreign"}, nil, "reads what Alertmanager sends"},
		{"bot/schedule", []string{"timeline", "timeline/nudges", "integrations/foreign"}, []string{"github.com/robfig/cron/v3"}, "ticks; what is due follows from the record"},
		{"bot", []string{"timeline/rollback", "timeline/nudges", "timeline/lessons", "timeline/insights", "templates/chart", "templates/redact", "integrations/github", "integrations/pagerduty", "integrations/alertmanager", "integrations/foreign", "bot/hooks", "bot/schedule", "timeline", "templates", "templates/postmortem", "commands", "integrations/slack", "bot/config", "bot/outbox", "bot/pages"}, nil, "assembles everything"},
		{"bot/config", nil, []string{"github.com/knadh/koanf", "go.yaml.in/yaml/v3", "github.com/robfig/cron/v3"}, "settings are plain values"},
		{"bot/hooks", []string{"timeline", "integrations/foreign"}, nil, "takes deliveries; knows them through an interface of its own"},
		{"bot/outbox", []string{"timeline", "timeline/deploys", "timeline/rollback", "templates", "integrations/foreign"}, nil, "carries out effects through interfaces of its own"},
		{"bot/pages", []string{"timeline", "templates", "integrations/foreign"}, []string{"github.com/prometheus/client_golang"}, "reads the record; the only importer of the metrics library"},
		{"cmd/backout", []string{"timeline", "timeline/boltlog", "templates", "templates/postmortem", "integrations/slack", "integrations/slack/slacksim", "integrations/github/githubsim", "integrations/pagerduty/pagerdutysim", "bot", "bot/config", "bot/pages"}, []string{"github.com/alecthomas/kong"}, "flags, signals, choice of engine; the only importer of the simulators"},
	}
}

// TestLayout holds the imports of every package against the table.
func TestLayout(t *testing.T) {
	rooms := map[string]room{}
	for _, r := range layout() {
		rooms[r.name] = r
	}
	eachFile(t, "..", func(file string, imports []string) {
		dir := path.Dir(file)
		r, ok := rooms[dir]
		if !ok {
			t.Errorf("%s: the package %s is not in the layout table", file, dir)
			return
		}
		if strings.HasSuffix(file, "_test.go") {
			return
		}
		for _, imp := range imports {
			own, isOwn := strings.CutPrefix(imp, "backout/")
			switch {
			case isOwn && !slices.Contains(r.ours, own):
				t.Errorf("%s imports %s, which %s may not (%s)", file, imp, dir, r.why)
			case !isOwn && strings.Contains(strings.Split(imp, "/")[0], ".") && !anyPrefix(imp, r.others):
				t.Errorf("%s imports %s, which %s may not (%s)", file, imp, dir, r.why)
			}
		}
	})
}

// TestFolders holds that code lives in the six agreed folders alone.
func TestFolders(t *testing.T) {
	agreed := []string{"cmd", "bot", "commands", "integrations", "timeline", "templates"}
	eachFile(t, "..", func(file string, _ []string) {
		if top, _, ok := strings.Cut(file, "/"); !ok || !slices.Contains(agreed, top) {
			t.Errorf("%s is outside the agreed folders %v", file, agreed)
		}
	})
}

// TestPackageComments holds that each package says once what it promises.
func TestPackageComments(t *testing.T) {
	for _, r := range layout() {
		files, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(r.name), "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		docs := 0
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			tree, err := parser.ParseFile(token.NewFileSet(), f, nil, parser.PackageClauseOnly|parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			if tree.Doc != nil {
				docs++
			}
		}
		if docs != 1 {
			t.Errorf("package %s has %d package comments, want 1", r.name, docs)
		}
	}
}

func anyPrefix(imp string, allowed []string) bool {
	return slices.ContainsFunc(allowed, func(a string) bool { return imp == a || strings.HasPrefix(imp, a+"/") })
}

func eachFile(t *testing.T, root string, f func(file string, imports []string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && d.Name() != ".." || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(p, ".go") {
			return nil
		}
		tree, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		var imports []string
		for _, s := range tree.Imports {
			imp, err := strconv.Unquote(s.Path.Value)
			if err != nil {
				return err
			}
			imports = append(imports, imp)
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		f(filepath.ToSlash(rel), imports)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
