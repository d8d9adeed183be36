package network

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"uplink-localnet/internal/control"
	"uplink-localnet/internal/satellite/store"
)

// folder is where a network lives:
//
//	network.json      what was chosen when it was made
//	metadata.db       the satellite's metadata
//	satellite/        the satellite's identity
//	nodes/00/         a node's identity, and pieces/
//	control.json      while it runs: where it is told what to do, and the token
type folder struct {
	dir       string
	temporary bool
	// nodes is how many nodes it has from before.
	nodes int
}

const settingsFile = "network.json"

// settings is what a restarted network has to know.
type settings struct {
	Version int    `json:"version"`
	Nodes   int    `json:"nodes"`
	Scheme  string `json:"rs"`
	Listen  string `json:"listen"`
}

const settingsVersion = 1

// openFolder opens a network's folder, or makes a temporary one for dir "".
func openFolder(dir string) (*folder, error) {
	if dir == "" {
		tmp, err := os.MkdirTemp("", "uplink-localnet-")
		if err != nil {
			return nil, err
		}
		return &folder{dir: tmp, temporary: true}, nil
	}
	full, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(full, 0o700); err != nil {
		return nil, err
	}
	f := &folder{dir: full}
	return f, f.refuseShared()
}

// refuseShared keeps the network out of folders that others may write to: they
// could put links there, and have the network write somewhere else.
func (f *folder) refuseShared() error {
	info, err := os.Stat(f.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // for others to say
	}
	if err != nil {
		return err
	}
	if why := sharedBecause(info); why != "" {
		return fmt.Errorf("other users may write to %s (%s): give a folder that is not there yet, or take the right away from them with \"chmod go-w\"", f.dir, why)
	}
	return nil
}

// used reports whether there is a network in the folder.
func (f *folder) used() bool {
	_, err := os.Lstat(f.settingsPath())
	return err == nil
}

// close removes a temporary folder.
func (f *folder) close() error {
	if !f.temporary {
		return nil
	}
	return os.RemoveAll(f.dir)
}

func (f *folder) metadata() string     { return filepath.Join(f.dir, "metadata.db") }
func (f *folder) satellite() string    { return filepath.Join(f.dir, "satellite") }
func (f *folder) node(n int) string    { return filepath.Join(f.dir, "nodes", fmt.Sprintf("%02d", n)) }
func (f *folder) pieces(n int) string  { return filepath.Join(f.node(n), "pieces") }
func (f *folder) settingsPath() string { return filepath.Join(f.dir, settingsFile) }
func (f *folder) control() string      { return filepath.Join(f.dir, control.FileName) }

// load reads the settings, nil when the folder holds no network yet.
func (f *folder) load() (*settings, error) {
	data, err := os.ReadFile(f.settingsPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s := new(settings)
	if err := json.Unmarshal(data, s); err != nil || s.Nodes < 1 {
		return nil, &store.DamagedError{Path: f.settingsPath(), Reason: "it is not what a network writes"}
	}
	if s.Version != settingsVersion {
		return nil, fmt.Errorf("%s was made by another version (format %d, this one knows %d)", f.dir, s.Version, settingsVersion)
	}
	f.nodes = s.Nodes
	return s, nil
}

// refuseForeign keeps the network out of folders with other things in them.
// What an interrupted first start leaves behind is our own.
func (f *folder) refuseForeign() error {
	if f.used() {
		return nil
	}
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		switch entry.Name() {
		case "metadata.db", "satellite", "nodes", settingsFile + newSuffix, control.FileName:
		default:
			return fmt.Errorf("%s holds other files (%s) and no network: give an empty folder", f.dir, entry.Name())
		}
	}
	return nil
}

func (f *folder) save(s *settings) error {
	if f.temporary {
		return nil
	}
	if err := syncFolder(filepath.Join(f.dir, "nodes")); err != nil {
		return err
	}
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return f.write(f.settingsPath(), append(data, '\n'))
}

// saveControl tells others on this machine, if they may read the folder, how to
// talk to the network while it runs.
func (f *folder) saveControl(access control.Access) error {
	if f.temporary {
		return nil
	}
	data, err := json.Marshal(access)
	if err != nil {
		return err
	}
	return f.write(f.control(), append(data, '\n'))
}

func (f *folder) forgetControl() error {
	if err := os.Remove(f.control()); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

const newSuffix = ".new"

// write replaces a file such that a crash leaves the old or the new one.
func (f *folder) write(path string, data []byte) error {
	// What a killed process left, or a link.
	if err := os.Remove(path + newSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := os.OpenFile(path+newSuffix, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+newSuffix, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
