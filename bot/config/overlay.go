package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/v2"
)

// overlay lays environment and flags over what the file and the defaults said.
type overlay struct {
	problems
	src    Sources
	c      *Config
	origin map[string]string // key to the variable or flag its value came from
}

// newOverlay prepares an overlay over c, which holds defaults and file.
func newOverlay(src Sources, c *Config) *overlay {
	return &overlay{src: src, c: c, origin: map[string]string{}}
}

// apply computes the layers and stores the result in the Config.
func (o *overlay) apply() {
	k := koanf.New(".")
	for _, layer := range []map[string]any{o.base(), o.environment(), o.flags()} {
		if err := k.Load(confmap.Provider(layer, "."), nil); err != nil {
			o.add("configuration", "cannot be put together: %v", err)
			o.because(err)
		}
	}
	for _, s := range settings() {
		if err := s.set(o.c, k.String(s.key)); err != nil {
			o.add(o.where(s), "%v", err)
			o.because(err)
		}
	}
}

// where names the place a person can change s at.
func (o *overlay) where(s setting) string {
	if w, ok := o.origin[s.key]; ok {
		return w
	}
	return s.env
}

// variable names the variable of a setting; other keys stay as they are.
func (o *overlay) variable(key string) string {
	for _, s := range settings() {
		if s.key == key {
			return s.env
		}
	}
	return key
}

// base is the lowest layer: the file's values, else the defaults.
func (o *overlay) base() map[string]any {
	layer := map[string]any{}
	for _, s := range settings() {
		layer[s.key] = s.def
		if s.file != nil {
			layer[s.key] = *s.file(o.c)
		}
	}
	return layer
}

// environment reads NAME and NAME_FILE of every setting.
func (o *overlay) environment() map[string]any {
	layer := map[string]any{}
	for _, s := range settings() {
		value, isSet := o.lookup(s.env)
		if isSet {
			o.origin[s.key] = s.env
		}
		if s.secret {
			value, isSet = o.fromFile(s, value, isSet)
		}
		if isSet {
			layer[s.key] = value
		}
	}
	return layer
}

// fromFile replaces value by the content of the file that NAME_FILE names.
func (o *overlay) fromFile(s setting, value string, isSet bool) (string, bool) {
	name := s.env + "_FILE"
	path, ok := o.lookup(name)
	if !ok {
		return value, isSet
	}
	if isSet {
		o.add(s.env, "both %s and %s are set; keep one of them", s.env, name)
		return value, isSet
	}
	o.origin[s.key] = name
	data, err := o.src.read(path)
	if err != nil {
		o.add(name, "the file %s cannot be read (%v); check the path and that the user Backout runs as may read it", path, reason(err))
		o.because(err)
		return "", false
	}
	// Editors and `echo` end files with a newline that no token has.
	text := strings.TrimRight(string(data), "\r\n")
	if text == "" {
		o.add(name, "the file %s is empty; write the secret into it, or unset %s", path, name)
		return "", false
	}
	return text, true
}

// flags reads the overrides of the command line.
func (o *overlay) flags() map[string]any {
	known := map[string]setting{}
	for _, s := range settings() {
		known[s.key] = s
	}
	layer := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(o.src.Flags)) {
		value, where := o.src.Flags[key], "--"+strings.ReplaceAll(key, "_", "-")
		s, ok := known[key]
		switch {
		case value == "":
		case !ok:
			o.add(where, "there is no such setting%s", suggest(key, slices.Sorted(maps.Keys(known))))
		case s.secret && (key != "store" || hasPassword(value)):
			o.add(where, "secrets are not taken from flags, where every user of this machine can read them; use %s or %s_FILE", s.env, s.env)
		default:
			layer[key] = value
			o.origin[key] = where
		}
	}
	return layer
}

// lookup finds a variable; one that is set to nothing counts as not set, since
// compose files and manifests often pass variables on empty.
func (o *overlay) lookup(name string) (string, bool) {
	if o.src.Lookup == nil {
		return "", false
	}
	value, ok := o.src.Lookup(name)
	return value, ok && value != ""
}

// index writes "name[i]".
func index(name string, i int) string { return fmt.Sprintf("%s[%d]", name, i) }
