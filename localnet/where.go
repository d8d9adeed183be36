package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"uplink-localnet/internal/control"
)

// tokenVariable holds the token for --control: all users of the machine could
// read it on a command line.
const tokenVariable = "UPLINK_LOCALNET_TOKEN"

// where is the network that a command works on: its folder, or the address of
// its control port.
type where struct{ dir, address string }

// addFlags adds the flags that name the network.
func (w *where) addFlags(flags *flag.FlagSet) {
	flags.StringVar(&w.dir, "dir", "", "")
	flags.StringVar(&w.address, "control", "", "")
}

// check refuses a command line that names no network, or two.
func (w *where) check() error {
	if (w.dir == "") == (w.address == "") {
		return errors.New("name the network with either --dir or --control")
	}
	return nil
}

// access returns the control port of the running network.
func (w *where) access() (*control.Access, error) {
	if w.address != "" {
		return &control.Access{Address: w.address, Token: os.Getenv(tokenVariable)}, nil
	}
	access, err := control.ReadFile(filepath.Join(w.dir, control.FileName))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("no network runs in %s", w.dir)
	}
	return access, err
}

// parseFlags adds the flags that name the network, parses all flags, and returns
// the arguments that are no flags.
func (w *where) parseFlags(flags *flag.FlagSet, args []string) ([]string, error) {
	w.addFlags(flags)
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	return flags.Args(), w.check()
}

// call sends a request to the running network.
func (w *where) call(method, path string, request, reply any) error {
	access, err := w.access()
	if err != nil {
		return err
	}
	return access.Call(context.Background(), method, path, request, reply)
}
