package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"backout/bot"
	"backout/templates/postmortem"
)

type exportCmd struct {
	ID       string `arg:"" optional:"" name:"incident" help:"Incident, such as INC-7."`
	Incident string `name:"incident" help:"Incident, the same as the argument." placeholder:"INC-7"`
	All      bool   `help:"Every incident."`
	Out      string `help:"File or folder to write to; without it the standard output." placeholder:"FILE|DIR/"`
	Format   string `help:"md or json." enum:"md,json" default:"md"`
	Public   bool   `help:"The version for the public: no names, links or messages."`
	Private  bool   `help:"Private incidents too."`
	Store    string `help:"Store to read; defaults to BACKOUT_STORE." placeholder:"bolt:FILE"`
}

// Run writes the documents. A bot that is running is asked; else the store is
// opened.
func (c exportCmd) Run(w *world) error {
	number, err := c.which()
	if err != nil {
		return err
	}
	cfg, err := w.load(map[string]string{"store": c.Store})
	if err != nil {
		return err
	}
	src, err := openSource(w, cfg)
	if err != nil {
		return err
	}
	defer src.close()
	numbers := []int{number}
	if c.All {
		if numbers, err = src.numbers(w.ctx, c.Private); err != nil {
			return err
		}
	}
	for _, n := range numbers {
		if err := c.export(w, src, n); err != nil {
			return err
		}
	}
	return nil
}

// export writes what there is of one incident. Beside a Markdown file lies its
// chart.
func (c exportCmd) export(w *world, src source, number int) error {
	want := wanted{format: c.Format, private: c.Private, public: c.Public}
	drawn := c.Format == "md" && !c.Public && c.Out != ""
	if drawn {
		want.picture = c.picture()
	}
	d, err := src.fetch(w.ctx, number, want)
	if err != nil {
		return err
	}
	if err := c.write(w, d); err != nil || !drawn {
		return err
	}
	picture, err := src.fetch(w.ctx, number, wanted{format: "png", private: c.Private})
	if err != nil {
		return err
	}
	if want.picture != bot.OwnPicture {
		picture.name = want.picture
	}
	path := filepath.Join(filepath.Dir(c.Out), picture.name)
	if c.folder() {
		path = filepath.Join(c.Out, picture.name)
	}
	if err := replaceFile(path, picture.content); err != nil {
		return fmt.Errorf("%s cannot be written: %w", path, err)
	}
	_, err = fmt.Fprintln(w.err, "wrote", path)
	return err
}

// folder reports whether documents go into a folder, under their own names.
func (c exportCmd) folder() bool {
	return c.All || strings.HasSuffix(c.Out, string(filepath.Separator)) || isDir(c.Out)
}

// odd is what a picture's name does not hold, since it stands in a document.
var odd = regexp.MustCompile(`[^\pL\pN._-]+`)

// picture is the name of the chart beside the document.
func (c exportCmd) picture() string {
	if c.folder() {
		return bot.OwnPicture
	}
	base := filepath.Base(c.Out)
	return odd.ReplaceAllString(strings.TrimSuffix(base, filepath.Ext(base)), "-") + ".png"
}

// which reads the incident's number out of either spelling; 0 with --all.
func (c exportCmd) which() (int, error) {
	id := c.Incident
	if id == "" {
		id = c.ID
	}
	switch {
	case c.ID != "" && c.Incident != "" && c.ID != c.Incident:
		return 0, usageError("two incidents are named; name one, or use --all.")
	case c.All && id != "":
		return 0, usageError("--all and " + id + " do not go together.")
	case c.Public && c.Format == "json":
		return 0, usageError("the version for the public is Markdown; leave --format out.")
	case c.All && c.Out == "":
		return 0, usageError("--all wants a folder to write to: --out DIR/")
	case c.All:
		return 0, nil
	case id == "":
		return 0, usageError("name an incident, such as INC-7, or use --all.")
	}
	n, err := strconv.Atoi(strings.TrimPrefix(strings.ToUpper(id), "INC-"))
	if err != nil || n < 1 {
		return 0, usageError(fmt.Sprintf("%q is no incident; they are named INC-1 and so on.", id))
	}
	return n, nil
}

// document is a file in the making.
type document struct {
	name    string
	content []byte
}

// write puts a document where it belongs. A Markdown file that is there already
// is rendered again in place: people's words in it stay.
func (c exportCmd) write(w *world, d document) error {
	if c.Out == "" {
		_, err := w.out.Write(d.content)
		return err
	}
	path := c.Out
	if c.folder() {
		if err := os.MkdirAll(path, 0o755); err != nil {
			return fmt.Errorf("the folder cannot be made: %w", err)
		}
		path = filepath.Join(path, d.name)
	}
	content, notes, err := merged(path, d.content, c.Format)
	if err != nil {
		return err
	}
	if err := replaceFile(path, content); err != nil {
		return fmt.Errorf("%s cannot be written: %w", path, err)
	}
	for _, n := range notes {
		fmt.Fprintf(w.err, "%s: %s\n", path, n)
	}
	_, err = fmt.Fprintln(w.err, "wrote", path)
	return err
}

// merged keeps what people wrote in the file that is there.
func merged(path string, fresh []byte, format string) ([]byte, []string, error) {
	old, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fresh, nil, nil
	case err != nil:
		return nil, nil, fmt.Errorf("%s is there and cannot be read: %w", path, err)
	case format != "md":
		return fresh, nil, nil
	}
	content, notes := postmortem.Merge(old, fresh)
	said := make([]string, len(notes))
	for i, n := range notes {
		said[i] = n.String()
	}
	return content, said, nil
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// replaceFile writes beside the file and renames, so that a crash leaves either
// the old or the new one.
func replaceFile(path string, content []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".backout-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	if _, err = tmp.Write(content); err == nil {
		err = tmp.Sync()
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	if err := os.Chmod(tmp.Name(), 0o644); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
