// Command benchmarks runs one workload in plain Go, over storj.io/uplink. The Python programs, which have the same
// workloads, are compared with it.
//
//	UPLINK_ACCESS=… benchmarks upload -path FILE
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"

	"storj.io/uplink"
)

const bucket = "benchmarks"

// options holds the options of all workloads. The Python programs have the same options.
type options struct {
	key, path                                       string
	bytes, buffer, count, warmUp, inFlight, network int
}

// result is printed as one line of JSON.
type result map[string]any

type workload func(ctx context.Context, project *uplink.Project, o options) (result, error)

var workloads = map[string]workload{
	"upload":       upload,
	"download":     download,
	"get":          get,
	"write-calls":  writeCalls,
	"read-calls":   readCalls,
	"rounds":       rounds,
	"small":        small,
	"chunks":       chunks,
	"fill":         fill,
	"listing":      listing,
	"latency":      latency,
	"cancellation": cancellation,
	"tree":         tree,
	"ranges":       rangesOf,
	"objects":      objects,
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() (err error) {
	if len(os.Args) < 2 || workloads[os.Args[1]] == nil {
		return errors.New("usage: benchmarks WORKLOAD [FLAG …]")
	}
	ctx := context.Background()
	o := parse(os.Args[2:])
	project, err := open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, project.Close()) }()
	if err := warmUp(ctx, project); err != nil {
		return err
	}
	r, err := workloads[os.Args[1]](ctx, project, o)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}

func open(ctx context.Context) (*uplink.Project, error) {
	access, err := uplink.ParseAccess(os.Getenv("UPLINK_ACCESS"))
	if err != nil {
		return nil, err
	}
	var config uplink.Config
	if err := tune(ctx, &config); err != nil {
		return nil, err
	}
	return config.OpenProject(ctx, access)
}

func parse(arguments []string) (o options) {
	flags := flag.NewFlagSet("benchmarks", flag.ExitOnError)
	flags.StringVar(&o.key, "key", "stream", "the key of the streamed object")
	flags.StringVar(&o.path, "path", "", "the file to upload, or to download into")
	flags.IntVar(&o.bytes, "bytes", 0, "the size of a stream, or of each small object")
	flags.IntVar(&o.buffer, "buffer", 64<<10, "the bytes of each write or read")
	flags.IntVar(&o.count, "count", 0, "the number of repetitions")
	flags.IntVar(&o.warmUp, "warm-up", 0, "the number of repetitions before the measurement")
	flags.IntVar(&o.inFlight, "in-flight", 1, "the number of calls at the same time")
	flags.IntVar(&o.network, "network", 0, "the process ID of a network to freeze")
	_ = flags.Parse(arguments)
	return o
}
