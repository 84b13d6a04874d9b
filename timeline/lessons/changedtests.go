package lessons

import (
	"path"
	"slices"
	"strings"

	"backout/timeline"
	"backout/timeline/deploys"
)

// testPatterns are where people keep tests, in the languages that most use.
func testPatterns() []string {
	return []string{
		"*_test.*", "*.test.*", "*_spec.*", "*.spec.*", "*-test.*", "*-spec.*", "test_*", "*Test.*", "*Tests.*", "*Spec.*",
		"test/", "tests/", "spec/", "specs/", "__tests__/", "e2e/", "testdata/", "testing/", "*.Tests/",
	}
}

// codeEndings leave out what tests seldom cover: prose, configuration, style.
func codeEndings() []string {
	return strings.Fields(".go .py .rb .js .jsx .mjs .cjs .ts .tsx .vue .svelte .java .kt .scala .groovy .clj .rs .c .cc .cpp .cxx .h .hpp .m .mm .swift .cs .fs .php .ex .exs .erl .hs .ml .dart .lua .pl .r .jl")
}

// codeAndTests sorts the changed files. Of what is gone nothing is left to test.
func codeAndTests(f *timeline.ChangeFacts) (code, tests []string, testsGone bool) {
	for _, x := range f.Files {
		gone := strings.EqualFold(x.Status, "removed")
		switch {
		case deploys.Match(testPatterns(), x.Path):
			testsGone = testsGone || gone
			if !gone {
				tests = append(tests, x.Path)
			}
		case !gone && slices.Contains(codeEndings(), strings.ToLower(path.Ext(x.Path))):
			code = append(code, x.Path)
		}
	}
	return code, tests, testsGone
}

// below gives the folder that all paths lie in, with a slash, or "".
func below(paths []string) string {
	dir := path.Dir(paths[0])
	for _, p := range paths {
		for dir != "." && dir != "/" && !strings.HasPrefix(p, dir+"/") {
			dir = path.Dir(dir)
		}
	}
	if dir == "." || dir == "/" {
		return ""
	}
	return dir + "/"
}

// untestedPull finds the first pull request that changes code and no test.
func untestedPull(f *timeline.ChangeFacts) (timeline.ChangePull, []string, bool) {
	if unread(f, aboutPulls) {
		return timeline.ChangePull{}, nil, false
	}
	for _, p := range f.Pulls {
		one := &timeline.ChangeFacts{}
		for _, path := range p.Files {
			i := slices.IndexFunc(f.Files, func(x timeline.ChangeFile) bool { return x.Path == path })
			if i >= 0 { // else it was changed back since, or is not listed
				one.Files = append(one.Files, f.Files[i])
			}
		}
		if code, tests, gone := codeAndTests(one); len(code) > 0 && len(tests) == 0 && !gone {
			return p, code, true
		}
	}
	return timeline.ChangePull{}, nil, false
}

func untestedChange(_ *facts, d timeline.NotedDeploy) (Lesson, bool) {
	code, tests, gone := codeAndTests(d.Facts)
	if len(code) == 0 || gone || d.Facts.MoreFiles || d.Facts.Base == "" || unread(d.Facts, aboutCommits) {
		return Lesson{}, false
	}
	told := wording{}
	if len(tests) == 0 {
		told = told.text("The ").link("change", d.Facts.Link).text(" that came with ").deploy(d)
	} else {
		pull, own, found := untestedPull(d.Facts)
		if !found {
			return Lesson{}, false
		}
		code = own
		told = told.links(pullLinks([]timeline.ChangePull{pull})).text(" in ").deploy(d)
	}
	under, where := "", "the code of "+d.Deploy.Service
	if dir := below(code); dir != "" {
		under, where = " under "+dir, dir+" in "+d.Deploy.Service
	}
	told = told.text(" touches " + some(len(code), "file") + " of code" + under + " and no test.")
	return Lesson{Title: "Code changed and no test did", Told: told, Action: "Ask for a test with every change of " + where + " before it is merged"}, true
}

func testsChanged(_ *facts, d timeline.NotedDeploy) (Lesson, bool) {
	code, tests, _ := codeAndTests(d.Facts)
	_, _, untested := untestedPull(d.Facts)
	if len(code) == 0 || len(tests) == 0 || untested {
		return Lesson{}, false
	}
	told := wording{}.text("The ").link("change", d.Facts.Link).text(" that came with ").deploy(d)
	told = told.text(" touches " + some(len(tests), "file") + " of tests beside " + some(len(code), "file") + " of code.")
	return Lesson{Title: "Tests changed with the code", Told: told}, true
}
