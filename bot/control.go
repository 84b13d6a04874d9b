package bot

import (
	"context"
	"errors"
	"net/http"
	"time"

	"backout/bot/pages"
)

// checker is a store that can be examined while it is written to.
type checker interface {
	Check(ctx context.Context) error
}

// control is what the bot's own user can ask for over the socket: the API
// without a token, a copy of the store, and how the store is.
func (b *Bot) control(deps pages.Deps) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", pages.Control(deps))
	mux.HandleFunc("GET /store", b.answerStore)
	mux.HandleFunc("GET /backup", b.answerBackup)
	return mux
}

// answerStore says whether the store can be written to, and whether it is whole.
func (b *Bot) answerStore(w http.ResponseWriter, r *http.Request) {
	patient(w)
	err := b.rec.Probe(r.Context())
	if c, ok := b.opt.Log.(checker); err == nil && ok {
		err = c.Check(r.Context())
	}
	if err != nil {
		pages.Problem(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// answerBackup gives a copy of the store. One that breaks off is seen by the
// connection that does.
func (b *Bot) answerBackup(w http.ResponseWriter, _ *http.Request) {
	store, ok := b.opt.Log.(copier)
	if !ok {
		pages.Problem(w, http.StatusNotImplemented, "This store is not copied by Backout; use the database's own backups.")
		return
	}
	patient(w)
	begun := &begun{ResponseWriter: w}
	switch err := store.Backup(begun); {
	case err == nil:
	case begun.yes:
		b.opt.Logger.Error("a backup broke off", "error", err)
		panic(http.ErrAbortHandler) // the only way to tell the other side
	default:
		pages.Problem(w, http.StatusServiceUnavailable, err.Error())
	}
}

// patient takes the time limit off an answer: a large store takes a while.
func patient(w http.ResponseWriter) {
	if err := http.NewResponseController(w).SetWriteDeadline(time.Time{}); errors.Is(err, http.ErrNotSupported) {
		return // then there is none
	}
}

// begun notes whether an answer has begun.
type begun struct {
	http.ResponseWriter
	yes bool
}

func (b *begun) Write(p []byte) (int, error) {
	b.yes = true
	return b.ResponseWriter.Write(p)
}
