package bot

import (
	"runtime/debug"

	"backout/integrations/foreign"
)

// contained does one piece of work in the background. A fault in it ends that piece
// and nothing else; where tells pieces apart in the log.
func (b *Bot) contained(where string, do func()) {
	defer func() {
		if p := recover(); p != nil {
			b.metrics.Count("backout_panics_total", "background")
			b.opt.Logger.Error("a fault in the background was contained", "where", where, "panic", foreign.Fault(p), "stack", string(debug.Stack()))
		}
	}()
	do()
}

// background does a piece of work beside the others, contained.
func (b *Bot) background(where string, do func()) {
	b.work.Go(func() { b.contained(where, do) })
}
