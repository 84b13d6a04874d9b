package postmortem

import (
	"cmp"
	"slices"
	"strings"

	"backout/timeline"
)

func frozenNames(services []string) string {
	if len(services) == 0 || slices.Contains(services, timeline.AllServices) {
		return "all services"
	}
	out := make([]string, len(services))
	for i, s := range services {
		out[i] = oneLine(s)
	}
	if last := len(out) - 1; last > 0 {
		return strings.Join(out[:last], ", ") + " and " + out[last]
	}
	return out[0]
}

// frozen is a stretch during which services were not to be deployed. To is nil
// while it goes on.
type frozen struct {
	services []string
	from, to *timeline.Entry
}

// freezes follows the record of freezes, as the fold does.
func (b *builder) freezes() []frozen {
	var sets []*timeline.Entry
	for _, e := range b.all {
		if e.Kind == timeline.KindFreeze {
			sets = append(sets, e)
		}
	}
	slices.SortFunc(sets, func(x, y *timeline.Entry) int { return cmp.Compare(x.N, y.N) })
	var out []frozen
	add := func(service string, from, to *timeline.Entry) {
		if i := slices.IndexFunc(out, func(f frozen) bool { return f.from == from && f.to == to }); i >= 0 {
			out[i].services = append(out[i].services, service)
			return
		}
		out = append(out, frozen{[]string{service}, from, to})
	}
	type held struct {
		service string
		from    *timeline.Entry
	}
	var open []held
	for _, e := range sets {
		f, _ := e.Body.(timeline.FreezeSet)
		if f.Frozen {
			for _, s := range f.Services {
				if !slices.ContainsFunc(open, func(h held) bool { return h.service == s }) {
					open = append(open, held{s, e})
				}
			}
			continue
		}
		open = slices.DeleteFunc(open, func(h held) bool {
			ends := slices.Contains(f.Services, h.service) || slices.Contains(f.Services, timeline.AllServices)
			if ends {
				add(h.service, h.from, e)
			}
			return ends
		})
	}
	for _, h := range open {
		add(h.service, h.from, nil)
	}
	return out
}

// freezing says what was frozen, and how long.
func (b *builder) freezing() Line {
	var out Line
	for _, f := range b.freezes() {
		out = append(out, Text(" Deploys of "+frozenNames(f.services)+" were frozen from "))
		if f.to == nil {
			out = append(out, Text(b.when(f.from.At)+" on ("), Ref(f.from.N), Text(")."))
			continue
		}
		out = append(out, Text(b.clock(f.from.At)+" to "+b.when(f.to.At)+" ("), Ref(f.from.N), Text(", "), Ref(f.to.N), Text(")."))
	}
	return out
}
