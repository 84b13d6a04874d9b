package lessons

// Row is a row of one of the two tables, for tests that every rule must pass.
type Row struct {
	Name                         string
	Family                       Family
	Side                         Side
	Brief, Speaks, Silent, Rests string
}

// Table gives all rows in their order.
func Table() []Row {
	var out []Row
	for _, r := range rules() {
		side := Badly
		if r.good {
			side = Well
		}
		out = append(out, Row{Name: r.name, Family: r.family, Side: side, Brief: r.brief, Speaks: r.speaks, Silent: r.silent})
	}
	for _, r := range luckRules() {
		out = append(out, Row{Name: r.name, Side: Lucky, Speaks: r.speaks, Silent: r.silent, Rests: r.rests})
	}
	return out
}
