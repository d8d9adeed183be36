// Package folder is the folder of a network: its settings, its identities, and
// the places of its data.
package folder

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"uplink-localnet/internal/control"
)

// Folder is the folder of a network:
//
//	network.json      the settings of the network
//	metadata.db       the satellite's metadata
//	satellite/        the satellite's identity
//	nodes/00/         a node's identity, and pieces/
//	edge/             the certificate of the edge service
//	control.json      while the network runs: the control port and its token
type Folder struct {
	dir       string
	temporary bool
	// nodes is the number of nodes in the settings, 0 for a new network.
	nodes int
}

// Open opens the folder of a network, which may be new. For dir "" it makes a
// temporary folder.
func Open(dir string) (*Folder, error) {
	if dir == "" {
		tmp, err := os.MkdirTemp("", "uplink-localnet-")
		if err != nil {
			return nil, err
		}
		return &Folder{dir: tmp, temporary: true}, nil
	}
	full, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(full, 0o700); err != nil {
		return nil, err
	}
	f := &Folder{dir: full}
	if err := f.refuseShared(); err != nil {
		return nil, err
	}
	return f, f.refuseForeign()
}

// OpenExisting opens the folder of a network, and returns its settings.
func OpenExisting(dir string) (*Folder, *Settings, error) {
	full, err := filepath.Abs(dir)
	if err != nil {
		return nil, nil, err
	}
	f := &Folder{dir: full}
	s, err := f.Load()
	if err != nil {
		return nil, nil, err
	}
	if s == nil {
		return nil, nil, fmt.Errorf("there is no network in %s", dir)
	}
	return f, s, f.refuseShared()
}

// Close removes a temporary folder.
func (f *Folder) Close() error {
	if !f.temporary {
		return nil
	}
	return os.RemoveAll(f.dir)
}

// Temporary reports whether the folder is removed when the network stops.
func (f *Folder) Temporary() bool { return f.temporary }

// Path returns the folder's absolute path.
func (f *Folder) Path() string { return f.dir }

// Metadata returns the path of the satellite's metadata.
func (f *Folder) Metadata() string { return filepath.Join(f.dir, "metadata.db") }

// Pieces returns the path of a node's pieces.
func (f *Folder) Pieces(n int) string { return filepath.Join(f.node(n), "pieces") }

func (f *Folder) satellite() string { return filepath.Join(f.dir, "satellite") }
func (f *Folder) node(n int) string { return filepath.Join(f.dir, "nodes", fmt.Sprintf("%02d", n)) }
func (f *Folder) edge() string      { return filepath.Join(f.dir, "edge") }
func (f *Folder) settings() string  { return filepath.Join(f.dir, settingsFile) }
func (f *Folder) control() string   { return filepath.Join(f.dir, control.FileName) }

// Used reports whether there is a network in the folder.
func (f *Folder) Used() bool {
	_, err := os.Lstat(f.settings())
	return err == nil
}

// refuseShared refuses a folder that other users may write to: they could put
// links there, and make the network write somewhere else.
func (f *Folder) refuseShared() error {
	info, err := os.Stat(f.dir)
	if err != nil {
		return err
	}
	if why := sharedBecause(info); why != "" {
		return fmt.Errorf("other users may write to %s (%s): give a folder that is not there yet, or take the right away from them with \"chmod go-w\"", f.dir, why)
	}
	return nil
}

// refuseForeign refuses a folder with other files and no network. The files of
// an interrupted first start are the network's own.
func (f *Folder) refuseForeign() error {
	if f.Used() {
		return nil
	}
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		switch entry.Name() {
		case "metadata.db", "satellite", "nodes", "edge", settingsFile + newSuffix, control.FileName:
		default:
			return fmt.Errorf("%s holds other files (%s) and no network: give an empty folder", f.dir, entry.Name())
		}
	}
	return nil
}

// SaveControl writes how the control port is reached, for other programs of
// this user.
func (f *Folder) SaveControl(access control.Access) error {
	if f.temporary {
		return nil
	}
	data, err := json.Marshal(access)
	if err != nil {
		return err
	}
	return f.write(f.control(), append(data, '\n'))
}

// RemoveControl removes what SaveControl wrote.
func (f *Folder) RemoveControl() error {
	if err := os.Remove(f.control()); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
