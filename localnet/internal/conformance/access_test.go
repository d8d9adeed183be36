package conformance_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"storj.io/common/macaroon"
	"storj.io/common/storj"
	"storj.io/uplink"
	privateProject "storj.io/uplink/private/project"
)

// access opens projects with valid and invalid keys.
func (f *family) access() {
	request := func(name, sat, key string) {
		f.call(name, func(ctx context.Context) (any, error) {
			_, err := uplink.RequestAccessWithPassphrase(ctx, sat, key, "pass")
			return nil, err
		})
	}
	request("request access", f.satellite, f.apiKey)
	request("request access, garbage key", f.satellite, "garbage")
	request("request access, empty key", f.satellite, "")
	good := must(macaroon.ParseAPIKey(f.apiKey))
	keys := unusableKeys(good)
	request("request access, unknown key", f.satellite, keys.unknown.Serialize())
	raw := good.SerializeRaw()
	raw[len(raw)-1] ^= 1
	if bad, err := macaroon.ParseRawAPIKey(raw); err == nil {
		request("request access, wrong signature", f.satellite, bad.Serialize())
	}
	request("request access, expired key", f.satellite, keys.expired.Serialize())
	request("request access, key not yet good", f.satellite, keys.early.Serialize())
	request("request access, key without permissions", f.satellite, keys.nothing.Serialize())
	_, address, _ := strings.Cut(f.satellite, "@")
	request("request access, no node id", address, f.apiKey)
	request("request access, other node id", "12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@"+address, f.apiKey)
	f.call("project info", func(ctx context.Context) (any, error) {
		info, err := privateProject.GetProjectInfo(ctx, uplink.Config{}, f.root)
		return fmt.Sprintf("salt=%d publicID=%d", len(info.Salt), len(info.PublicId)), err
	})
	open := func(key *macaroon.APIKey) actor { return openAccess(f.grant(storj.EncAESGCM, key.Serialize())) }
	f.call("list buckets, key unknown", open(keys.unknown).listBuckets(nil))
	f.call("upload, key unknown", open(keys.unknown).put("some-bucket", "k", data(10), nil, nil))
	f.call("revoke, key unknown", open(keys.unknown).revoke(must(f.root.Share(uplink.ReadOnlyPermission()))))
	f.call("list buckets, key expired", open(keys.expired).listBuckets(nil))
	f.call("list buckets, key early", open(keys.early).listBuckets(nil))
	f.call("list buckets, key without permissions", open(keys.nothing).listBuckets(nil))
	f.call("calls on a closed project", func(ctx context.Context) (any, error) {
		closed := open(good)
		if err := closed.Close(); err != nil {
			return nil, err
		}
		_, err := closed.StatBucket(ctx, "nope")
		return nil, err
	})
}

type badKeys struct{ unknown, expired, early, nothing *macaroon.APIKey }

// unusableKeys makes keys that permit nothing.
func unusableKeys(good *macaroon.APIKey) badKeys {
	past, future := time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	return badKeys{
		unknown: must(macaroon.NewAPIKey(must(macaroon.NewSecret()))),
		expired: must(good.Restrict(macaroon.Caveat{NotAfter: &past})),
		early:   must(good.Restrict(macaroon.Caveat{NotBefore: &future})),
		nothing: must(good.Restrict(macaroon.Caveat{
			DisallowReads: true, DisallowLists: true, DisallowDeletes: true, DisallowWrites: true,
		})),
	}
}
