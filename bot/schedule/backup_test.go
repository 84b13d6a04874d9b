package schedule_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"backout/bot/schedule"
	"backout/timeline/boltlog"
)

func backups(dir string, keep int, write func(io.Writer) error) schedule.Options {
	return schedule.Options{Backup: schedule.Backup{Dir: dir, Keep: keep, Cron: "30 3 * * *", Write: write}}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func holds(t *testing.T, dir string, want ...string) {
	t.Helper()
	if got := names(t, dir); !slices.Equal(got, want) {
		t.Fatalf("there is %q, want %q", got, want)
	}
}

func TestABackupIsMadeEachNight(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "made", "on", "the", "way")
	h := openOffice(t, monday("03:29:30"), backups(dir, 14, writes("all of it")))
	h.passes(day(24, "12:00:00"))
	h.wants("03:30 backup", "03:30 backup")
	holds(t, dir, "backout-20261123-0330.db", "backout-20261124-0330.db")
	path := filepath.Join(dir, "backout-20261123-0330.db")
	if text, err := os.ReadFile(path); err != nil || string(text) != "all of it" {
		t.Errorf("it holds %q, %v", text, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("its mode is %v, %v", info.Mode(), err)
	}
	if h.meter.of("backout_backups_total done") != 2 {
		t.Errorf("counted %v", h.meter.counts)
	}
}

func TestABackupThatIsThereIsNotMadeAgain(t *testing.T) {
	t.Parallel()
	dir, made := t.TempDir(), 0
	h := openOffice(t, monday("03:29:30"), backups(dir, 14, func(w io.Writer) error { made++; return writes("x")(w) }))
	h.mem.FailCommits(2) // made, and not recorded
	h.passes(monday("03:31:30"))
	h.restarts()
	h.passes(monday("04:00:00"))
	h.restarts()
	h.passes(monday("12:00:00"))
	h.wants("03:32 backup")
	if made != 1 {
		t.Errorf("made %d times", made)
	}
}

func TestABackupIsMadeUpForAtTheStart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := openOffice(t, day(24, "11:14:30"), backups(dir, 14, writes("x")))
	h.passes(day(24, "11:20:00"))
	h.wants("11:15 backup")
	holds(t, dir, "backout-20261124-0330.db")
}

func TestOnlyTheOldestBackupsAreRemoved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	others := []string{
		"backout-20200101-0330.db.txt", "backout-2020-0330.db", "backout.db", "my-backout-20200101-0330.db", "backout-20200101-0330.DB", "zebra",
	}
	for _, name := range append([]string{"backout-20261101-0330.db", "backout-20261102-0330.db", "backout-20261103-0330.db"}, others...) {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "backout-20200102-0330.db"), 0o700); err != nil { // a folder is none
		t.Fatal(err)
	}
	h := openOffice(t, monday("03:29:30"), backups(dir, 3, writes("x")))
	h.passes(day(24, "12:00:00"))
	want := append([]string{"backout-20200102-0330.db", "backout-20261103-0330.db", "backout-20261123-0330.db", "backout-20261124-0330.db"}, others...)
	slices.Sort(want)
	holds(t, dir, want...)
}

func TestTheBackupJustMadeIsNotRemoved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() // in which a clock that went ahead left one
	if err := os.WriteFile(filepath.Join(dir, "backout-20270101-0330.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	h := openOffice(t, monday("03:29:30"), backups(dir, 1, writes("x")))
	h.passes(monday("12:00:00"))
	holds(t, dir, "backout-20261123-0330.db", "backout-20270101-0330.db")
}

func TestABackupThatFailsLeavesNothingAndIsTriedAgain(t *testing.T) {
	t.Parallel()
	dir, tries := t.TempDir(), 0
	write := func(w io.Writer) error {
		tries++
		_ = writes("half of it")(w)
		switch tries {
		case 1:
			return errors.New("the disk is full")
		case 2:
			panic("a fault")
		}
		return nil
	}
	if err := os.WriteFile(filepath.Join(dir, ".backout-backup.part"), []byte("of a process that was killed while it wrote"), 0o644); err != nil {
		t.Fatal(err)
	}
	h := openOffice(t, monday("03:29:30"), backups(dir, 1, write))
	if err := os.WriteFile(filepath.Join(dir, "backout-20261122-0330.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	h.passes(monday("03:31:30"))
	holds(t, dir, "backout-20261122-0330.db") // nothing is removed for what was not made
	h.passes(monday("04:00:00"))
	h.wants("03:32 backup")
	holds(t, dir, "backout-20261123-0330.db")
	if text, _ := os.ReadFile(filepath.Join(dir, "backout-20261123-0330.db")); string(text) != "half of it" {
		t.Errorf("it holds %q", text)
	}
	if h.meter.of("backout_backups_total failed") != 1 || h.meter.of("backout_panics_total schedule") != 1 || tries != 3 {
		t.Errorf("counted %v in %d tries", h.meter.counts, tries)
	}
}

func TestAFolderThatCannotBeWrittenHoldsUpNothingElse(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "a-file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	o := usual()
	o.Backup = backups(filepath.Join(file, "backups"), 1, writes("x")).Backup
	h := openOffice(t, monday("08:59:30"), o)
	h.passes(monday("09:05:00"))
	h.wants("09:00 digest", "09:00 follow_ups")
	if n := h.meter.of("backout_backups_total failed"); n != 6 {
		t.Errorf("failed %d times", n)
	}
}

func TestABackupIsARecordThatOpens(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	log, err := boltlog.Open(filepath.Join(dir, "live.db"), boltlog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	h := openOffice(t, monday("03:29:30"), backups(filepath.Join(dir, "b"), 1, log.Backup))
	h.passes(monday("03:30:00"))
	again, err := boltlog.Open(filepath.Join(dir, "b", "backout-20261123-0330.db"), boltlog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if _, err := again.Boot(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestStoppingEndsABackupUnderWay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	h := openOffice(t, monday("03:30:00"), backups(dir, 1, func(w io.Writer) error {
		for i := 0; ; i++ {
			if i == 3 {
				cancel()
			}
			if _, err := fmt.Fprintln(w, "more"); err != nil {
				return err
			}
		}
	}))
	h.sched.Tick(ctx, h.now)
	holds(t, dir)
	h.wants()
	if len(h.meter.counts) != 0 {
		t.Errorf("counted %v", h.meter.counts)
	}
}
