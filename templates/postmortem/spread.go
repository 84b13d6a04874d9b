package postmortem

import (
	"runtime"
	"sync"
)

// spreadFrom is how many rows are worth more than one processor.
const spreadFrom = 2000

// spread works on the rows 0 … n-1 in as many stretches as there are processors,
// each with its index, and waits for all of them. f must not write what another
// stretch reads.
func spread(n int, f func(stretch, from, to int)) (stretches int) {
	stretches = 1
	if n >= spreadFrom {
		stretches = runtime.GOMAXPROCS(0)
	}
	size := (n + stretches - 1) / stretches
	var work sync.WaitGroup
	for i := range stretches {
		work.Go(func() { f(i, min(i*size, n), min((i+1)*size, n)) })
	}
	work.Wait()
	return stretches
}
