package admin

import (
	"strings"
	"time"

	"storj.io/common/grant"
	"uplink-localnet/internal/satellite/store"
)

// GrantRequest describes a new access grant.
type GrantRequest struct {
	// Project is made if there is none with that name.
	Project string `json:"project,omitempty"`
	// Allow has some of "read", "write", "list" and "delete"; none is all.
	Allow []string `json:"allow,omitempty"`
	// Prefixes are buckets, or bucket/prefix; none is all.
	Prefixes     []string      `json:"prefixes,omitempty"`
	NotBefore    time.Time     `json:"not_before,omitzero"`
	NotAfter     time.Time     `json:"not_after,omitzero"`
	MaxObjectTTL time.Duration `json:"max_object_ttl,omitempty"`
}

// Grant is a new API key of a project and its access grant.
type Grant struct {
	Satellite string `json:"satellite"`
	Project   string `json:"project"`
	APIKey    string `json:"api_key"`
	Access    string `json:"access"`
}

// Grant makes an API key and an access grant, and the project if there is none.
func (a *Admin) Grant(request GrantRequest) (*Grant, error) {
	permission, err := request.permission()
	if err != nil {
		return nil, err
	}
	made := &Grant{Satellite: a.url, Project: request.Project}
	if made.Project == "" {
		made.Project = DefaultProject
	}
	key, err := a.createAccessIn(made.Project)
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

// createAccessIn makes another API key of the project with a name, and the
// project if there is none.
func (a *Admin) createAccessIn(project string) (made *access, err error) {
	err = a.store.Update(func(tx *store.Tx) error {
		p, err := findProject(tx, project)
		if err == nil && p == nil {
			p, err = createProject(tx, project)
		}
		if err != nil {
			return err
		}
		made, err = createAccess(tx, p)
		return err
	})
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
