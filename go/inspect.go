package main

// #include "uplink.h"
import "C"

import (
	"bytes"
	"slices"
	"strings"
	"time"
	"unsafe"

	"storj.io/common/encryption"
	"storj.io/common/grant"
	"storj.io/common/macaroon"
	"storj.io/common/paths"
	"storj.io/uplink"

	"libuplink/internal/fail"
)

// inspection is what can be read in a grant. Only the satellite knows whether it was revoked.
type inspection struct {
	// The restrictions of all caveats together, without their paths.
	caveat macaroon.Caveat
	// Whether the access reaches the prefixes alone.
	restricted bool
	prefixes   []uplink.SharePrefix
}

// reachesIn reports whether anything in a bucket is reached.
func (i inspection) reachesIn(bucket string) bool {
	return !i.restricted || slices.ContainsFunc(i.prefixes, func(p uplink.SharePrefix) bool { return p.Bucket == bucket })
}

func (a *access) inspect() (inspection, error) {
	text, err := a.serialize()
	if err != nil {
		return inspection{}, err
	}
	parsed, err := grant.ParseAccess(text)
	if err != nil {
		return inspection{}, err
	}
	caveats, err := caveatsOf(parsed.APIKey)
	if err != nil {
		return inspection{}, fail.Internal(fail.DetailInvalidAccess, "a restriction of the grant cannot be read: %v", err)
	}
	result := inspection{caveat: together(caveats)}
	allowed, restricted := reached(caveats)
	result.restricted = restricted
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
		result.prefixes = append(result.prefixes, one)
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

// disallowed returns what a caveat may forbid, in one order.
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
		// The permission to put a retention includes that to get it.
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

func inspectionResult(found inspection, err error) (result C.UplinkInspectionResult) {
	if result.error = errorToC(err); err != nil {
		return result
	}
	target := allocate[C.UplinkInspection](1)
	caveat := found.caveat
	target.permission = C.UplinkPermission{
		allow_download: C.bool(!caveat.DisallowReads),
		allow_upload:   C.bool(!caveat.DisallowWrites),
		allow_list:     C.bool(!caveat.DisallowLists),
		allow_delete:   C.bool(!caveat.DisallowDeletes),
		not_before:     optionalTime(caveat.NotBefore),
		not_after:      optionalTime(caveat.NotAfter),
	}
	target.locks = C.UplinkLockPermission{
		put_object_retention:                 C.bool(!caveat.DisallowPutRetention),
		get_object_retention:                 C.bool(!caveat.DisallowGetRetention),
		put_object_legal_hold:                C.bool(!caveat.DisallowPutLegalHold),
		get_object_legal_hold:                C.bool(!caveat.DisallowGetLegalHold),
		bypass_governance_retention:          C.bool(!caveat.DisallowBypassGovernanceRetention),
		put_bucket_object_lock_configuration: C.bool(!caveat.DisallowPutBucketObjectLockConfiguration),
		get_bucket_object_lock_configuration: C.bool(!caveat.DisallowGetBucketObjectLockConfiguration),
	}
	if caveat.MaxObjectTtl != nil {
		target.max_object_ttl = C.int64_t(max(*caveat.MaxObjectTtl/time.Second, 1))
	}
	target.restricted, target.count = C.bool(found.restricted), C.size_t(len(found.prefixes))
	target.prefixes = allocate[C.UplinkReachedPrefix](len(found.prefixes))
	for i, one := range found.prefixes {
		unsafe.Slice(target.prefixes, len(found.prefixes))[i] = C.UplinkReachedPrefix{
			bucket: C.CString(one.Bucket), bucket_length: C.size_t(len(one.Bucket)),
			prefix: C.CString(one.Prefix), prefix_length: C.size_t(len(one.Prefix)),
		}
	}
	result.inspection = target
	return result
}

func optionalTime(t *time.Time) C.int64_t {
	if t == nil {
		return 0
	}
	return unixTime(*t)
}

//export uplink_access_inspect
func uplink_access_inspect(handle *C.UplinkAccess) (result C.UplinkInspectionResult) {
	defer rescue(&result.error)
	return inspectionResult(onAccess(handle, (*access).inspect))
}

//export uplink_free_inspection_result
func uplink_free_inspection_result(result C.UplinkInspectionResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if result.inspection == nil {
		return
	}
	for _, one := range unsafe.Slice(result.inspection.prefixes, int(result.inspection.count)) {
		freeString(one.bucket)
		freeString(one.prefix)
	}
	free(unsafe.Pointer(result.inspection.prefixes))
	free(unsafe.Pointer(result.inspection))
}
