package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"

	"backout/bot"
	"backout/bot/config"
)

type doctorCmd struct {
	JSON      bool   `name:"json" help:"Print JSON."`
	StoreOnly bool   `name:"store" help:"Look at the store alone, from end to end: every page, event and effect."`
	At        string `name:"at" help:"Store to look at; defaults to BACKOUT_STORE." placeholder:"bolt:FILE"`
}

// errProblems is the exit code of a doctor who found something.
var errProblems = errors.New("something has to be done, see above")

// Run prints what each check came to.
func (c doctorCmd) Run(w *world) error {
	found := c.examine(w)
	if err := c.print(w, found); err != nil {
		return err
	}
	for _, f := range found {
		if f.State == bot.Problem {
			return errProblems
		}
	}
	return nil
}

// examine makes the checks. Without a configuration there is nothing to check
// against.
func (c doctorCmd) examine(w *world) []bot.Finding {
	const check = "configuration"
	var found []bot.Finding
	cfg, err := w.load(map[string]string{"store": c.At})
	if wrong, ok := errors.AsType[*config.Error](err); ok {
		for _, p := range wrong.Problems {
			found = append(found, bot.Finding{Check: check, State: bot.Problem, Text: p.Error()})
		}
		return found
	}
	if err != nil {
		return []bot.Finding{{Check: check, State: bot.Problem, Text: err.Error()}}
	}
	if !c.StoreOnly {
		found = append(found, bot.Finding{Check: check, State: bot.Fine, Text: "It is read and makes sense."})
		found = append(found, bot.Examine(w.ctx, cfg)...)
	}
	return append(found, storeFinding(w.ctx, cfg, c.StoreOnly))
}

func (c doctorCmd) print(w *world, found []bot.Finding) error {
	if c.JSON {
		enc := json.NewEncoder(w.out)
		enc.SetIndent("", "  ")
		return enc.Encode(struct {
			Checks []bot.Finding `json:"checks"`
		}{found})
	}
	for _, f := range found {
		if _, err := fmt.Fprintf(w.out, "%-8s %s: %s\n", f.State, f.Check, f.Text); err != nil {
			return err
		}
	}
	return nil
}

// storeFinding looks at the store; thoroughly is from end to end.
func storeFinding(ctx context.Context, cfg config.Config, thoroughly bool) bot.Finding {
	text, err := examineStore(ctx, cfg, thoroughly)
	if err != nil {
		return bot.Finding{Check: "store", State: bot.Problem, Text: err.Error()}
	}
	return bot.Finding{Check: "store", State: bot.Fine, Text: text}
}

func examineStore(ctx context.Context, cfg config.Config, thoroughly bool) (string, error) {
	path, err := boltFile(cfg)
	if err != nil {
		return "", err
	}
	live := running(ctx, path)
	if live {
		if err := newLive(bot.ControlPath(path)).store(ctx); err != nil {
			return "", err
		}
	} else if err := writable(path); err != nil {
		return "", err
	}
	_, err = os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && thoroughly:
		return "", fmt.Errorf("there is no store at %s; name it with --at bolt:FILE or BACKOUT_STORE", path)
	case errors.Is(err, fs.ErrNotExist):
		return path + " is made at the first start.", nil
	case !thoroughly:
		return path + " can be written to. doctor --store reads it from end to end.", nil
	case live:
		return examineCopy(ctx, path)
	}
	a, err := audited(ctx, path)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s is whole: %s.", path, counted(a, path)), nil
}

// examineCopy audits a copy, since nobody may write to what is audited.
func examineCopy(ctx context.Context, path string) (string, error) {
	tmp, err := os.CreateTemp("", "backout-doctor-*") // its mode is 0600
	if err != nil {
		return "", err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	if err := errors.Join(copyStore(ctx, path, tmp), tmp.Close()); err != nil {
		return "", err
	}
	a, err := audited(ctx, tmp.Name())
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s is whole, and a bot is running on it: %s.", path, counted(a, path)), nil
}

// store asks the running bot how its store is.
func (l *live) store(ctx context.Context) error {
	l.Timeout = 0
	defer l.close()
	resp, err := l.open(ctx, "/store")
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusNoContent {
		return refusedBy(resp)
	}
	return nil
}

// writable looks whether a bot could work on the file. Nothing in it changes.
func writable(path string) error {
	probe, err := os.CreateTemp(filepath.Dir(path), ".backout-doctor-*")
	if err != nil {
		return fmt.Errorf("the folder of %s cannot be written to (%w); give it to the user that Backout runs as", path, err)
	}
	if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s cannot be written to (%w); give it to the user that Backout runs as", path, err)
	}
	return file.Close()
}
