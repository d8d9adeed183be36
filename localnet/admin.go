package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"

	"uplink-localnet/internal/admin"
)

const whereUsage = `
WHERE is --dir DIR, whether the network in it runs or not, or --control HOST:PORT
of a running network, with the token in UPLINK_LOCALNET_TOKEN.
`

// adminCommand is a command that looks after a network, whether it runs or not.
type adminCommand struct {
	name, usage string
	// request is the name of its request at the control port.
	request string
	// maxArguments is the largest number of arguments that are no flags.
	maxArguments int
	// flags adds the command's own flags, and returns the request that they and
	// the arguments fill.
	flags func(*flag.FlagSet) *adminRequest
}

// adminRequest is the request of an admin command.
type adminRequest struct {
	body any
	// arguments takes the arguments that are no flags, nil if there are none.
	arguments func([]string) error
	// print prints the reply, nil for its JSON.
	print func(io.Writer, json.RawMessage) error
}

// adminCommands are all commands that look after a network.
var adminCommands = []adminCommand{callsCommand, grantCommand, limitCommand, revokeCommand, listCommand, statusCommand, resetCommand}

// noFlags returns the request of a command without flags and arguments.
func noFlags(*flag.FlagSet) *adminRequest { return &adminRequest{body: struct{}{}} }

// parse reads flags and arguments in any order.
func (c *adminCommand) parse(args []string) (func(streams) error, error) {
	var at where
	flags := newFlags(c.name)
	at.addFlags(flags)
	request := c.flags(flags)
	var arguments []string
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		if flags.NArg() == 0 {
			break
		}
		arguments, args = append(arguments, flags.Arg(0)), flags.Args()[1:]
	}
	if len(arguments) > c.maxArguments {
		return nil, fmt.Errorf("unexpected argument %q", arguments[c.maxArguments])
	}
	if err := at.check(); err != nil {
		return nil, err
	}
	if request.arguments != nil {
		if err := request.arguments(arguments); err != nil {
			return nil, err
		}
	}
	return func(std streams) error {
		reply, err := at.do(c.request, request.body)
		if err != nil {
			return err
		}
		if request.print != nil {
			return request.print(std.out, reply)
		}
		return printReply(std.out, reply)
	}, nil
}

// do sends a request to the process that runs the network. Without such a
// process it works on the network's folder.
func (w *where) do(name string, request any) (reply json.RawMessage, err error) {
	if w.address == "" {
		stopped, err := admin.Open(w.dir)
		if err == nil {
			reply, err = stopped.Do(name, request)
			return reply, errors.Join(err, stopped.Close())
		}
		if !errors.Is(err, admin.ErrRunning) {
			return nil, err
		}
	}
	err = w.call(http.MethodPost, "/"+name, request, &reply)
	return reply, err
}

// printReply prints a list as lines, null as nothing, and anything else as one line.
func printReply(out io.Writer, reply json.RawMessage) error {
	var list []json.RawMessage
	if json.Unmarshal(reply, &list) != nil {
		list = []json.RawMessage{reply}
	}
	for _, item := range list {
		if _, err := fmt.Fprintf(out, "%s\n", item); err != nil {
			return err
		}
	}
	return nil
}
