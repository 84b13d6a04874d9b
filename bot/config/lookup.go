package config

import (
	"net/url"
	"slices"
	"strings"
)

// SeverityIndex finds a severity by name or title, ignoring case. The index
// counts from 0, the worst; -1 when there is none.
func (c Config) SeverityIndex(word string) (Severity, int) {
	i := slices.IndexFunc(c.Severities, func(s Severity) bool {
		return strings.EqualFold(s.Name, word) || strings.EqualFold(s.Title, word)
	})
	if i < 0 {
		return Severity{}, -1
	}
	return c.Severities[i], i
}

// Severity finds a severity by name or title, ignoring case.
func (c Config) Severity(word string) (Severity, bool) {
	s, i := c.SeverityIndex(word)
	return s, i >= 0
}

// Service finds a service by name, ignoring case.
func (c Config) Service(name string) (Service, bool) {
	return c.service(func(s Service) bool { return strings.EqualFold(s.Name, name) })
}

// ServiceByPagerDuty finds the service that a PagerDuty service id is mapped to.
func (c Config) ServiceByPagerDuty(id string) (Service, bool) {
	return c.service(func(s Service) bool { return s.PagerDuty != "" && s.PagerDuty == id })
}

// ServicesOf returns the services of a repository and environment, ignoring case
// in the former as GitHub does; an empty environment means all.
func (c Config) ServicesOf(repo, environment string) []Service {
	var found []Service
	for _, s := range c.Services {
		if s.Repo != "" && strings.EqualFold(s.Repo, repo) && (environment == "" || s.Environment == environment) {
			found = append(found, s)
		}
	}
	return found
}

// service returns the first service that match accepts.
func (c Config) service(match func(Service) bool) (Service, bool) {
	if i := slices.IndexFunc(c.Services, match); i >= 0 {
		return c.Services[i], true
	}
	return Service{}, false
}

// AlertsFor is the alert policy of a service; that of the top when the service
// is not configured.
func (c Config) AlertsFor(service string) Alerts {
	if s, ok := c.Service(service); ok {
		return s.Alerts
	}
	return c.Alerts
}

// StoreEngine splits the store into its engine and what that engine opens:
// "bolt" and a path, or "postgres" and the whole URL, which holds a password.
// The engine is "" for anything else.
func (c Config) StoreEngine() (engine, target string) { return SplitStore(c.Store.Reveal()) }

// SplitStore is StoreEngine for a text, such as the arguments of migrate.
func SplitStore(text string) (engine, target string) {
	if file, ok := strings.CutPrefix(text, "bolt:"); ok {
		return "bolt", strings.TrimPrefix(file, "//")
	}
	if strings.HasPrefix(text, "postgres://") || strings.HasPrefix(text, "postgresql://") {
		return "postgres", text
	}
	return "", ""
}

// StoreLabel names the store for people and logs: without user, password and
// parameters.
func (c Config) StoreLabel() string {
	engine, target := c.StoreEngine()
	switch engine {
	case "bolt":
		return "bolt:" + target
	case "postgres":
		if u, err := url.Parse(target); err == nil {
			return "postgres://" + u.Host + u.Path
		}
		return "postgres"
	}
	return ""
}

// hasPassword reports whether a store's text holds, or may hold, a password.
func hasPassword(text string) bool {
	engine, target := SplitStore(text)
	if engine != "postgres" {
		return false
	}
	u, err := url.Parse(target)
	if err != nil {
		return true
	}
	_, inUser := u.User.Password()
	return inUser || u.Query().Has("password") || u.Query().Has("sslpassword")
}
