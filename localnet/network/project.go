package network

import (
	"crypto/rand"
	"errors"
	"time"

	"storj.io/common/grant"
	"storj.io/common/macaroon"
	"storj.io/common/storj"
	"uplink-localnet/satellite/store"
)

// access is what users need to reach the network's project.
type access struct {
	APIKey  string
	RootKey storj.Key
}

const (
	apiKeySetting  = "first-api-key"
	rootKeySetting = "first-root-key"
)

// loadAccess reads the key of the first project, or makes project and key.
func loadAccess(db *store.Store) (*access, error) {
	found := new(access)
	err := db.View(func(tx *store.Tx) error {
		found.APIKey = string(tx.Setting(apiKeySetting))
		copy(found.RootKey[:], tx.Setting(rootKeySetting))
		return nil
	})
	if err != nil || found.APIKey != "" {
		return found, err
	}
	return createAccess(db)
}

func createAccess(db *store.Store) (*access, error) {
	now := time.Now().UTC()
	project := &store.Project{PublicID: make([]byte, 16), Salt: make([]byte, 32), Created: now}
	secret := make([]byte, 32)
	var rootKey storj.Key
	for _, random := range [][]byte{project.ID[:], project.PublicID, project.Salt, secret, rootKey[:]} {
		if _, err := rand.Read(random); err != nil {
			return nil, err
		}
	}
	key, err := macaroon.NewAPIKey(secret)
	if err != nil {
		return nil, err
	}
	made := &access{APIKey: key.Serialize(), RootKey: rootKey}
	return made, db.Update(func(tx *store.Tx) error {
		return errors.Join(
			tx.PutProject(project),
			tx.PutAPIKey(&store.APIKey{Head: key.Head(), Secret: secret, Project: project.ID, Name: "first", Created: now}),
			tx.SetSetting(apiKeySetting, []byte(made.APIKey)),
			tx.SetSetting(rootKeySetting, rootKey[:]),
		)
	})
}

// grantFor serializes an access grant for the satellite. Its root key is
// random: deriving one from a passphrase would take longer than all the rest.
func (a *access) grantFor(satelliteURL string) (string, error) {
	key, err := macaroon.ParseAPIKey(a.APIKey)
	if err != nil {
		return "", err
	}
	enc := grant.NewEncryptionAccessWithDefaultKey(&a.RootKey)
	enc.SetDefaultPathCipher(storj.EncAESGCM)
	enc.LimitTo(key)
	return (&grant.Access{SatelliteAddress: satelliteURL, APIKey: key, EncAccess: enc}).Serialize()
}
