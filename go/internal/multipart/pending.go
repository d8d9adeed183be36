package multipart

import (
	"context"

	"github.com/zeebo/errs"

	"storj.io/common/base58"
	"storj.io/uplink"
	"storj.io/uplink/private/metaclient"
)

// PendingOf returns the IDs of the pending uploads of a key. Unlike the listing of uploads of Go's
// library, it also finds those of a key that ends in a slash.
func PendingOf(ctx context.Context, p *uplink.Project, bucket, key string) (ids []string, err error) {
	path, err := encryptPath(p, bucket, key)
	if err != nil {
		return nil, convertKnownErrors(err, bucket, key)
	}
	err = eachPending(ctx, p, bucket, key, path.Raw(), func(id []byte) bool {
		ids = append(ids, base58.CheckEncode(id, 1))
		return true
	})
	return ids, err
}

// eachPending calls use with the decoded ID of each pending upload of a key, until it returns false.
func eachPending(ctx context.Context, p *uplink.Project, bucket, key, path string, use func(id []byte) bool,
) (err error) {
	client, err := dialMetainfoClient(ctx, p)
	if err != nil {
		return convertKnownErrors(err, bucket, key)
	}
	defer func() { err = errs.Combine(err, client.Close()) }()
	params := metaclient.ListPendingObjectStreamsParams{Bucket: []byte(bucket), EncryptedObjectKey: []byte(path)}
	for {
		page, err := client.ListPendingObjectStreams(ctx, params)
		if err != nil {
			return convertKnownErrors(err, bucket, key)
		}
		for _, item := range page.Items {
			if !use(item.StreamID) {
				return nil
			}
			params.EncryptedCursor = item.StreamID
		}
		if !page.More || len(page.Items) == 0 {
			return nil
		}
	}
}
