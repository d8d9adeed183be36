package admin

import (
	"crypto/rand"
	"errors"
	"time"

	"storj.io/common/grant"
	"storj.io/common/macaroon"
	"storj.io/common/storj"
	"uplink-localnet/internal/satellite/store"
)

// access has the secrets of an access grant: an API key and the project's
// encryption key.
type access struct {
	APIKey  string
	RootKey storj.Key
}

// These settings have the access that a network prints when it is ready.
const (
	apiKeySetting  = "first-api-key"
	rootKeySetting = "first-root-key"
)

// FirstAccess returns the API key of the first project, and an access grant for
// all of the project. The first time it makes both, and the project.
func (a *Admin) FirstAccess() (apiKey, serialized string, err error) {
	first, err := a.loadAccess()
	if err != nil {
		return "", "", err
	}
	full, err := first.grantFor(a.url)
	if err != nil {
		return "", "", err
	}
	serialized, err = full.Serialize()
	return first.APIKey, serialized, err
}

func (a *Admin) loadAccess() (*access, error) {
	found := new(access)
	err := a.store.View(func(tx *store.Tx) error {
		found.APIKey = string(tx.Setting(apiKeySetting))
		copy(found.RootKey[:], tx.Setting(rootKeySetting))
		return nil
	})
	if err != nil || found.APIKey != "" {
		return found, err
	}
	err = a.store.Update(func(tx *store.Tx) error {
		project, err := createProject(tx, DefaultProject)
		if err != nil {
			return err
		}
		if found, err = createAccess(tx, project); err != nil {
			return err
		}
		return errors.Join(
			tx.SetSetting(apiKeySetting, []byte(found.APIKey)),
			tx.SetSetting(rootKeySetting, found.RootKey[:]),
		)
	})
	return found, err
}

// createAccess makes another API key of a project.
func createAccess(tx *store.Tx, project *store.Project) (*access, error) {
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return nil, err
	}
	key, err := macaroon.NewAPIKey(secret)
	if err != nil {
		return nil, err
	}
	made := &access{APIKey: key.Serialize()}
	rootKey := tx.Setting(rootKeySettingOf(project.ID))
	if rootKey == nil {
		// A network of an earlier version has one project only.
		rootKey = tx.Setting(rootKeySetting)
	}
	copy(made.RootKey[:], rootKey)
	return made, tx.PutAPIKey(&store.APIKey{
		Head: key.Head(), Secret: secret, Project: project.ID, Name: projectName(project), Created: time.Now().UTC(),
	})
}

// grantFor makes an access grant for the satellite. Its root key is random: to
// derive one from a passphrase would take longer than the network's start.
func (a *access) grantFor(satelliteURL string) (*grant.Access, error) {
	key, err := macaroon.ParseAPIKey(a.APIKey)
	if err != nil {
		return nil, err
	}
	enc := grant.NewEncryptionAccessWithDefaultKey(&a.RootKey)
	enc.SetDefaultPathCipher(storj.EncAESGCM)
	enc.LimitTo(key)
	return &grant.Access{SatelliteAddress: satelliteURL, APIKey: key, EncAccess: enc}, nil
}

// RevokeRequest names an API key or an access grant.
type RevokeRequest struct {
	Key string `json:"key"`
}

// Revoke makes an API key or an access grant worthless, and all keys that were
// made from it.
func (a *Admin) Revoke(serialized string) error {
	var raw []byte
	if access, err := grant.ParseAccess(serialized); err == nil {
		raw = access.APIKey.SerializeRaw()
	} else if key, err := macaroon.ParseAPIKey(serialized); err == nil {
		raw = key.SerializeRaw()
	}
	key, err := macaroon.ParseMacaroon(raw)
	if err != nil {
		return usageErrorf("this is neither an API key nor an access grant")
	}
	return a.store.Update(func(tx *store.Tx) error {
		root, err := tx.APIKey(key.Head())
		if err != nil {
			return err
		}
		if root == nil || !key.Validate(root.Secret) {
			return usageErrorf("this API key is not of this network")
		}
		return tx.Revoke(key.Tail(), time.Now())
	})
}
