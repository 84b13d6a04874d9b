package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"backout/integrations/slack/slacksim"
)

// victimToken lets a test ask the victim.
const victimToken = "api-token"

// victim is the production command as a process that is killed. It comes back at
// the address that it had.
type victim struct {
	t    *testing.T
	addr string
	env  []string
	// name is that of the command, and flags go to its serve.
	name  string
	flags []string
	cmd   *exec.Cmd
	log   bytes.Buffer
}

// newVictim prepares a bot on a store of its own; more variables win.
func newVictim(t *testing.T, sim *slacksim.Server, more ...string) *victim {
	t.Helper()
	addr, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	return &victim{t: t, addr: addr, name: "backout", env: append([]string{
		"BACKOUT_LISTEN=" + addr, "BACKOUT_API_TOKEN=" + victimToken, "BACKOUT_STORE=bolt:" + filepath.Join(t.TempDir(), "b.db"),
		"SLACK_APP_TOKEN=" + sim.AppToken(), "SLACK_BOT_TOKEN=" + sim.BotToken(), "SLACK_API_URL=" + sim.APIURL(),
	}, more...)}
}

func (v *victim) run(args ...string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		v.t.Fatal(err)
	}
	// The test binary is the command when it is called by the command's name.
	return &exec.Cmd{Path: self, Args: append([]string{v.name}, args...), Env: append(os.Environ(), v.env...)}
}

func (v *victim) start() {
	v.t.Helper()
	v.cmd = v.run(append([]string{"serve"}, v.flags...)...)
	v.cmd.Stderr = &v.log
	if err := v.cmd.Start(); err != nil {
		v.t.Fatal(err)
	}
}

func (v *victim) kill() {
	if v.cmd == nil {
		return
	}
	_ = v.cmd.Process.Kill()
	_ = v.cmd.Wait()
	v.cmd = nil
}

// get reads an address of the bot.
func (v *victim) get(path string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+v.addr+path, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+victimToken)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %d %s", path, resp.StatusCode, body)
	}
	return body, err
}

// figure reads one metric.
func (v *victim) figure(name string) float64 {
	body, err := v.get("/metrics")
	if err != nil {
		v.t.Error(err)
		return 0
	}
	for line := range strings.Lines(string(body)) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			f, _ := strconv.ParseFloat(strings.TrimSpace(value), 64)
			return f
		}
	}
	v.t.Errorf("there is no figure %s", name)
	return 0
}

func tail(s string, n int) string { return s[max(0, len(s)-n):] }
