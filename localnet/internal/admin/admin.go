// Package admin does what the operator of a network asks for, while the network
// runs or while it is stopped: grants, limits, revocations, listings, status.
//
// A running network has one Admin, which is given its parts (Running) and does
// not refer to the network itself.
package admin

import (
	"errors"
	"fmt"

	"storj.io/common/storj"
	"uplink-localnet/internal/faults"
	"uplink-localnet/internal/folder"
	"uplink-localnet/internal/satellite/store"
	"uplink-localnet/internal/storagenode"
)

// Admin works on the metadata and the pieces of a network.
type Admin struct {
	store *store.Store
	// url is the satellite as id@host:port.
	url string
	// path is the network's folder.
	path  string
	parts parts
}

// parts is what differs between a running and a stopped network.
type parts interface {
	running() bool
	// redundancy returns the four numbers as text.
	redundancy() string
	nodes() int
	// pieces returns the pieces of each node.
	pieces() ([]*storagenode.Pieces, error)
	// calls counts the calls since the start.
	calls() ([]faults.Count, error)
	// bandwidth returns the downloaded bytes of a project, of which some are
	// stored already.
	bandwidth(id store.ProjectID, stored int64) int64
	// resetMeters clears counts that are not in the metadata yet.
	resetMeters()
}

// New returns the Admin of a running network.
func New(db *store.Store, url, path string, running Running) *Admin {
	return &Admin{store: db, url: url, path: path, parts: running}
}

// ErrRunning is the error of Open for a folder that a process holds: requests
// go to its control port.
var ErrRunning = errors.New("the network is running")

// Open opens the folder of a network that is stopped.
func Open(dir string) (*Admin, error) {
	f, settings, err := folder.OpenExisting(dir)
	if err != nil {
		return nil, err
	}
	id, err := f.SatelliteIdentity()
	if err != nil {
		return nil, err
	}
	db, err := store.Open(f.Metadata(), store.Options{Sync: true, Exists: true})
	if errors.Is(err, store.ErrBusy) {
		return nil, ErrRunning
	}
	if err != nil {
		return nil, err
	}
	url := storj.NodeURL{ID: id.ID, Address: settings.Listen}.String()
	return &Admin{store: db, url: url, path: f.Path(), parts: stopped{f, settings}}, nil
}

// Close closes the metadata of a network that is stopped.
func (a *Admin) Close() error { return a.store.Close() }

// UsageError is the error of a request that makes no sense.
type UsageError struct{ message string }

func (e *UsageError) Error() string { return e.message }

func usageErrorf(format string, args ...any) error { return &UsageError{fmt.Sprintf(format, args...)} }

// Calls counts the calls that came since the network was started.
func (a *Admin) Calls() ([]faults.Count, error) { return a.parts.calls() }

// Reset deletes all buckets and objects. Identity, projects, keys and limits
// stay.
func (a *Admin) Reset() error {
	if err := a.store.Update((*store.Tx).Reset); err != nil {
		return err
	}
	a.parts.resetMeters()
	list, err := a.parts.pieces()
	if err != nil {
		return err
	}
	for _, pieces := range list {
		if err := pieces.Clear(); err != nil {
			return err
		}
	}
	return nil
}
