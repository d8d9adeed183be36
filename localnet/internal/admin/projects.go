package admin

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"time"

	"storj.io/common/storj"
	"uplink-localnet/internal/satellite/store"
)

// DefaultProject is the name of the project that every network has.
const DefaultProject = "default"

// projectName returns the name of a project. The first project of an earlier
// version has none.
func projectName(p *store.Project) string {
	if p.Name == "" {
		return DefaultProject
	}
	return p.Name
}

// findProject returns the project with a name, nil if there is none. The name
// "" stands for the default project.
func findProject(tx *store.Tx, name string) (found *store.Project, err error) {
	if name == "" {
		name = DefaultProject
	}
	err = tx.EachProject(func(p *store.Project) error {
		if projectName(p) == name {
			found = p
		}
		return nil
	})
	return found, err
}

// needProject returns the project with a name, or an error if there is none.
func needProject(tx *store.Tx, name string) (*store.Project, error) {
	p, err := findProject(tx, name)
	if err == nil && p == nil {
		err = usageErrorf("there is no project %q", name)
	}
	return p, err
}

// rootKeySettingOf returns the name of the setting with a project's encryption
// key.
func rootKeySettingOf(project store.ProjectID) string {
	return "root-key-" + hex.EncodeToString(project[:])
}

// createProject makes a project with a random encryption key.
func createProject(tx *store.Tx, name string) (*store.Project, error) {
	p := &store.Project{Name: name, PublicID: make([]byte, 16), Salt: make([]byte, 16), Created: time.Now().UTC(), Limits: newLimits(tx)}
	var rootKey storj.Key
	for _, random := range [][]byte{p.ID[:], p.PublicID, p.Salt, rootKey[:]} {
		if _, err := rand.Read(random); err != nil {
			return nil, err
		}
	}
	return p, errors.Join(tx.PutProject(p), tx.SetSetting(rootKeySettingOf(p.ID), rootKey[:]))
}
