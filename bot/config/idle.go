package config

// Idle gives the keys that are set and that nothing acts on in this version. They
// are read and checked, so that a file can be written once; whoever set one must be
// told that it does not protect or do anything yet.
func (c Config) Idle() []string {
	var out []string
	for _, one := range []struct {
		key string
		set bool
	}{
		{"access.admins", len(c.Access.Admins) > 0},
		{"access.commands", len(c.Access.Commands) > 0},
	} {
		if one.set {
			out = append(out, one.key)
		}
	}
	return out
}
