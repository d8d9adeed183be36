package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"uplink-localnet/internal/faults"
)

const faultUsage = `Makes a running network fail, until the fault is undone.

usage: uplink-localnet fault TARGET EFFECT... WHERE
       uplink-localnet fault list WHERE
       uplink-localnet fault undo WHERE [ID...]

TARGET is satellite, nodes, all, or the numbers of nodes, such as 0,3.
WHERE is the running network: --dir DIR, as it was started with, or
--control HOST:PORT, with the token in UPLINK_LOCALNET_TOKEN.

  --down               does not listen, and cuts its connections
  --frozen             accepts connections, but neither reads nor writes
  --refusing           each call returns an error (see --code, --text)
  --delay TIME         slow: waits before each message, such as 50ms
  --skew TIME          the clock is wrong, such as -2h
  --corrupting         nodes: flip bits in downloads
  --losing             nodes: have none of their pieces
  --full               nodes: have no space for pieces
  --rtt TIME           round-trip time of each connection
  --mbit N             bandwidth of each connection and direction, in Mbit/s
  --cut-after BYTES    each connection breaks after so many bytes
  --wan                the same as --rtt 40ms --mbit 50

  --call NAME          only calls of that name, such as CommitObject or Upload; then the
                       effects are --code, --delay and --cut-after
  --nth N              the first call that fails, counted from now (default 1)
  --times N            how many calls fail; 0 is all (default 1)
  --after              the call succeeds, and only its reply is lost
  --code CODE          the error's code, such as NotFound (default Unavailable)
  --text TEXT          the error's text

Effects that contradict each other are refused, and so are names of calls and codes
and numbers of nodes that do not exist. The command prints the fault as JSON, with
the id for undo; undo without an id undoes all faults. The list has also how often
each fault struck ("hits").
`

// parseFault checks a command line of fault: to list faults, to undo some, or
// to add one.
func parseFault(args []string) (func(streams) error, error) {
	if len(args) == 0 {
		return nil, errors.New("a target is missing; try \"uplink-localnet fault --help\"")
	}
	switch target, args := args[0], args[1:]; target {
	case "-h", "-help", "--help", "help":
		return nil, flag.ErrHelp
	case "list":
		return parseFaultList(args)
	case "undo":
		return parseFaultUndo(args)
	default:
		return parseFaultAdd(target, args)
	}
}

// parseFaultList returns the function that prints all faults.
func parseFaultList(args []string) (func(streams) error, error) {
	var at where
	if rest, err := at.parseFlags(newFlags("fault list"), args); err != nil || len(rest) > 0 {
		return nil, unexpected(rest, err)
	}
	return func(std streams) error {
		var list []faults.Status
		if err := at.call(http.MethodGet, "/faults", nil, &list); err != nil {
			return err
		}
		for _, fault := range list {
			if err := json.NewEncoder(std.out).Encode(fault); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// parseFaultUndo returns the function that undoes all faults, or the given ones.
func parseFaultUndo(args []string) (func(streams) error, error) {
	var at where
	rest, err := at.parseFlags(newFlags("fault undo"), args)
	if err != nil {
		return nil, err
	}
	paths := []string{"/faults"}
	if len(rest) > 0 {
		paths = nil
	}
	for i, text := range rest {
		id, err := strconv.Atoi(text)
		if err != nil {
			return nil, unexpected(rest[i:], nil)
		}
		paths = append(paths, fmt.Sprintf("/faults/%d", id))
	}
	return func(streams) error {
		for _, path := range paths {
			if err := at.call(http.MethodDelete, path, nil, nil); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// parseFaultAdd returns the function that adds a fault and prints it.
func parseFaultAdd(target string, args []string) (func(streams) error, error) {
	var fault faults.Fault
	if err := parseTarget(target, &fault); err != nil {
		return nil, err
	}
	var at where
	flags := newFlags("fault")
	addEffects(flags, &fault)
	if rest, err := at.parseFlags(flags, args); err != nil || len(rest) > 0 {
		return nil, unexpected(rest, err)
	}
	return func(std streams) error {
		var added faults.Fault
		if err := at.call(http.MethodPost, "/faults", fault, &added); err != nil {
			return err
		}
		return json.NewEncoder(std.out).Encode(added)
	}, nil
}

// unexpected returns the error, or else one for the first argument.
func unexpected(args []string, err error) error {
	if err != nil {
		return err
	}
	return fmt.Errorf("unexpected argument %q", args[0])
}

// parseTarget sets the ends that a fault concerns.
func parseTarget(text string, fault *faults.Fault) error {
	switch text {
	case "satellite":
		fault.Satellite = true
	case "nodes":
		fault.AllNodes = true
	case "all":
		fault.Satellite, fault.AllNodes = true, true
	default:
		for _, part := range strings.Split(text, ",") {
			number, err := strconv.Atoi(part)
			if err != nil {
				return fmt.Errorf("unknown target %q; there are satellite, nodes, all, and numbers of nodes such as 0,3", text)
			}
			fault.Nodes = append(fault.Nodes, number)
		}
	}
	return nil
}

// addEffects adds a flag for each effect, and the flags of calls.
func addEffects(flags *flag.FlagSet, fault *faults.Fault) {
	for _, effect := range faults.Effects {
		name := strings.ReplaceAll(effect.Name, "_", "-")
		switch field := effect.Field(fault).(type) {
		case *bool:
			flags.BoolVar(field, name, false, "")
		case *faults.Seconds:
			flags.Func(name, "", func(text string) error {
				duration, err := time.ParseDuration(text)
				*field = faults.Seconds(duration.Seconds())
				return err
			})
		case *float64:
			flags.Float64Var(field, name, 0, "")
		case **int64:
			flags.Func(name, "", func(text string) error {
				bytes, err := strconv.ParseInt(text, 10, 64)
				*field = &bytes
				return err
			})
		}
	}
	flags.BoolFunc("wan", "", func(string) error {
		wide := faults.WideArea()
		fault.RTT, fault.Mbit = wide.RTT, wide.Mbit
		return nil
	})
	flags.StringVar(&fault.Call, "call", "", "")
	flags.BoolVar(&fault.After, "after", false, "")
	for name, value := range map[string]**int{"nth": &fault.Nth, "times": &fault.Times} {
		flags.Func(name, "", func(text string) error {
			number, err := strconv.Atoi(text)
			*value = &number
			return err
		})
	}
	flags.StringVar(&fault.Code, "code", "", "")
	flags.StringVar(&fault.Text, "text", "", "")
}
