package stream

import (
	"testing"
	"time"

	"storj.io/common/storj"
	"storj.io/uplink/private/bucket"
	"storj.io/uplink/private/metaclient"
	private "storj.io/uplink/private/multipart"
	"storj.io/uplink/private/object"

	"libuplink/internal/multipart"
	"libuplink/internal/objects"
	"libuplink/internal/project/projecttest"
)

// It needs a network: UPLINK_TEST_ACCESS.
func TestLocksAreStored(t *testing.T) {
	p := projecttest.Open(t)
	const name = "libuplink-locks"
	created := bucket.CreateBucketWithObjectLockParams{Name: name, ObjectLockEnabled: true}
	if _, err := bucket.CreateBucketWithObjectLock(p.Context, p.Project, created); err != nil {
		t.Fatal(err)
	}
	retention := metaclient.Retention{Mode: storj.GovernanceMode, RetainUntil: time.Now().Add(time.Hour).Truncate(time.Second)}
	uploads := map[string]func(key string) (*objects.Record, error){
		"object": func(key string) (*objects.Record, error) {
			u, err := OpenUpload(t.Context(), p, Object{
				Bucket: name, Key: key, Options: Options{Retention: retention, LegalHold: true},
			})
			if err != nil {
				return nil, err
			}
			return u.Commit(t.Context())
		},
		"multipart": func(key string) (*objects.Record, error) {
			options := &private.UploadOptions{Retention: retention, LegalHold: true}
			info, err := multipart.Begin(p.Context, p.Project, name, key, options)
			if err != nil {
				return nil, err
			}
			return multipart.Commit(p.Context, p.Project, multipart.Upload{Bucket: name, Key: key, ID: info.UploadID}, nil)
		},
	}
	for key, upload := range uploads {
		if _, err := upload(key); err != nil {
			t.Fatal(key, err)
		}
		record, err := objects.Stat(p.Context, p.Project, objects.Place{Bucket: name, Key: key}, nil)
		if err != nil {
			t.Fatal(key, err)
		}
		if record.LegalHold == nil || !*record.LegalHold || record.Retention == nil ||
			record.Retention.Mode != retention.Mode || !record.Retention.RetainUntil.Equal(retention.RetainUntil) {
			t.Errorf("%s: %+v", key, record)
		}
		if err := object.SetObjectLegalHold(p.Context, p.Project, name, key, record.Version, false); err != nil {
			t.Fatal(key, err)
		}
		options := &object.DeleteObjectOptions{BypassGovernanceRetention: true}
		if _, err := object.DeleteObject(p.Context, p.Project, name, key, record.Version, options); err != nil {
			t.Fatal(key, err)
		}
	}
	if _, err := p.DeleteBucket(p.Context, name); err != nil {
		t.Error(err)
	}
}
