package config

// Idle gives the keys that are set and that nothing acts on in this version. They
// are read and checked, so that a file can be written once; whoever set one must be
// told that it does not protect or do anything yet.
func (c Config) Idle() []string {
	d := Defaults()
	var out []string
	for _, one := range []struct {
		key string
		set bool
	}{
		{"redaction.patterns", len(c.Redaction.Patterns) > 0},
		{"retention.messages", c.Retention.Messages > 0},
		{"postmortem.repo", c.Postmortem.Repo != ""},
		{"postmortem.path", c.Postmortem.Path != d.Postmortem.Path},
		{"postmortem.template", c.Postmortem.Template != ""},
		{"postmortem.due", c.Postmortem.Due != d.Postmortem.Due},
	} {
		if one.set {
			out = append(out, one.key)
		}
	}
	return out
}
