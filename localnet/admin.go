package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"uplink-localnet/internal/network"
)

const whereUsage = `
WHERE is --dir DIR, whether the network in it runs or not, or --control HOST:PORT
of one that runs, with the token in UPLINK_LOCALNET_TOKEN.
`

// adminCommand is a command that looks after a network.
type adminCommand struct {
	usage string
	// name is what the network calls it.
	name string
	// arguments is how many words it takes at most.
	arguments int
	// flags adds the command's own flags; the request is complete after check.
	flags func(*flag.FlagSet) (request any, check func(words []string) error)
}

var adminCommands = map[string]*adminCommand{
	"calls": {name: "calls", flags: noFlags, usage: `Counts the calls that came since a network was started, which has to run.

usage: uplink-localnet calls WHERE

For each call that came to the satellite or to a node it prints a line of JSON: the
end, the call, how often it came, and how often a fault struck it ("hit"). The
requests of a batch count as calls, and the batch as one more.
`},
	"grant": {name: "grant", flags: grantFlags, usage: `Makes an API key and an access grant.

usage: uplink-localnet grant [FLAGS] WHERE

  --project NAME         for this project, which is made if there is none (default "default")
  --allow WHAT           some of read,write,list,delete (default: all)
  --prefix BUCKET[/KEY]  only there; may be given several times
  --not-before TIME      not before, such as 2030-12-31T23:59:59Z or 10m from now
  --not-after TIME       not after
  --max-object-ttl TIME  objects live no longer than this, such as 24h
  --text                 print the access grant alone

It prints JSON: satellite, project, api_key and access. Grants of one project have
the same encryption key.
`},
	"limit": {name: "limit", arguments: len(network.LimitNames), flags: limitFlags, usage: `Limits what a project may do and have.

usage: uplink-localnet limit [NAME=VALUE...] [--project NAME] WHERE

  requests=N     requests a second
  key-writes=N   uploads to the same key a second, at least 3 at once
  storage=SIZE   bytes, encrypted, such as 500MB or 2GiB
  segments=N     segments, also those of uploads under way
  bandwidth=SIZE bytes downloaded since the project was made or reset
  buckets=N      buckets
  metadata=SIZE  bytes of metadata of an object, encrypted (2KiB unless set)
  part-size=SIZE least bytes of an upload's parts but the last (5MiB unless set)

0 is no limit. It prints the limits as JSON. They act at once and survive a restart.
`},
	"revoke": {name: "revoke", arguments: 1, flags: revokeFlags, usage: `Makes an API key worthless, and all that were made from it.

usage: uplink-localnet revoke KEY WHERE

KEY is an API key or an access grant.
`},
	"ls": {name: "list", arguments: 1, flags: listFlags, usage: `Lists what the satellite knows.

usage: uplink-localnet ls [BUCKET] [--project NAME] [--limit N] WHERE

Without BUCKET it lists buckets, otherwise objects and uploads, with their keys as
they are encrypted. Each is a line of JSON.
`},
	"status": {name: "status", flags: noFlags, usage: `Tells what a network is and has, as JSON.

usage: uplink-localnet status WHERE
`},
	"reset": {name: "reset", flags: noFlags, usage: `Forgets all buckets and objects. Identity, projects, keys and limits stay.

usage: uplink-localnet reset WHERE
`},
}

func noFlags(*flag.FlagSet) (any, func([]string) error) {
	return struct{}{}, func([]string) error { return nil }
}

// grantRequest also says how the answer is printed.
type grantRequest struct {
	network.GrantRequest
	text bool
}

func (r *grantRequest) print(stdout io.Writer, answer json.RawMessage) error {
	if !r.text {
		return printAnswer(stdout, answer)
	}
	var made network.Grant
	if err := json.Unmarshal(answer, &made); err != nil {
		return err
	}
	_, err := fmt.Fprintln(stdout, made.Access)
	return err
}

func grantFlags(flags *flag.FlagSet) (any, func([]string) error) {
	r := &grantRequest{}
	flags.BoolVar(&r.text, "text", false, "")
	flags.StringVar(&r.Project, "project", "", "")
	flags.Func("allow", "", func(text string) error {
		r.Allow = strings.Split(text, ",")
		return nil
	})
	flags.Func("prefix", "", func(text string) error {
		r.Prefixes = append(r.Prefixes, text)
		return nil
	})
	moment := func(into *time.Time) func(string) error {
		return func(text string) (err error) {
			if fromNow, err := time.ParseDuration(text); err == nil {
				*into = time.Now().Add(fromNow)
				return nil
			}
			*into, err = time.Parse(time.RFC3339, text)
			return err
		}
	}
	flags.Func("not-before", "", moment(&r.NotBefore))
	flags.Func("not-after", "", moment(&r.NotAfter))
	flags.DurationVar(&r.MaxObjectTTL, "max-object-ttl", 0, "")
	return r, func([]string) error { return nil }
}

