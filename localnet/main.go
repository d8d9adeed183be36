// Command uplink-localnet is a Storj network for one machine.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"uplink-localnet/internal/control"
	"uplink-localnet/internal/faults"
	"uplink-localnet/internal/network"
)

const usage = `A Storj network for one machine: a satellite and storage nodes in one process.

usage: uplink-localnet run [--dir DIR] [--nodes N] [--rs R/R/R/R] [--listen HOST:PORT] [--wan]
       uplink-localnet fault TARGET EFFECT...    make a running network fail; see "fault --help"
       uplink-localnet COMMAND WHERE             look after a network; see "COMMAND --help":
                       calls, grant, limit, revoke, ls, status, reset

  --dir DIR            keep identity, keys and data in DIR (default: forget everything)
  --nodes N            number of storage nodes (default 10)
  --rs R/R/R/R         redundancy: required/repair/optimal/total (default for 10 nodes 4/6/8/10)
  --listen HOST:PORT   the satellite's address (default: a free port of 127.0.0.1)
  --wan                all connections have a round-trip time of 40 ms and 50 Mbit/s
  --limits storj       the limits of Storj's satellites for all projects
  --limit NAME=VALUE   a limit of the first project, such as storage=1GB; see "limit --help"
  --no-sync            acknowledge before the disk has it (for benchmarks)
  --no-noise           nodes speak TLS alone, and not Noise beside it
  --no-fastopen        no TCP Fast Open: clients dial a node once, and at once
  --no-debounce        no connection is dropped as a copy of another
  --exit-with-stdin    stop when standard input is closed
  --verbose            log connections, too
  --version            print the version and stop

When it is ready it prints one line of JSON: satellite, api_key, access, pid and
control, the address and token that the command fault needs.
`

// version is set when a wheel is built.
var version = "unknown"

const (
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) > 0 && args[0] == "fault" {
		return runFault(args[1:], stdout, stderr)
	}
	if len(args) > 0 && adminCommands[args[0]] != nil {
		return runAdmin(args[0], args[1:], stdout, stderr)
	}
	o, err := parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, usage)
		return 0
	case err != nil:
		fmt.Fprintf(stderr, "uplink-localnet: %v\n", err)
		return exitUsage
	case o.version:
		fmt.Fprintln(stdout, version)
		return 0
	}
	if err := serve(o, stdin, stdout, stderr); err != nil {
		fmt.Fprintf(stderr, "uplink-localnet: %v\n", err)
		return exitFailed
	}
	return 0
}

// options are the parsed command line.
type options struct {
	network       network.Config
	exitWithStdin bool
	verbose       bool
	version       bool
}

func parse(args []string) (*options, error) {
	if len(args) == 0 {
		return nil, errors.New("a command is missing; try \"uplink-localnet run\" or \"uplink-localnet --help\"")
	}
	switch args[0] {
	case "-h", "-help", "--help", "help":
		return nil, flag.ErrHelp
	case "-version", "--version", "version":
		return &options{version: true}, nil
	case "run":
	default:
		return nil, fmt.Errorf("unknown command %q; there are run, fault, calls, grant, limit, revoke, ls, status and reset", args[0])
	}
	o := &options{}
	var scheme string
	var wan bool
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&o.network.Dir, "dir", "", "")
	flags.IntVar(&o.network.Nodes, "nodes", 0, "")
	flags.StringVar(&scheme, "rs", "", "")
	flags.StringVar(&o.network.Listen, "listen", "", "")
	flags.BoolVar(&o.network.NoSync, "no-sync", false, "")
	flags.BoolVar(&o.network.NoNoise, "no-noise", false, "")
	flags.BoolVar(&o.network.NoFastOpen, "no-fastopen", false, "")
	flags.BoolVar(&o.network.NoDebounce, "no-debounce", false, "")
	flags.Func("limit", "", o.limit)
	flags.StringVar(&o.network.Preset, "limits", "", "")
	flags.BoolVar(&wan, "wan", false, "")
	flags.BoolVar(&o.exitWithStdin, "exit-with-stdin", false, "")
	flags.BoolVar(&o.verbose, "verbose", false, "")
	if err := flags.Parse(args[1:]); err != nil {
		return nil, err
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if wan {
		o.network.Faults = append(o.network.Faults, faults.WideArea())
	}
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	return o, o.check(given, scheme)
}

