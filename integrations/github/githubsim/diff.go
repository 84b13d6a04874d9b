package githubsim

import (
	"cmp"
	"maps"
	"slices"
)

const (
	greatestCompare = 250 // commits of a comparison without paging
	greatestDiff    = 300 // files of a comparison, paged or not
)

// diff is what lies between two commits.
type diff struct {
	base, head    *commit // base is the merge base, nil without a common history
	ahead, behind []*commit
}

func (r *Repo) between(from, to *commit) diff {
	a, b := r.history(from.sha), r.history(to.sha)
	return diff{base: r.mergeBase(a, b), head: to, ahead: r.only(b, a), behind: r.only(a, b)}
}

func (d diff) status() string {
	switch {
	case len(d.ahead) > 0 && len(d.behind) > 0:
		return "diverged"
	case len(d.ahead) > 0:
		return "ahead"
	case len(d.behind) > 0:
		return "behind"
	}
	return "identical"
}

// page are the commits of one page. Without paging these are the newest 250 of
// them: the last one is always the last of the whole comparison.
func (d diff) page(s *Server, q *request) ([]*commit, string) {
	if q.ask("per_page") == "" && q.ask("page") == "" {
		return d.ahead[max(0, len(d.ahead)-greatestCompare):], ""
	}
	return paged(q, s.api(), d.ahead)
}

// files compares the trees of merge base and head. Lines are summed up over the
// commits between, since nobody kept the lines themselves.
func (d diff) files() []File {
	lines := map[string]File{}
	for _, c := range d.ahead {
		for _, f := range c.files {
			sum := lines[f.Name]
			sum.Additions, sum.Deletions = sum.Additions+f.Additions, sum.Deletions+f.Deletions
			sum.Patch = f.Patch
			if f.PreviousName != "" {
				sum.PreviousName = f.PreviousName
			}
			lines[f.Name] = sum
		}
	}
	var out []File
	gone := maps.Clone(d.base.tree)
	for _, name := range slices.Sorted(maps.Keys(d.head.tree)) {
		f := lines[name]
		f.Name, f.Content = name, d.head.tree[name]
		before, there := d.base.tree[name]
		_, was := d.base.tree[f.PreviousName]
		delete(gone, name)
		switch {
		case there && before == f.Content:
			continue
		case there:
			f.Status, f.PreviousName = "modified", ""
		case was:
			f.Status = "renamed"
			delete(gone, f.PreviousName)
		default:
			f.Status, f.PreviousName = "added", ""
		}
		out = append(out, f)
	}
	for _, name := range slices.Sorted(maps.Keys(gone)) {
		f := lines[name]
		f.Name, f.Status, f.Content, f.PreviousName = name, "removed", gone[name], ""
		out = append(out, f)
	}
	slices.SortStableFunc(out, func(a, b File) int { return cmp.Compare(a.Name, b.Name) })
	return out
}
