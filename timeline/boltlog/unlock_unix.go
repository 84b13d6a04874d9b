//go:build unix && !solaris && !aix

package boltlog

import (
	"os"
	"syscall"
)

// abandon gives up a file whose bbolt cannot be closed any more. The lock has to
// be taken back by name: it belongs to the open file, which the memory map keeps
// alive after Close.
func abandon(file *os.File) error {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_UN)
	if cerr := file.Close(); err == nil {
		err = cerr
	}
	return err
}

// shared takes a lock for reading, unless another process writes. It ends with
// the file.
func shared(file *os.File) bool {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) == nil
}

// alone takes the lock for itself, unless another process has the file open.
func alone(file *os.File) bool {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}
