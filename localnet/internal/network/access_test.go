package network_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	_ "unsafe" // for go:linkname

	"storj.io/common/grant"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/uplink"
	"uplink-localnet/internal/network"
)

func TestRequestAccess(t *testing.T) {
	n, p := project(t, "shared")
	ctx := timeout(t)
	first, err := uplink.RequestAccessWithPassphrase(ctx, n.URL, n.APIKey, "a passphrase")
	check(t, err)
	again, err := uplink.RequestAccessWithPassphrase(ctx, n.URL, n.APIKey, "a passphrase")
	check(t, err)
	wrong, err := uplink.RequestAccessWithPassphrase(ctx, n.URL, n.APIKey, "another one")
	check(t, err)

	data := random(20_000, 1)
	mustPut(t, openAccess(t, first), "shared", "folder/key", data)
	sameBytes(t, mustGet(t, openAccess(t, again), "shared", "folder/key"), data)
	for _, other := range []*uplink.Project{p, openAccess(t, wrong)} {
		if _, err := other.StatObject(ctx, "shared", "folder/key"); !errors.Is(err, uplink.ErrObjectNotFound) {
			t.Errorf("seen with another root key: %v", err)
		}
		if got := keys(t, other.ListObjects(ctx, "shared", nil)); len(got) != 0 {
			t.Errorf("listed with another root key: %q", got)
		}
	}
	otherKey := start(t, network.Config{}).APIKey
	if _, err := uplink.RequestAccessWithPassphrase(ctx, n.URL, otherKey, "p"); !errors.Is(err, uplink.ErrPermissionDenied) {
		t.Errorf("the key of another network: %v", err)
	}
}

