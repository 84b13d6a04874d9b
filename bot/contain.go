package bot

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// contained does one piece of work in the background. A fault in it ends that piece
// and nothing else; where tells pieces apart in the log.
func (b *Bot) contained(where string, do func()) {
	defer func() {
		if p := recover(); p != nil {
			b.metrics.Count("backout_panics_total", "background")
			b.opt.Logger.Error("a fault in the background was contained", "where", where, "panic", said(p), "stack", string(debug.Stack()))
		}
	}()
	do()
}

// background does a piece of work beside the others, contained.
func (b *Bot) background(where string, do func()) {
	b.work.Go(func() { b.contained(where, do) })
}

// said is what may be logged of a fault: what the runtime wrote, else only its kind,
// because the rest may be words of people, or an address with a token in it.
func said(p any) string {
	if err, ok := p.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T", p)
}