// limit takes a limit for the first project.
func (o *options) limit(text string) error {
	name, value, err := network.ParseLimit(text)
	if err != nil {
		return err
	}
	if o.network.Limits == nil {
		o.network.Limits = network.Limits{}
	}
	o.network.Limits[name] = value
	return nil
}

// check refuses values that cannot work, before anything is started.
func (o *options) check(given map[string]bool, scheme string) error {
	if given["dir"] && o.network.Dir == "" {
		return errors.New("--dir must not be empty")
	}
	if given["nodes"] && (o.network.Nodes < 1 || o.network.Nodes > network.MaxNodes) {
		return fmt.Errorf("--nodes must be between 1 and %d, not %d", network.MaxNodes, o.network.Nodes)
	}
	if given["rs"] {
		s, err := network.ParseScheme(scheme)
		if err != nil {
			return fmt.Errorf("--rs %s: %w", scheme, err)
		}
		if o.network.Nodes != 0 && int(s.Total) > o.network.Nodes {
			return fmt.Errorf("--rs %s needs %d nodes, --nodes is %d", scheme, s.Total, o.network.Nodes)
		}
		if o.network.Nodes == 0 && o.network.Dir == "" && int(s.Total) > network.DefaultNodes {
			return fmt.Errorf("--rs %s needs %d nodes; say --nodes too, the default is %d", scheme, s.Total, network.DefaultNodes)
		}
		o.network.Scheme = &s
	}
	if given["limits"] {
		if err := network.CheckPreset(o.network.Preset); err != nil {
			return fmt.Errorf("--limits: %w", err)
		}
	}
	if given["listen"] {
		address, err := net.ResolveTCPAddr("tcp", o.network.Listen)
		if err != nil || o.network.Listen == "" {
			return fmt.Errorf("--listen must be HOST:PORT, not %q", o.network.Listen)
		}
		// The access grant and the nodes' addresses name it.
		if address.IP == nil || address.IP.IsUnspecified() {
			return fmt.Errorf("--listen %s: give the address at which clients reach this machine", o.network.Listen)
		}
	}
	return nil
}

// ready is the line that tells that the network is up.
type ready struct {
	Satellite string `json:"satellite"`
	APIKey    string `json:"api_key"`
	Access    string `json:"access"`
	PID       int    `json:"pid"`
	// Control is secret: who has its token can break the network.
	Control control.Access `json:"control"`
}

func serve(o *options, stdin io.Reader, stdout, stderr io.Writer) error {
	// The heap is small and its garbage large: collecting less often saves a
	// tenth of the work for a few megabytes.
	debug.SetGCPercent(400)
	level := slog.LevelInfo
	if o.verbose {
		level = slog.LevelDebug
	}
	o.network.Log = slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: level}))

	stop := make(chan string, 2)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() { stop <- (<-signals).String() }()

	n, err := network.Start(o.network)
	if err != nil {
		return err
	}
	line, err := json.Marshal(ready{Satellite: n.URL, APIKey: n.APIKey, Access: n.Access, PID: os.Getpid(), Control: n.Control.Access})
	if err == nil {
		_, err = fmt.Fprintf(stdout, "%s\n", line)
	}
	if err != nil {
		return errors.Join(err, n.Close())
	}
	if o.exitWithStdin {
		go func() {
			_, _ = io.Copy(io.Discard, stdin)
			stop <- "standard input closed"
		}()
	}
	o.network.Log.Info("stopping", "reason", <-stop)
	return closeWithin(n, 1500*time.Millisecond)
}

// closeWithin closes the network, but does not wait longer than the timeout:
// whatever was acknowledged is on the disk already.
func closeWithin(n *network.Network, timeout time.Duration) error {
	closed := make(chan error, 1)
	go func() { closed <- n.Close() }()
	select {
	case err := <-closed:
		return err
	case <-time.After(timeout):
		return nil
	}
}
