package network

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"storj.io/common/grant"
	"storj.io/common/macaroon"
	"storj.io/common/storj"
	"uplink-localnet/internal/satellite/store"
)

// access is what users need to reach a project.
type access struct {
	APIKey  string
	RootKey storj.Key
}

// The first project's key is what a network prints when it is ready. Further
// projects have a root key each, and API keys as many as are asked for.
const (
	apiKeySetting  = "first-api-key"
	rootKeySetting = "first-root-key"
)

func rootKeyOf(project store.ProjectID) string { return "root-key-" + hex.EncodeToString(project[:]) }

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
	err = db.Update(func(tx *store.Tx) error {
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

func createProject(tx *store.Tx, name string) (*store.Project, error) {
	p := &store.Project{Name: name, PublicID: make([]byte, 16), Salt: make([]byte, 16), Created: time.Now().UTC(), Limits: newLimits(tx)}
	var rootKey storj.Key
	for _, random := range [][]byte{p.ID[:], p.PublicID, p.Salt, rootKey[:]} {
		if _, err := rand.Read(random); err != nil {
			return nil, err
		}
	}
	return p, errors.Join(tx.PutProject(p), tx.SetSetting(rootKeyOf(p.ID), rootKey[:]))
}

// createAccess makes a further API key for a project.
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
	rootKey := tx.Setting(rootKeyOf(project.ID))
	if rootKey == nil {
		// A network of an earlier version has one project only.
		rootKey = tx.Setting(rootKeySetting)
	}
	copy(made.RootKey[:], rootKey)
	return made, tx.PutAPIKey(&store.APIKey{
		Head: key.Head(), Secret: secret, Project: project.ID, Name: projectName(project), Created: time.Now().UTC(),
	})
}

// grantFor makes an access grant for the satellite. Its root key is random:
// deriving one from a passphrase would take longer than all the rest.
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

// GrantRequest says what a new access grant is for.
type GrantRequest struct {
	// Project is made when there is none with that name.
	Project string `json:"project,omitempty"`
	// Allow has some of "read", "write", "list" and "delete"; none is all.
	Allow []string `json:"allow,omitempty"`
	// Prefixes are buckets, or bucket/prefix; none is all.
	Prefixes     []string      `json:"prefixes,omitempty"`
	NotBefore    time.Time     `json:"not_before,omitzero"`
	NotAfter     time.Time     `json:"not_after,omitzero"`
	MaxObjectTTL time.Duration `json:"max_object_ttl,omitempty"`
}

// Grant is a new key to a project.
type Grant struct {
	Satellite string `json:"satellite"`
	Project   string `json:"project"`
	APIKey    string `json:"api_key"`
	Access    string `json:"access"`
}

// Grant makes an API key and an access grant, and a project if need be.
func (a *Admin) Grant(request GrantRequest) (*Grant, error) {
	permission, err := request.permission()
	if err != nil {
		return nil, err
	}
	made := &Grant{Satellite: a.url, Project: request.Project}
	if made.Project == "" {
		made.Project = DefaultProject
	}
	var key *access
	err = a.store.Update(func(tx *store.Tx) error {
		p, err := findProject(tx, made.Project)
		if err == nil && p == nil {
			p, err = createProject(tx, made.Project)
		}
		if err != nil {
			return err
		}
		key, err = createAccess(tx, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	full, err := key.grantFor(a.url)
	if err != nil {
		return nil, err
	}
	if request.restricts() {
		if full, err = full.Restrict(permission, request.sharePrefixes()...); err != nil {
			return nil, &UsageError{err.Error()}
		}
	}
	made.APIKey = full.APIKey.Serialize()
	made.Access, err = full.Serialize()
	return made, err
}

func (r *GrantRequest) restricts() bool {
	return len(r.Allow) > 0 || len(r.Prefixes) > 0 || !r.NotBefore.IsZero() || !r.NotAfter.IsZero() || r.MaxObjectTTL != 0
}

func (r *GrantRequest) permission() (grant.Permission, error) {
	p := grant.Permission{NotBefore: r.NotBefore, NotAfter: r.NotAfter}
	if r.MaxObjectTTL < 0 {
		return p, usageErrorf("the longest time to live of objects must not be negative")
	}
	if r.MaxObjectTTL > 0 {
		p.MaxObjectTTL = &r.MaxObjectTTL
	}
	allow := r.Allow
	if len(allow) == 0 {
		allow = []string{"read", "write", "list", "delete"}
	}
	for _, name := range allow {
		switch name {
		case "read":
			p.AllowDownload = true
		case "write":
			p.AllowUpload = true
		case "list":
			p.AllowList = true
		case "delete":
			p.AllowDelete = true
		default:
			return p, usageErrorf("unknown permission %q; there are read, write, list and delete", name)
		}
	}
	return p, nil
}

func (r *GrantRequest) sharePrefixes() (list []grant.SharePrefix) {
	for _, prefix := range r.Prefixes {
		bucket, rest, _ := strings.Cut(prefix, "/")
		list = append(list, grant.SharePrefix{Bucket: bucket, Prefix: rest})
	}
	return list
}
