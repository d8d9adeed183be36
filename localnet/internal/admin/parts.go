package admin

import (
	"errors"
	"io/fs"
	"os"

	"uplink-localnet/internal/faults"
	"uplink-localnet/internal/folder"
	"uplink-localnet/internal/satellite"
	"uplink-localnet/internal/satellite/store"
	"uplink-localnet/internal/storagenode"
)

// Running has the parts of a running network.
type Running struct {
	Satellite *satellite.Endpoint
	Pieces    []*storagenode.Pieces
	Faults    *faults.Set
	// Redundancy is the four numbers as text.
	Redundancy string
}

func (r Running) running() bool                          { return true }
func (r Running) redundancy() string                     { return r.Redundancy }
func (r Running) nodes() int                             { return len(r.Pieces) }
func (r Running) pieces() ([]*storagenode.Pieces, error) { return r.Pieces, nil }
func (r Running) calls() ([]faults.Count, error)         { return r.Faults.Counts(), nil }
func (r Running) resetMeters()                           { r.Satellite.ForgetMeters() }

func (r Running) bandwidth(id store.ProjectID, stored int64) int64 {
	return r.Satellite.Bandwidth(id, stored)
}

// stopped has the parts of a network that is stopped: its folder.
type stopped struct {
	folder   *folder.Folder
	settings *folder.Settings
}

func (s stopped) running() bool      { return false }
func (s stopped) redundancy() string { return s.settings.Redundancy }
func (s stopped) nodes() int         { return s.settings.Nodes }
func (s stopped) resetMeters()       {}

func (s stopped) bandwidth(_ store.ProjectID, stored int64) int64 { return stored }

func (s stopped) calls() ([]faults.Count, error) {
	return nil, usageErrorf("the network in %s does not run, and counts calls only while it runs", s.folder.Path())
}

// pieces opens the pieces of all nodes that have some.
func (s stopped) pieces() (list []*storagenode.Pieces, err error) {
	for i := range s.settings.Nodes {
		path := s.folder.Pieces(i)
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		pieces, err := storagenode.OpenPieces(path, true)
		if err != nil {
			return nil, err
		}
		list = append(list, pieces)
	}
	return list, nil
}