// permitted tries everything under a prefix, and returns what succeeded.
func permitted(t testing.TB, p *uplink.Project, existing, fresh string) string {
	ctx := timeout(t)
	var allowed []string
	try := func(name string, err error) {
		switch {
		case err == nil:
			allowed = append(allowed, name)
		case !errors.Is(err, uplink.ErrPermissionDenied):
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := get(p, ctx, "bucket", existing, nil)
	try("get", err)
	_, err = p.StatObject(ctx, "bucket", existing)
	try("stat", err)
	it := p.ListObjects(ctx, "bucket", &uplink.ListObjectsOptions{Prefix: existing[:strings.IndexByte(existing, '/')+1]})
	it.Next()
	try("list", it.Err())
	try("put", put(p, ctx, "bucket", fresh, []byte("fresh"), nil))
	try("overwrite", put(p, ctx, "bucket", existing, []byte("over"), nil))
	try("overwrite large", put(p, ctx, "bucket", existing, random(10_000, 1), nil))
	_, err = p.DeleteObject(ctx, "bucket", existing)
	try("delete", err)
	return strings.Join(allowed, ", ")
}

func TestPermissions(t *testing.T) {
	n, p := project(t, "bucket")
	all := "get, stat, list, put, overwrite, overwrite large, delete"
	for _, c := range []struct {
		name       string
		permission uplink.Permission
		want       string
	}{
		{"read", uplink.Permission{AllowDownload: true}, "get, stat"},
		{"list", uplink.Permission{AllowList: true}, "stat, list"},
		{"read and list", uplink.ReadOnlyPermission(), "get, stat, list"},
		{"write", uplink.Permission{AllowUpload: true}, "put"},
		{"write and delete", uplink.WriteOnlyPermission(), "put, overwrite, overwrite large, delete"},
		{"delete", uplink.Permission{AllowDelete: true}, "delete"},
		{"full", uplink.FullPermission(), all},
		{"not yet", uplink.Permission{AllowDownload: true, AllowUpload: true, AllowList: true, AllowDelete: true, NotBefore: time.Now().Add(time.Hour)}, ""},
		{"not any more", uplink.Permission{AllowDownload: true, AllowUpload: true, AllowList: true, AllowDelete: true, NotAfter: time.Now().Add(-time.Hour)}, ""},
		{"just now", uplink.Permission{AllowDownload: true, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}, "get, stat"},
	} {
		t.Run(c.name, func(t *testing.T) {
			mustPut(t, p, "bucket", "dir/existing", []byte("here"))
			_, err := p.DeleteObject(timeout(t), "bucket", "dir/fresh")
			check(t, err)
			shared, err := parse(t, n.Access).Share(c.permission, uplink.SharePrefix{Bucket: "bucket", Prefix: "dir/"})
			check(t, err)
			if got := permitted(t, openAccess(t, shared), "dir/existing", "dir/fresh"); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestPrefixes(t *testing.T) {
	n, p := project(t, "bucket")
	ctx := timeout(t)
	for _, key := range []string{"in/a", "in/b/c", "inside/a", "out/a"} {
		mustPut(t, p, "bucket", key, []byte(key))
	}
	_, err := p.CreateBucket(ctx, "other")
	check(t, err)
	shared, err := parse(t, n.Access).Share(uplink.FullPermission(), uplink.SharePrefix{Bucket: "bucket", Prefix: "in/"})
	check(t, err)
	s := openAccess(t, shared)

	equal(t, keys(t, s.ListObjects(ctx, "bucket", &uplink.ListObjectsOptions{Prefix: "in/b/"})), []string{"in/b/c"})
	sameBytes(t, mustGet(t, s, "bucket", "in/a"), []byte("in/a"))
	for _, key := range []string{"inside/a", "out/a"} {
		if _, err := s.StatObject(ctx, "bucket", key); !errors.Is(err, uplink.ErrPermissionDenied) {
			t.Errorf("%s: %v", key, err)
		}
	}
	// A client that has all encryption keys is stopped by the satellite.
	forged := forge(t, n.Access, shared)
	for _, key := range []string{"inside/a", "out/a"} {
		if _, err := forged.StatObject(ctx, "bucket", key); !errors.Is(err, uplink.ErrPermissionDenied) {
			t.Errorf("%s: %v", key, err)
		}
		if err := put(forged, ctx, "bucket", key, []byte("x"), nil); !errors.Is(err, uplink.ErrPermissionDenied) {
			t.Errorf("%s: %v", key, err)
		}
	}
	it := forged.ListObjects(ctx, "bucket", nil)
	if it.Next() || !errors.Is(it.Err(), uplink.ErrPermissionDenied) {
		t.Errorf("listed: %v", it.Err())
	}
	_, create := forged.CreateBucket(ctx, "another")
	_, remove := forged.DeleteBucket(ctx, "other")
	_, stat := forged.StatBucket(ctx, "other")
	for i, err := range []error{create, remove, stat} {
		if !errors.Is(err, uplink.ErrPermissionDenied) {
			t.Errorf("%d: %v", i, err)
		}
	}
	_, err = forged.StatBucket(ctx, "bucket")
	check(t, err)
}

func TestDeletedUnseen(t *testing.T) {
	n, p := project(t, "bucket")
	ctx := timeout(t)
	mustPut(t, p, "bucket", "key", []byte("x"))
	blind, err := parse(t, n.Access).Share(uplink.Permission{AllowDelete: true})
	check(t, err)
	b := openAccess(t, blind)
	for _, key := range []string{"key", "no such key"} {
		deleted, err := b.DeleteObject(ctx, "bucket", key)
		check(t, err)
		if deleted != nil {
			t.Errorf("%s: returned %v", key, deleted)
		}
	}
	if _, err := p.StatObject(ctx, "bucket", "key"); !errors.Is(err, uplink.ErrObjectNotFound) {
		t.Errorf("still there: %v", err)
	}
	mustPut(t, p, "bucket", "key", []byte("x"))
	deleted, err := p.DeleteObject(ctx, "bucket", "key")
	check(t, err)
	if deleted == nil || deleted.Key != "key" || deleted.System.ContentLength != 1 {
		t.Errorf("returned %v", deleted)
	}
}

func TestRevoke(t *testing.T) {
	n, p := project(t, "bucket")
	ctx := timeout(t)
	mustPut(t, p, "bucket", "key", []byte("x"))
	child, err := parse(t, n.Access).Share(uplink.ReadOnlyPermission())
	check(t, err)
	sibling, err := parse(t, n.Access).Share(uplink.ReadOnlyPermission())
	check(t, err)
	grandchild, err := child.Share(uplink.ReadOnlyPermission(), uplink.SharePrefix{Bucket: "bucket"})
	check(t, err)

	c, g, s := openAccess(t, child), openAccess(t, grandchild), openAccess(t, sibling)
	for i, err := range []error{
		c.RevokeAccess(ctx, parse(t, n.Access)), c.RevokeAccess(ctx, child), c.RevokeAccess(ctx, sibling),
	} {
		if !errors.Is(err, uplink.ErrPermissionDenied) {
			t.Errorf("%d: %v", i, err)
		}
	}
	read := func(p *uplink.Project) error {
		_, err := get(p, ctx, "bucket", "key", nil)
		return err
	}
	check(t, errors.Join(read(c), read(g), read(s)))
	check(t, p.RevokeAccess(ctx, child))
	check(t, errors.Join(read(s), read(p)))
	for i, err := range []error{read(c), read(g)} {
		if !errors.Is(err, uplink.ErrPermissionDenied) {
			t.Errorf("%d: %v", i, err)
		}
	}
	if err := p.RevokeAccess(ctx, child); rpcstatus.Code(err) != rpcstatus.Internal {
		t.Errorf("revoked twice: %v", err)
	}
	check(t, c.RevokeAccess(ctx, grandchild)) // a revoked key still is a parent
}

func TestMaxObjectTTL(t *testing.T) {
	n, _ := project(t, "bucket")
	ctx := timeout(t)
	ttl := time.Hour
	permission := uplink.FullPermission()
	permission.MaxObjectTTL = &ttl
	shared, err := parse(t, n.Access).Share(permission)
	check(t, err)
	p := openAccess(t, shared)
	expires := func(at time.Time) (time.Time, error) {
		if err := put(p, ctx, "bucket", "key", []byte("x"), &uplink.UploadOptions{Expires: at}); err != nil {
			return time.Time{}, err
		}
		o, err := p.StatObject(ctx, "bucket", "key")
		check(t, err)
		return o.System.Expires, nil
	}
	got, err := expires(time.Time{})
	check(t, err)
	if left := time.Until(got); left < 59*time.Minute || left > ttl {
		t.Errorf("expires in %v", left)
	}
	soon := time.Now().Add(time.Minute)
	got, err = expires(soon)
	check(t, err)
	if !got.Equal(soon.Truncate(time.Microsecond)) {
		t.Errorf("expires at %v, not %v", got, soon)
	}
	if _, err := expires(time.Now().Add(2 * time.Hour)); rpcstatus.Code(err) != rpcstatus.InvalidArgument {
		t.Errorf("longer than permitted: %v", err)
	}
}

// forge combines the encryption keys of one grant with the API key of another.
func forge(t testing.TB, keys string, rights *uplink.Access) *uplink.Project {
	t.Helper()
	serialized, err := rights.Serialize()
	check(t, err)
	restricted, err := grant.ParseAccess(serialized)
	check(t, err)
	full, err := grant.ParseAccess(keys)
	check(t, err)
	full.APIKey = restricted.APIKey
	// Parsing a grant drops the keys that its rights do not need; uplink's own
	// constructor does not.
	access, err := fromInternal(full)
	check(t, err)
	return openAccess(t, access)
}

//go:linkname fromInternal storj.io/uplink.access_fromInternal
func fromInternal(*grant.Access) (*uplink.Access, error)
