package folder

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"uplink-localnet/internal/satellite/store"
)

const settingsFile = "network.json"

// Settings are what a network keeps from start to start.
type Settings struct {
	Version int `json:"version"`
	Nodes   int `json:"nodes"`
	// Redundancy has another name in the file than elsewhere, because folders
	// of earlier versions have it.
	Redundancy string `json:"rs"`
	// Listen is the satellite's address.
	Listen string `json:"listen"`
	// AuthService and LinkSharing are the addresses of the edge service.
	AuthService string `json:"auth_service,omitempty"`
	LinkSharing string `json:"link_sharing,omitempty"`
}

const settingsVersion = 1

// Load returns the settings, or nil if the folder holds no network yet.
func (f *Folder) Load() (*Settings, error) {
	data, err := os.ReadFile(f.settings())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s := new(Settings)
	if err := json.Unmarshal(data, s); err != nil || s.Nodes < 1 {
		return nil, &store.DamagedError{Path: f.settings(), Reason: "it is not what a network writes"}
	}
	if s.Version != settingsVersion {
		return nil, fmt.Errorf("%s was made by another version (format %d, this version reads %d)", f.dir, s.Version, settingsVersion)
	}
	f.nodes = s.Nodes
	return s, nil
}

// Save writes the settings. From then on the folder holds a network.
func (f *Folder) Save(s *Settings) error {
	if f.temporary {
		return nil
	}
	if err := syncFolder(filepath.Join(f.dir, "nodes")); err != nil {
		return err
	}
	s.Version = settingsVersion
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return f.write(f.settings(), append(data, '\n'))
}
