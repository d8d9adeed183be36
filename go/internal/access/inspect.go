package access

import (
	"bytes"
	"slices"
	"strings"

	"storj.io/common/encryption"
	"storj.io/common/grant"
	"storj.io/common/macaroon"
	"storj.io/common/paths"
	"storj.io/uplink"

	"libuplink/internal/fail"
)

// Inspection is what a grant allows. Only the satellite knows whether it was revoked.
type Inspection struct {
	// The restrictions of all caveats together, without their paths.
	Caveat macaroon.Caveat
	// Whether the access reaches the prefixes alone.
	Restricted bool
	Prefixes   []uplink.SharePrefix
}

// reachesIn reports whether the access reaches anything in a bucket.
func (i Inspection) reachesIn(bucket string) bool {
	return !i.Restricted || slices.ContainsFunc(i.Prefixes, func(p uplink.SharePrefix) bool { return p.Bucket == bucket })
}

// Inspect returns what the grant allows, without the network.
func (a *Access) Inspect() (Inspection, error) {
	text, err := a.Serialize()
	if err != nil {
		return Inspection{}, err
	}
	parsed, err := grant.ParseAccess(text)
	if err != nil {
		return Inspection{}, err
	}
	caveats, err := caveatsOf(parsed.APIKey)
	if err != nil {
		return Inspection{}, fail.Internal(fail.DetailInvalidAccess, "a restriction of the grant cannot be read: %v", err)
	}
	allowed, restricted := allowedPaths(caveats)
	result := Inspection{Caveat: combine(caveats), Restricted: restricted}
	for _, path := range allowed {
		prefix, err := encryption.DecryptPathWithStoreCipher(
			string(path.Bucket), paths.NewEncrypted(string(path.EncryptedPathPrefix)), parsed.EncAccess.Store)
		if err != nil {
			continue // the grant has no key for the path, so it does not reach it
		}
		shared := uplink.SharePrefix{Bucket: string(path.Bucket), Prefix: prefix.Raw()}
		if shared.Prefix != "" && !strings.HasSuffix(shared.Prefix, "/") {
			shared.Prefix += "/"
		}
		result.Prefixes = append(result.Prefixes, shared)
	}
	return result, nil
}

// caveatsOf returns the restrictions of an API key.
func caveatsOf(key *macaroon.APIKey) ([]*macaroon.Caveat, error) {
	mac, err := macaroon.ParseMacaroon(key.SerializeRaw())
	if err != nil {
		return nil, err
	}
	var caveats []*macaroon.Caveat
	for _, data := range mac.Caveats() {
		caveat, err := macaroon.ParseCaveat(data)
		if err != nil {
			return nil, err
		}
		caveats = append(caveats, caveat)
	}
	return caveats, nil
}

// flags returns the flags of a caveat, always in the same order.
func flags(c *macaroon.Caveat) []*bool {
	return []*bool{
		&c.DisallowReads, &c.DisallowWrites, &c.DisallowLists, &c.DisallowDeletes,
		&c.DisallowPutRetention, &c.DisallowGetRetention, &c.DisallowPutLegalHold, &c.DisallowGetLegalHold,
		&c.DisallowBypassGovernanceRetention,
		&c.DisallowPutBucketObjectLockConfiguration, &c.DisallowGetBucketObjectLockConfiguration,
	}
}

// combine returns a caveat with the restrictions of all caveats, without their paths.
func combine(caveats []*macaroon.Caveat) (sum macaroon.Caveat) {
	sums := flags(&sum)
	for _, caveat := range caveats {
		// The permission to put a retention includes the permission to get it.
		caveat.DisallowGetRetention = caveat.DisallowGetRetention && caveat.DisallowPutRetention
		for i, flag := range flags(caveat) {
			*sums[i] = *sums[i] || *flag
		}
		if caveat.NotBefore != nil && (sum.NotBefore == nil || caveat.NotBefore.After(*sum.NotBefore)) {
			sum.NotBefore = caveat.NotBefore
		}
		if caveat.NotAfter != nil && (sum.NotAfter == nil || caveat.NotAfter.Before(*sum.NotAfter)) {
			sum.NotAfter = caveat.NotAfter
		}
		if caveat.MaxObjectTtl != nil && (sum.MaxObjectTtl == nil || *caveat.MaxObjectTtl < *sum.MaxObjectTtl) {
			sum.MaxObjectTtl = caveat.MaxObjectTtl
		}
	}
	return sum
}

// allowedPaths returns the paths that all caveats with paths allow, and whether any caveat has
// paths.
func allowedPaths(caveats []*macaroon.Caveat) (allowed []*macaroon.Caveat_Path, restricted bool) {
	var groups [][]*macaroon.Caveat_Path
	for _, caveat := range caveats {
		if len(caveat.AllowedPaths) > 0 {
			groups = append(groups, caveat.AllowedPaths)
		}
	}
	for _, group := range groups {
		for _, path := range group {
			if coveredByAll(groups, path) && !covered(allowed, path) {
				allowed = append(allowed, path)
			}
		}
	}
	return allowed, len(groups) > 0
}

// coveredByAll reports whether each group of paths covers a path.
func coveredByAll(groups [][]*macaroon.Caveat_Path, path *macaroon.Caveat_Path) bool {
	for _, group := range groups {
		if !covered(group, path) {
			return false
		}
	}
	return true
}

// covered reports whether a path is below a path of the group, or in it.
func covered(group []*macaroon.Caveat_Path, path *macaroon.Caveat_Path) bool {
	for _, other := range group {
		if bytes.Equal(path.Bucket, other.Bucket) &&
			bytes.HasPrefix(path.EncryptedPathPrefix, other.EncryptedPathPrefix) {
			return true
		}
	}
	return false
}
