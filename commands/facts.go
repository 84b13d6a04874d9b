package commands

import (
	"fmt"
	"slices"
	"strings"

	"backout/timeline"
)

// severity sets the severity.
func (k *call) severity() (Answer, error) {
	sev, err := k.severityOf(k.text())
	if err != nil {
		return Answer{}, err
	}
	return k.record(timeline.SetSeverity(k.req.Key, k.req.User, k.in.Number, sev))
}

// severityOpt reads the option sev:, which may be missing.
func (k *call) severityOpt() (string, error) {
	v := k.opt("sev")
	if v == "" {
		return "", nil
	}
	return k.severityOf(v)
}

// severityAndServices reads the options sev: and service:, which may be missing.
func (k *call) severityAndServices() (sev string, services []string, err error) {
	if sev, err = k.severityOpt(); err != nil {
		return "", nil, err
	}
	services, err = k.servicesOf(k.serviceNames())
	return sev, services, err
}

// severityOf reads a configured severity: its name, its title, SEV1 or sev-1.
func (k *call) severityOf(typed string) (string, error) {
	want := strings.ToLower(strings.TrimSpace(decoded(typed)))
	short := strings.TrimLeft(strings.TrimPrefix(want, "sev"), "- ")
	var names []string
	for _, s := range k.set.Severities {
		name := strings.ToLower(s.Name)
		if want == name || short == name || want == strings.ToLower(s.Title) {
			return s.Name, nil
		}
		one := s.Name
		if s.Title != "" {
			one += " (" + s.Title + ")"
		}
		names = append(names, encoded(one))
	}
	if len(k.set.Severities) == 0 && want != "" {
		return want, nil
	}
	sentence := "The severity is missing."
	if want != "" {
		sentence = fmt.Sprintf("There is no severity `%s`.", plain(typed))
	}
	example := ""
	if len(k.set.Severities) > 0 {
		example = encoded(k.set.Severities[0].Name)
	}
	return "", timeline.Refuse(timeline.Invalid, sentence, fmt.Sprintf("Choose one of %s; type for example: /incident severity %s", strings.Join(names, ", "), example))
}

// title renames the incident.
func (k *call) title() (Answer, error) {
	return k.record(timeline.SetTitle(k.req.Key, k.req.User, k.in.Number, k.text()))
}

// services replaces the affected services.
func (k *call) services() (Answer, error) {
	var names []string
	for _, w := range k.args.words {
		names = append(names, strings.FieldsFunc(w.text, func(r rune) bool { return r == ',' })...)
	}
	services, err := k.servicesOf(names)
	if err != nil {
		return Answer{}, err
	}
	if len(services) == 0 {
		return Answer{}, timeline.Refuse(timeline.Invalid, "The service is missing.", k.serviceAdvice())
	}
	return k.record(timeline.SetServices(k.req.Key, k.req.User, k.in.Number, services))
}

// servicesOf checks names against the configured services, each once.
func (k *call) servicesOf(names []string) ([]string, error) {
	var out []string
	for _, name := range names {
		name = decoded(name)
		if len(k.set.Services) > 0 {
			i := slices.IndexFunc(k.set.Services, func(s string) bool { return strings.EqualFold(s, name) })
			if i < 0 {
				return nil, timeline.Refuse(timeline.Invalid, fmt.Sprintf("There is no service `%s`.", plain(encoded(name))), k.serviceAdvice(nearest(strings.ToLower(name), k.set.Services)...))
			}
			name = k.set.Services[i]
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out, nil
}

// serviceAdvice names what can be typed for a service.
func (k *call) serviceAdvice(near ...string) string {
	known := near
	if len(known) == 0 {
		known = k.set.Services[:min(10, len(k.set.Services))]
	}
	if len(known) == 0 {
		return "Type for example: /incident service web-app"
	}
	words := make([]string, len(known))
	for i, s := range known {
		words[i] = "`" + encoded(s) + "`"
	}
	more := ""
	if rest := len(k.set.Services) - len(known); rest > 0 {
		more = fmt.Sprintf(" or one of %d more", rest)
	}
	return fmt.Sprintf("Type %s%s; for example: /incident service %s", strings.Join(words, ", "), more, encoded(known[0]))
}

// impact says who notices what.
func (k *call) impact() (Answer, error) {
	return k.record(timeline.SetImpact(k.req.Key, k.req.User, k.in.Number, k.text()))
}

// cause says what is known of the cause.
func (k *call) cause() (Answer, error) {
	return k.record(timeline.SetCause(k.req.Key, k.req.User, k.in.Number, k.text()))
}