func limitFlags(flags *flag.FlagSet) (any, func([]string) error) {
	r := &network.LimitRequest{Limits: network.Limits{}}
	flags.StringVar(&r.Project, "project", "", "")
	return r, func(words []string) error {
		for _, word := range words {
			name, value, err := network.ParseLimit(word)
			if err != nil {
				return err
			}
			r.Limits[name] = value
		}
		return nil
	}
}

func revokeFlags(*flag.FlagSet) (any, func([]string) error) {
	r := &network.RevokeRequest{}
	return r, func(words []string) error {
		if len(words) == 0 {
			return errors.New("say which API key or access grant")
		}
		r.Key = words[0]
		return nil
	}
}

func listFlags(flags *flag.FlagSet) (any, func([]string) error) {
	r := &network.ListRequest{}
	flags.StringVar(&r.Project, "project", "", "")
	flags.IntVar(&r.Limit, "limit", 0, "")
	return r, func(words []string) error {
		if len(words) > 0 {
			r.Bucket = words[0]
		}
		return nil
	}
}

// where is the network that a command is for.
type where struct{ dir, address string }

func runAdmin(name string, args []string, stdout, stderr io.Writer) int {
	c := adminCommands[name]
	request, at, err := c.parse(name, args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, c.usage+whereUsage)
		return 0
	}
	if err != nil {
		fmt.Fprintf(stderr, "uplink-localnet: %v\n", err)
		return exitUsage
	}
	answer, err := at.do(context.Background(), c.name, request)
	if err == nil {
		err = printed(stdout, request, answer)
	}
	if err != nil {
		fmt.Fprintf(stderr, "uplink-localnet: %v\n", err)
		return exitFailed
	}
	return 0
}

// parse reads flags and words in any order.
func (c *adminCommand) parse(name string, args []string) (request any, at where, err error) {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&at.dir, "dir", "", "")
	flags.StringVar(&at.address, "control", "", "")
	request, check := c.flags(flags)
	var words []string
	for {
		if err := flags.Parse(args); err != nil {
			return nil, at, err
		}
		if flags.NArg() == 0 {
			break
		}
		words, args = append(words, flags.Arg(0)), flags.Args()[1:]
	}
	if len(words) > c.arguments {
		return nil, at, fmt.Errorf("unexpected argument %q", words[c.arguments])
	}
	if (at.dir == "") == (at.address == "") {
		return nil, at, errors.New("say which network: either --dir or --control")
	}
	return request, at, check(words)
}

// do asks the process that runs the network, or works on its folder when there
// is none.
func (w where) do(ctx context.Context, command string, request any) (answer json.RawMessage, err error) {
	if w.address == "" {
		admin, err := network.OpenAdmin(w.dir)
		if err == nil {
			answer, err = admin.Do(ctx, command, request)
			return answer, errors.Join(err, admin.Close())
		}
		if !errors.Is(err, network.ErrRunning) {
			return nil, err
		}
	}
	access, err := controlAccess(w.dir, w.address)
	if err != nil {
		return nil, err
	}
	err = access.Call(ctx, http.MethodPost, "/"+command, request, &answer)
	return answer, err
}

// printed prints the answer to a request, in the request's own way if it has
// one.
func printed(stdout io.Writer, request any, answer json.RawMessage) error {
	if own, ok := request.(interface {
		print(io.Writer, json.RawMessage) error
	}); ok {
		return own.print(stdout, answer)
	}
	return printAnswer(stdout, answer)
}

// printAnswer prints lists as lines, and nothing for nothing.
func printAnswer(stdout io.Writer, answer json.RawMessage) error {
	var list []json.RawMessage
	if json.Unmarshal(answer, &list) != nil {
		list = []json.RawMessage{answer}
	}
	for _, item := range list {
		if _, err := fmt.Fprintf(stdout, "%s\n", item); err != nil {
			return err
		}
	}
	return nil
}
