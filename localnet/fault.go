package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"uplink-localnet/internal/control"
	"uplink-localnet/internal/faults"
)

const faultUsage = `Makes a running network fail, until it is undone.

usage: uplink-localnet fault TARGET EFFECT... WHERE
       uplink-localnet fault list WHERE
       uplink-localnet fault undo WHERE [ID...]

TARGET is satellite, nodes, all, or the numbers of nodes, such as 0,3.
WHERE is the running network: --dir DIR, as it was started with, or
--control HOST:PORT, with the token in UPLINK_LOCALNET_TOKEN.

  --down               not listening, connections are cut
  --frozen             accepts connections, but never answers
  --refusing           answers each call with an error (see --code, --text)
  --delay TIME         waits before each message, such as 50ms
  --skew TIME          the clock is wrong, such as -2h
  --corrupting         nodes: downloads have flipped bits
  --losing             nodes: know no piece
  --full               nodes: have no space for pieces
  --rtt TIME           round-trip time of each connection
  --mbit N             bandwidth of each connection and direction, in Mbit/s
  --cut-after BYTES    each connection breaks after so many bytes
  --wan                the same as --rtt 40ms --mbit 50

  --call NAME          only calls of that name, such as CommitObject or Upload, and
                       there only --code, --delay or --cut-after
  --nth N              from the n-th on, counted from now (default 1)
  --times N            so many of them; 0 is all (default 1)
  --after              the call happens, only its answer is lost
  --code CODE          the error, such as NotFound (default Unavailable)
  --text TEXT          its text

Effects that contradict each other are refused, and calls, codes and nodes that there
are not. It prints the fault as JSON; its id is for undo, which undoes all without one. A list
also says how often each fault struck ("hits").
`

// tokenVariable holds the token for --control: on a command line, all users of
// the machine could read it.
const tokenVariable = "UPLINK_LOCALNET_TOKEN"

// faultCommand is the parsed command line of fault.
type faultCommand struct {
	verb  string
	fault faults.Fault
	ids   []int

	dir, address string
}

func runFault(args []string, stdout, stderr io.Writer) int {
	c, err := parseFault(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, faultUsage)
		return 0
	}
	if err != nil {
		fmt.Fprintf(stderr, "uplink-localnet: %v\n", err)
		return exitUsage
	}
	if err := c.run(stdout); err != nil {
		fmt.Fprintf(stderr, "uplink-localnet: %v\n", err)
		return exitFailed
	}
	return 0
}

func parseFault(args []string) (*faultCommand, error) {
	if len(args) == 0 {
		return nil, errors.New("a target is missing; try \"uplink-localnet fault --help\"")
	}
	if slices.Contains([]string{"-h", "-help", "--help", "help"}, args[0]) {
		return nil, flag.ErrHelp
	}
	c := &faultCommand{verb: "add"}
	if err := c.target(args[0]); err != nil {
		return nil, err
	}
	flags := flag.NewFlagSet("fault", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&c.dir, "dir", "", "")
	flags.StringVar(&c.address, "control", "", "")
	if c.verb == "add" {
		c.effects(flags)
	}
	if err := flags.Parse(args[1:]); err != nil {
		return nil, err
	}
	if (c.dir == "") == (c.address == "") {
		return nil, errors.New("say which network: either --dir or --control")
	}
	for _, arg := range flags.Args() {
		id, err := strconv.Atoi(arg)
		if err != nil || c.verb != "undo" {
			return nil, fmt.Errorf("unexpected argument %q", arg)
		}
		c.ids = append(c.ids, id)
	}
	return c, nil
}

func (c *faultCommand) target(name string) error {
	switch name {
	case "list", "undo":
		c.verb = name
	case "satellite":
		c.fault.Satellite = true
	case "nodes":
		c.fault.AllNodes = true
	case "all":
		c.fault.Satellite, c.fault.AllNodes = true, true
	default:
		for _, text := range strings.Split(name, ",") {
			number, err := strconv.Atoi(text)
			if err != nil {
				return fmt.Errorf("unknown target %q; there are satellite, nodes, all, and numbers of nodes such as 0,3", name)
			}
			c.fault.Nodes = append(c.fault.Nodes, number)
		}
	}
	return nil
}

func (c *faultCommand) effects(flags *flag.FlagSet) {
	f := &c.fault
	for name, value := range map[string]*bool{
		"down": &f.Down, "frozen": &f.Frozen, "refusing": &f.Refusing, "corrupting": &f.Corrupting,
		"losing": &f.Losing, "full": &f.Full, "after": &f.After,
	} {
		flags.BoolVar(value, name, false, "")
	}
	for name, value := range map[string]*float64{"delay": &f.Delay, "skew": &f.Skew, "rtt": &f.RTT} {
		flags.Func(name, "", func(text string) error {
			duration, err := time.ParseDuration(text)
			*value = duration.Seconds()
			return err
		})
	}
	flags.Float64Var(&f.Mbit, "mbit", 0, "")
	flags.BoolFunc("wan", "", func(string) error {
		wide := faults.WideArea()
		f.RTT, f.Mbit = wide.RTT, wide.Mbit
		return nil
	})
	flags.Func("cut-after", "", func(text string) error {
		bytes, err := strconv.ParseInt(text, 10, 64)
		f.CutAfter = &bytes
		return err
	})
	flags.StringVar(&f.Call, "call", "", "")
	for name, value := range map[string]**int{"nth": &f.Nth, "times": &f.Times} {
		flags.Func(name, "", func(text string) error {
			number, err := strconv.Atoi(text)
			*value = &number
			return err
		})
	}
	flags.StringVar(&f.Code, "code", "", "")
	flags.StringVar(&f.Text, "text", "", "")
}

func (c *faultCommand) run(stdout io.Writer) error {
	access, err := controlAccess(c.dir, c.address)
	if err != nil {
		return err
	}
	ctx := context.Background()
	switch {
	case c.verb == "list":
		var list []faults.Status
		if err := access.Call(ctx, http.MethodGet, "/faults", nil, &list); err != nil {
			return err
		}
		for _, fault := range list {
			if err := json.NewEncoder(stdout).Encode(fault); err != nil {
				return err
			}
		}
		return nil
	case c.verb == "undo" && len(c.ids) == 0:
		return access.Call(ctx, http.MethodDelete, "/faults", nil, nil)
	case c.verb == "undo":
		for _, id := range c.ids {
			if err := access.Call(ctx, http.MethodDelete, fmt.Sprintf("/faults/%d", id), nil, nil); err != nil {
				return err
			}
		}
		return nil
	}
	var added faults.Fault
	if err := access.Call(ctx, http.MethodPost, "/faults", c.fault, &added); err != nil {
		return err
	}
	return json.NewEncoder(stdout).Encode(added)
}

// controlAccess finds the control port of a running network.
func controlAccess(dir, address string) (*control.Access, error) {
	if address != "" {
		return &control.Access{Address: address, Token: os.Getenv(tokenVariable)}, nil
	}
	access, err := control.ReadFile(filepath.Join(dir, control.FileName))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("no network runs in %s", dir)
	}
	return access, err
}
