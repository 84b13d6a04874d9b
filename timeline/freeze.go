package timeline

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// FreezeDeploys says that services are not to be deployed while the incident is
// open. Without services those affected are meant, or all when none is known.
func FreezeDeploys(key, who string, number int, services []string) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		if err := stillOpen(in); err != nil {
			return err
		}
		services := unfrozen(in, freezable(in, services))
		if len(services) == 0 {
			return Refuse(Conflict, "That is frozen already.", "/incident unfreeze ends it.")
		}
		n := tx.Add(number, who, time.Time{}, Source{}, FreezeSet{Services: services, Frozen: true})
		tell(tx, in, n, false)
		return nil
	})
}

// UnfreezeDeploys ends a freeze; without services all of the incident's.
func UnfreezeDeploys(key, who string, number int, services []string) Change {
	return on(key, number, func(tx *Tx, in *Incident) error {
		held := frozenHere(in, services)
		if len(held) == 0 {
			if len(services) > 0 {
				return Refuse(Conflict, fmt.Sprintf("%s does not freeze %s.", in.ID(), Worded(strings.Join(services, ", "))), "/incident status shows what is frozen.")
			}
			return Refuse(Conflict, in.ID()+" freezes nothing.", "/incident freeze does.")
		}
		n := tx.Add(number, who, time.Time{}, Source{}, FreezeSet{Services: held})
		tell(tx, in, n, false)
		return nil
	})
}

// freezable are the services that a freeze is about.
func freezable(in *Incident, services []string) []string {
	if len(services) == 0 {
		services = in.Services
	}
	if len(services) == 0 {
		return []string{AllServices}
	}
	return services
}

func unfrozen(in *Incident, services []string) []string {
	return slices.DeleteFunc(slices.Clone(services), func(s string) bool {
		return slices.ContainsFunc(in.Freezes, func(f Freeze) bool { return strings.EqualFold(f.Service, s) || f.Service == AllServices })
	})
}

// frozenHere are the freezes of the incident among the services, or all of them.
func frozenHere(in *Incident, services []string) []string {
	var out []string
	for _, f := range in.Freezes {
		if len(services) == 0 || slices.ContainsFunc(services, func(s string) bool { return strings.EqualFold(s, f.Service) }) {
			out = append(out, f.Service)
		}
	}
	return out
}

// autoFreeze freezes by severity, where the configuration says so. It is called
// with the severity and services that the change leads to.
func autoFreeze(tx *Tx, in *Incident, severity string, services []string) {
	if in.Drill || !tx.catalogue.freezes(severity) {
		return
	}
	if services = unfrozen(in, freezable(&Incident{}, services)); len(services) > 0 {
		n := tx.Add(in.Number, Backout, time.Time{}, Source{}, FreezeSet{Services: services, Frozen: true})
		if in.Channel.ID != "" {
			tx.Owe(Effect{Kind: OweNews, Incident: in.Number, N: n})
		}
	}
}

// thaw ends the freezes of an incident that ends.
func thaw(tx *Tx, in *Incident) {
	if held := frozenHere(in, nil); len(held) > 0 {
		tx.Add(in.Number, Backout, time.Time{}, Source{}, FreezeSet{Services: held})
	}
}
