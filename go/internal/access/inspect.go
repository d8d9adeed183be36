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

// Inspection is what a grant says by itself. Only the satellite knows whether it was revoked.
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

// Inspect returns what the grant says, without the network.
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
	result := Inspection{Caveat: together(caveats)}
	allowed, restricted := reached(caveats)
	result.Restricted = restricted
	for _, path := range allowed {
		prefix, err := encryption.DecryptPathWithStoreCipher(
			string(path.Bucket), paths.NewEncrypted(string(path.EncryptedPathPrefix)), parsed.EncAccess.Store)
		if err != nil {
			continue // without a key for it, nothing there is reached
		}
		one := uplink.SharePrefix{Bucket: string(path.Bucket), Prefix: prefix.Raw()}
		if one.Prefix != "" && !strings.HasSuffix(one.Prefix, "/") {
			one.Prefix += "/"
		}
		result.Prefixes = append(result.Prefixes, one)
	}
	return result, nil
}

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

// disallowed returns the flags of a caveat, in one order.
func disallowed(c *macaroon.Caveat) []*bool {
	return []*bool{
		&c.DisallowReads, &c.DisallowWrites, &c.DisallowLists, &c.DisallowDeletes,
		&c.DisallowPutRetention, &c.DisallowGetRetention, &c.DisallowPutLegalHold, &c.DisallowGetLegalHold,
		&c.DisallowBypassGovernanceRetention,
		&c.DisallowPutBucketObjectLockConfiguration, &c.DisallowGetBucketObjectLockConfiguration,
	}
}

// together returns one caveat that restricts as all of them do, paths excepted.
func together(caveats []*macaroon.Caveat) (sum macaroon.Caveat) {
	for _, caveat := range caveats {
		// The permission to put a retention includes the permission to get it.
		caveat.DisallowGetRetention = caveat.DisallowGetRetention && caveat.DisallowPutRetention
		flags := disallowed(&sum)
		for i, flag := range disallowed(caveat) {
			*flags[i] = *flags[i] || *flag
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

// reached returns the paths that every caveat allows, and whether any caveat has paths.
func reached(caveats []*macaroon.Caveat) (allowed []*macaroon.Caveat_Path, restricted bool) {
	var groups [][]*macaroon.Caveat_Path
	for _, caveat := range caveats {
		if len(caveat.AllowedPaths) > 0 {
			groups = append(groups, caveat.AllowedPaths)
		}
	}
	for _, group := range groups {
		for _, path := range group {
			if inEach(groups, path) && !inOne(allowed, path) {
				allowed = append(allowed, path)
			}
		}
	}
	return allowed, len(groups) > 0
}

func inEach(groups [][]*macaroon.Caveat_Path, path *macaroon.Caveat_Path) bool {
	for _, group := range groups {
		if !inOne(group, path) {
			return false
		}
	}
	return true
}

func inOne(group []*macaroon.Caveat_Path, path *macaroon.Caveat_Path) bool {
	for _, other := range group {
		if bytes.Equal(path.Bucket, other.Bucket) &&
			bytes.HasPrefix(path.EncryptedPathPrefix, other.EncryptedPathPrefix) {
			return true
		}
	}
	return false
}
