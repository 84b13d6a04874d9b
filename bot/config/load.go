package config

import (
	"errors"
	"io/fs"
	"os"
)

// DefaultFile is read when nobody names a file, if it is there.
const DefaultFile = "backout.yaml"

// Sources is where settings come from. The zero value gives the defaults and
// reads nothing, not even the environment.
type Sources struct {
	// File is the configuration file; "" reads none. A missing file is refused
	// unless FileOptional is set.
	File         string
	FileOptional bool

	// Lookup finds an environment variable, as os.LookupEnv does. A variable that
	// is set to nothing counts as not set.
	Lookup func(name string) (string, bool)

	// Flags overrides single settings by key: store, listen, url, announce,
	// command, command_alias, channel and the others of Reference that take a
	// flag. Secrets are refused here. An empty value counts as not given.
	Flags map[string]string

	// ReadFile reads the configuration file and the files named by NAME_FILE;
	// os.ReadFile when nil.
	ReadFile func(name string) ([]byte, error)
}

// read reads a file through ReadFile.
func (s Sources) read(name string) ([]byte, error) {
	if s.ReadFile != nil {
		return s.ReadFile(name)
	}
	return os.ReadFile(name) //nolint:gosec // the operator names the file
}

// Load reads, overlays, completes and checks all settings. The error, when not
// nil, is an *Error that holds all problems of reading, or else all of checking;
// the Config is then of no use.
// Slack's tokens may be missing: see RequireSlack.
func Load(src Sources) (Config, error) {
	c := fileDefaults()
	doc := &document{file: src.File, lines: map[string]int{}}
	if data, ok := doc.open(src); ok {
		doc.decode(data, &c)
	}
	over := newOverlay(src, &c)
	over.apply()
	if len(doc.list)+len(over.list) > 0 {
		// Checking half of a configuration would report what is only missing
		// because its line could not be read.
		return Config{}, join(doc.err(), over.err())
	}
	complete(&c, doc.given)
	v := &validator{c: &c, where: func(key string) (string, int) {
		if origin, ok := over.origin[key]; ok {
			return origin, 0
		}
		if place, line := doc.where(key); line > 0 {
			return place, line
		}
		return over.variable(key), 0
	}}
	if err := v.run(); err != nil {
		return Config{}, err
	}
	return c, nil
}

// open reads the configuration file; false when there is nothing to decode.
func (d *document) open(src Sources) ([]byte, bool) {
	if src.File == "" {
		return nil, false
	}
	data, err := src.read(src.File)
	switch {
	case err == nil && len(data) <= maxFile:
		return data, true
	case err == nil:
		d.add(d.file, "larger than 1 MiB, so hardly a configuration file; name the right one with --config")
	case errors.Is(err, fs.ErrNotExist) && src.FileOptional:
	case errors.Is(err, fs.ErrNotExist):
		d.add(d.file, "there is no such file; copy backout.example.yaml to it, or name another with --config")
		d.because(err)
	default:
		d.add(d.file, "cannot be read (%v); check the path and its permissions", reason(err))
		d.because(err)
	}
	return nil, false
}

// reason is the cause without the path that the sentence already names.
func reason(err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err
	}
	return err
}
