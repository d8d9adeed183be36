package main

import (
	"cmp"
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

	"uplink-localnet/internal/admin"
	"uplink-localnet/internal/control"
	"uplink-localnet/internal/faults"
	"uplink-localnet/internal/network"
)

// runOptions is the parsed command line of run.
type runOptions struct {
	network       network.Config
	exitWithStdin bool
	verbose       bool
}

func parseRun(args []string) (func(streams) error, error) {
	o, err := parseOptions(args)
	if err != nil {
		return nil, err
	}
	return o.serve, nil
}

func parseOptions(args []string) (*runOptions, error) {
	o := &runOptions{}
	var redundancy string
	var wan bool
	flags := newFlags("run")
	flags.StringVar(&o.network.Dir, "dir", "", "")
	flags.IntVar(&o.network.Nodes, "nodes", 0, "")
	flags.StringVar(&redundancy, "redundancy", "", "")
	flags.StringVar(&redundancy, "rs", "", "")
	flags.StringVar(&o.network.Listen, "listen", "", "")
	flags.BoolVar(&o.network.NoSync, "no-sync", false, "")
	flags.BoolVar(&o.network.NoNoise, "no-noise", false, "")
	flags.BoolVar(&o.network.NoFastOpen, "no-fastopen", false, "")
	flags.BoolVar(&o.network.NoDebounce, "no-debounce", false, "")
	flags.Func("limit", "", o.addLimit)
	flags.StringVar(&o.network.Preset, "limits", "", "")
	flags.BoolVar(&wan, "wan", false, "")
	flags.BoolVar(&o.exitWithStdin, "exit-with-stdin", false, "")
	flags.BoolVar(&o.verbose, "verbose", false, "")
	if err := flags.Parse(args); err != nil {
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
	return o, cmp.Or(o.checkNodes(given), o.checkRedundancy(given, redundancy), o.checkLimits(given), o.checkListen(given))
}

// addLimit adds a limit of the first project.
func (o *runOptions) addLimit(text string) error {
	name, value, err := admin.ParseLimit(text)
	if err != nil {
		return err
	}
	if o.network.Limits == nil {
		o.network.Limits = admin.Limits{}
	}
	o.network.Limits[name] = value
	return nil
}

// The checks refuse values that cannot work, before anything is started.

func (o *runOptions) checkNodes(given map[string]bool) error {
	if given["dir"] && o.network.Dir == "" {
		return errors.New("--dir must not be empty")
	}
	if given["nodes"] && (o.network.Nodes < 1 || o.network.Nodes > network.MaxNodes) {
		return fmt.Errorf("--nodes must be between 1 and %d, not %d", network.MaxNodes, o.network.Nodes)
	}
	return nil
}

func (o *runOptions) checkRedundancy(given map[string]bool, text string) error {
	if !given["redundancy"] && !given["rs"] {
		return nil
	}
	redundancy, err := network.ParseRedundancy(text)
	if err != nil {
		return fmt.Errorf("--redundancy %s: %w", text, err)
	}
	nodes, total := o.network.Nodes, int(redundancy.Total)
	if nodes != 0 && total > nodes {
		return fmt.Errorf("--redundancy %s needs %d nodes, --nodes is %d", text, total, nodes)
	}
	if nodes == 0 && o.network.Dir == "" && total > network.DefaultNodes {
		return fmt.Errorf("--redundancy %s needs %d nodes; add --nodes, the default is %d", text, total, network.DefaultNodes)
	}
	o.network.Redundancy = &redundancy
	return nil
}

func (o *runOptions) checkLimits(given map[string]bool) error {
	if !given["limits"] {
		return nil
	}
	if err := admin.CheckPreset(o.network.Preset); err != nil {
		return fmt.Errorf("--limits: %w", err)
	}
	return nil
}

func (o *runOptions) checkListen(given map[string]bool) error {
	if !given["listen"] {
		return nil
	}
	address, err := net.ResolveTCPAddr("tcp", o.network.Listen)
	if err != nil || o.network.Listen == "" {
		return fmt.Errorf("--listen must be HOST:PORT, not %q", o.network.Listen)
	}
	// The access grant and the nodes' addresses contain it.
	if address.IP == nil || address.IP.IsUnspecified() {
		return fmt.Errorf("--listen %s: give the address at which clients reach this machine", o.network.Listen)
	}
	return nil
}

// ready is the line of JSON that is printed when the network is ready.
type ready struct {
	Satellite string `json:"satellite"`
	APIKey    string `json:"api_key"`
	Access    string `json:"access"`
	PID       int    `json:"pid"`
	// Edge has the addresses of the edge service, and the certificate of the first.
	Edge edgeAddresses `json:"edge"`
	// Control is secret: its token gives the right to break the network.
	Control control.Access `json:"control"`
}

// edgeAddresses are what clients need for the edge service.
type edgeAddresses struct {
	AuthService    string `json:"auth_service"`
	LinkSharing    string `json:"link_sharing"`
	CertificatePEM string `json:"certificate_pem"`
}

// stopTimeout bounds the time from a signal to the end of the process.
const stopTimeout = 1500 * time.Millisecond

// serve runs the network until a signal or the end of standard input.
func (o *runOptions) serve(std streams) error {
	// The heap is small and its garbage large: collecting less often saves a
	// tenth of the work for a few megabytes.
	debug.SetGCPercent(400)
	level := slog.LevelInfo
	if o.verbose {
		level = slog.LevelDebug
	}
	o.network.Log = slog.New(slog.NewTextHandler(std.err, &slog.HandlerOptions{Level: level}))

	stop := make(chan string, 2)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() { stop <- (<-signals).String() }()

	n, err := network.Start(o.network)
	if err != nil {
		return err
	}
	if err := printReady(std.out, n); err != nil {
		return errors.Join(err, n.Close())
	}
	if o.exitWithStdin {
		go func() {
			_, _ = io.Copy(io.Discard, std.in)
			stop <- "standard input closed"
		}()
	}
	o.network.Log.Info("stopping", "reason", <-stop)
	return closeWithin(n, stopTimeout)
}

func printReady(out io.Writer, n *network.Network) error {
	line, err := json.Marshal(ready{
		Satellite: n.URL, APIKey: n.APIKey, Access: n.Access, PID: os.Getpid(), Control: n.Control.Access,
		Edge: edgeAddresses{AuthService: n.Edge.Address, LinkSharing: n.Edge.URL, CertificatePEM: n.Edge.CertificatePEM},
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n", line)
	return err
}

// closeWithin closes the network, and returns after the timeout even if that
// takes longer: acknowledged data is on the disk already.
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
