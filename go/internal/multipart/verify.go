package multipart

import (
	"bytes"
	"context"
	"errors"
	_ "unsafe" // for go:linkname

	"storj.io/common/base58"
	"storj.io/common/paths"
	"storj.io/picobuf"
	"storj.io/uplink"
	"storj.io/uplink/private/metaclient"
)

// A satellite takes the bucket and the encrypted key of an upload from its ID alone. With another
// bucket, key or passphrase it would store an object that nobody can decrypt.

// Shown reports whether the ID of the upload shows its bucket and its key, so that Verify makes no
// call. IDs of satellites do.
func (u Upload) Shown(p *uplink.Project) bool {
	id, path, err := u.encoded(p)
	return err != nil || placeOf(id) == place{u.Bucket, path}
}

// Verify returns an error if the ID is that of an upload with another bucket or key. If the ID does
// not show them, it looks for the ID among the pending uploads of the key. An access that does not
// allow to list them only gets an error for an ID that shows another bucket or key.
func Verify(ctx context.Context, p *uplink.Project, u Upload) error {
	id, path, err := u.encoded(p)
	if err != nil {
		return nil // the call on the upload returns it
	}
	shown := placeOf(id)
	if shown == (place{u.Bucket, path}) {
		return nil
	}
	found, err := isListed(ctx, p, u, path, id)
	switch {
	case errors.Is(err, uplink.ErrPermissionDenied) && shown == place{}:
		return nil
	case err != nil && !errors.Is(err, uplink.ErrPermissionDenied):
		return err
	case !found:
		return notFound("the upload ID is that of another bucket, key or passphrase")
	}
	return nil
}

// encoded returns the decoded ID and the encrypted key.
func (u Upload) encoded(p *uplink.Project) (id []byte, path string, err error) {
	id, version, err := base58.CheckDecode(u.ID)
	if err != nil || version != 1 {
		return nil, "", uplink.ErrUploadIDInvalid
	}
	encrypted, err := encryptPath(p, u.Bucket, u.Key)
	return id, encrypted.Raw(), err
}

// place is the bucket and the encrypted key of an upload.
type place struct{ bucket, path string }

// placeOf returns what an ID shows, or the zero place.
func placeOf(id []byte) place {
	const bucketField, pathField = 1, 2
	var bucket, path []byte
	decoder := picobuf.NewDecoder(id)
	decoder.Loop(func(d *picobuf.Decoder) {
		d.Bytes(bucketField, &bucket)
		d.Bytes(pathField, &path)
	})
	if decoder.Err() != nil || len(bucket) == 0 || len(path) == 0 {
		return place{}
	}
	return place{string(bucket), string(path)}
}

// isListed reports whether the satellite lists the ID among the pending uploads of the key.
func isListed(ctx context.Context, p *uplink.Project, u Upload, path string, id []byte) (found bool, err error) {
	err = eachPending(ctx, p, u.Bucket, u.Key, path, func(listed []byte) bool {
		found = bytes.Equal(listed, id)
		return !found
	})
	return found, err
}

//go:linkname encryptPath storj.io/uplink.encryptPath
func encryptPath(p *uplink.Project, bucket, key string) (paths.Encrypted, error)

//go:linkname dialMetainfoClient storj.io/uplink.dialMetainfoClient
func dialMetainfoClient(ctx context.Context, p *uplink.Project) (*metaclient.Client, error)

//go:linkname convertKnownErrors storj.io/uplink.convertKnownErrors
func convertKnownErrors(err error, bucket, key string) error
