package boltlog

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// ErrExists means that Restore would replace a store, and nobody said so.
var ErrExists = errors.New("there is a store already")

// Restore puts a copy of the file at backup in the place of the store at path.
// A store that is there is replaced only with force, and stays beside it under
// the name that is returned. It is refused while another process has the store
// open. Whether the backup is a good one is the caller's to find out before. A
// crash leaves the old store or the new one.
func Restore(backup, path string, force bool, now time.Time) (aside string, err error) {
	path = realPath(path)
	if same(backup, path) {
		return "", fmt.Errorf("%s is the store itself; name a backup", backup)
	}
	old, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return "", err
	default:
		defer func() { _ = old.Close() }() // and with it the lock
		if !alone(old) {
			return "", locked(path, 0)
		}
		if !force {
			return "", fmt.Errorf("%w at %s; add --force to replace it, it is then kept beside", ErrExists, path)
		}
		aside = path + ".before-" + now.UTC().Format("20060102-150405")
	}
	tmp, err := copyBeside(backup, path)
	if err != nil {
		return "", err
	}
	defer func() { _ = os.Remove(tmp) }() // fails when all went well
	if aside != "" {
		if aside, err = keepAs(path, aside); err != nil {
			return "", err
		}
	}
	if err := os.Rename(tmp, path); err != nil {
		return aside, err
	}
	return aside, syncFolder(filepath.Dir(path))
}

// keepAs gives a file a second name, so that it has one at every instant; a number
// follows where the name is taken.
func keepAs(path, aside string) (string, error) {
	name := aside
	for n := 2; ; n++ {
		err := os.Link(path, name)
		if err == nil {
			return name, nil
		}
		if !errors.Is(err, fs.ErrExist) || n > 1000 {
			return "", fmt.Errorf("the old store cannot be kept as %s: %w", name, err)
		}
		name = fmt.Sprintf("%s-%d", aside, n)
	}
}

// copyBeside copies a file into the folder of path, onto the disk.
func copyBeside(from, path string) (tmp string, err error) {
	in, err := os.Open(from)
	if err != nil {
		return "", err
	}
	defer func() { _ = in.Close() }()
	if tmp, err = tempName(path); err != nil {
		return "", err
	}
	out, err := os.OpenFile(tmp, os.O_WRONLY, fileMode)
	if err == nil {
		_, err = io.Copy(out, in)
		if err == nil {
			err = out.Sync()
		}
		err = errors.Join(err, out.Close())
	}
	if err != nil {
		_ = os.Remove(tmp)
		return "", fmt.Errorf("the backup cannot be copied to the folder of the store: %w", err)
	}
	return tmp, nil
}

func same(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	two, err := os.Stat(b)
	return err == nil && os.SameFile(one, two)
}
