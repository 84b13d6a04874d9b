package foreign

import (
	"fmt"
	"runtime"
)

// Fault is what may be logged of a fault, as recover gives it: what the runtime
// wrote, else only its kind, because the rest may be words of people, or an address
// with a token in it.
func Fault(p any) string {
	if err, ok := p.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T", p)
}
