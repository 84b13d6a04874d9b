// Command backout is the incident-response bot: serve runs it, demo shows it
// without a Slack account, export writes postmortems. Exit codes: 0 fine,
// 1 failed, 2 wrong use or configuration.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"backout/bot/config"
)

// version is set by the linker in releases.
var version = "dev"

// The exit codes.
const (
	exitFine   = 0
	exitFailed = 1
	exitUsage  = 2
)

// cli is everything that can be typed.
type cli struct {
	Config string `help:"Configuration file." placeholder:"backout.yaml" type:"path"`

	Serve    serveCmd    `cmd:"" help:"Run the bot."`
	Demo     demoCmd     `cmd:"" help:"Replay the story of an outage against a simulated Slack, without any account."`
	Export   exportCmd   `cmd:"" help:"Write postmortems as Markdown or JSON."`
	Backup   backupCmd   `cmd:"" help:"Copy the store, of a running bot too, and read the copy again."`
	Restore  restoreCmd  `cmd:"" help:"Put a backup in the place of the store."`
	Doctor   doctorCmd   `cmd:"" help:"Check configuration, tokens, workflows and the store, and say what to do."`
	Manifest manifestCmd `cmd:"" help:"Print the Slack app manifest."`
	Health   healthCmd   `cmd:"" help:"Ask a running bot whether it is ready; for container health checks."`
	Version  versionCmd  `cmd:"" help:"Print the version."`
}

// world is what a command may touch besides its flags.
type world struct {
	ctx    context.Context
	out    io.Writer
	err    io.Writer
	lookup func(string) (string, bool)
	config string
	// hurry is bot.Options.Hurry.
	hurry float64
}

func main() { os.Exit(process(1)) }

// process is main; hurry is 1 but for tests.
func process(hurry float64) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(&world{ctx: ctx, out: os.Stdout, err: os.Stderr, lookup: os.LookupEnv, hurry: hurry}, os.Args[1:])
}

// run is main without the process around it.
func run(w *world, args []string) (code int) {
	var c cli
	out, errOut := w.out, w.err
	exited := -1
	parser, err := kong.New(&c, kong.Name("backout"), kong.Description("The incident-response bot for Slack."),
		kong.Writers(out, errOut), kong.UsageOnError(), kong.Exit(func(code int) { exited = code }))
	if err != nil {
		fmt.Fprintln(errOut, "backout:", err)
		return exitFailed
	}
	k, err := parser.Parse(args)
	if exited >= 0 { // --help has printed
		return exited
	}
	if err != nil {
		fmt.Fprintf(errOut, "backout: %v\nTry: backout --help\n", err)
		return exitUsage
	}
	w.config = c.Config
	err = k.Run(w)
	return report(errOut, err)
}

// report prints what went wrong and gives the exit code for it.
func report(errOut io.Writer, err error) int {
	if err == nil {
		return exitFine
	}
	fmt.Fprintln(errOut, "backout:", err)
	var wrong *config.Error
	var use usageError
	if errors.As(err, &wrong) || errors.As(err, &use) {
		return exitUsage
	}
	return exitFailed
}

// usageError is a combination of flags that makes no sense.
type usageError string

func (e usageError) Error() string { return string(e) }

// load reads the configuration with the flags of a command on top.
func (w *world) load(flags map[string]string) (config.Config, error) {
	src := config.Sources{File: w.config, Lookup: w.lookup, Flags: flags}
	if src.File == "" {
		src.File, src.FileOptional = config.DefaultFile, true
	}
	return config.Load(src)
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(w *world) error {
	_, err := fmt.Fprintln(w.out, "backout", version)
	return err
}
