// Command uplink-localnet is a Storj network for one machine.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

const usage = `A Storj network for one machine: a satellite and storage nodes in one process.

usage: uplink-localnet run [--dir DIR] [--nodes N] [--redundancy R/R/R/R] [--listen HOST:PORT] [--wan]
       uplink-localnet fault TARGET EFFECT...    make a running network fail; see "fault --help"
       uplink-localnet COMMAND WHERE             look after a network; see "COMMAND --help":
                       calls, grant, limit, revoke, ls, status, reset

  --dir DIR             keep identity, keys and data in DIR (default: keep nothing)
  --nodes N             number of storage nodes (default 10)
  --redundancy R/R/R/R  pieces: required/repair/optimal/total (default for 10 nodes 4/6/8/10);
                        --rs is the same
  --listen HOST:PORT    the satellite's address (default: a free port of 127.0.0.1)
  --wan                 all connections have a round-trip time of 40 ms and 50 Mbit/s
  --limits storj        the limits of Storj's satellites for all projects
  --limit NAME=VALUE    a limit of the first project, such as storage=1GB; see "limit --help"
  --no-sync             acknowledge data before it is on the disk (for benchmarks)
  --no-noise            nodes speak TLS only, without Noise beside it
  --no-fastopen         no TCP Fast Open: clients dial each node once, and at once
  --no-debounce         no connection is dropped as a copy of another
  --exit-with-stdin     stop when standard input is closed
  --verbose             log connections, too
  --version             print the version and stop

When it is ready it prints one line of JSON: satellite, api_key, access, pid, edge, the
addresses of the edge service, and control, the address and token of the control port.
`

// version is set when a wheel is built.
var version = "unknown"

const (
	exitFailed = 1
	exitUsage  = 2
)

// streams are the standard streams of a command.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// command is a command of the command line.
type command struct {
	name, usage string
	// parse checks the arguments, and returns the function that does the work.
	parse func(args []string) (func(streams) error, error)
}

// commands returns all commands.
func commands() []command {
	list := []command{
		{name: "run", usage: usage, parse: parseRun},
		{name: "fault", usage: faultUsage, parse: parseFault},
	}
	for i := range adminCommands {
		c := &adminCommands[i]
		list = append(list, command{name: c.name, usage: c.usage + whereUsage, parse: c.parse})
	}
	return list
}

func main() {
	os.Exit(run(os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// run runs a command line and returns its exit code.
func run(args []string, std streams) int {
	if len(args) == 0 {
		return failed(std, exitUsage, errors.New("a command is missing; try \"uplink-localnet run\" or \"uplink-localnet --help\""))
	}
	switch args[0] {
	case "-h", "-help", "--help", "help":
		fmt.Fprint(std.out, usage)
		return 0
	case "-version", "--version", "version":
		fmt.Fprintln(std.out, version)
		return 0
	}
	var names []string
	for _, c := range commands() {
		if c.name == args[0] {
			return c.run(args[1:], std)
		}
		names = append(names, c.name)
	}
	return failed(std, exitUsage, fmt.Errorf("unknown command %q; there are %s", args[0], strings.Join(names, ", ")))
}

// run runs the command and returns its exit code.
func (c *command) run(args []string, std streams) int {
	work, err := c.parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(std.out, c.usage)
		return 0
	}
	if err != nil {
		return failed(std, exitUsage, err)
	}
	if err := work(std); err != nil {
		return failed(std, exitFailed, err)
	}
	return 0
}

// failed prints an error and returns the exit code.
func failed(std streams, code int, err error) int {
	fmt.Fprintf(std.err, "uplink-localnet: %v\n", err)
	return code
}

// newFlags returns an empty set of flags, which prints nothing itself.
func newFlags(name string) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	return flags
}
