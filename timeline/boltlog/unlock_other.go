//go:build !unix || solaris || aix

package boltlog

import "os"

// abandon gives up a file whose bbolt cannot be closed any more. Here the lock
// may last until the process ends.
func abandon(file *os.File) error { return file.Close() }

// shared takes a lock for reading. Here the file is examined without one.
func shared(*os.File) bool { return true }

// alone cannot tell here; the control socket of a running bot can.
func alone(*os.File) bool { return true }
