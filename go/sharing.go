package main

// #include "uplink.h"
import "C"

import (
	"time"
	"unsafe"

	"storj.io/uplink"

	"libuplink/internal/access"
	"libuplink/internal/argument"
	"libuplink/internal/fail"
)

//export uplink_access_share
func uplink_access_share(handle *C.UplinkAccess, permission C.UplinkPermission, prefixes *C.UplinkSharePrefix,
	count C.longlong) (result C.UplinkAccessResult) {
	defer rescue(&result.error)
	var args arguments
	allowed := args.permission(permission, 0, 0)
	return share(args, handle, allowed, prefixes, count)
}

//export uplink_access_share_with
func uplink_access_share_with(handle *C.UplinkAccess, options *C.UplinkShareOptions, prefixes *C.UplinkSharePrefix,
	count C.longlong) (result C.UplinkAccessResult) {
	defer rescue(&result.error)
	var args arguments
	read := readOptions(&args, options)
	allowed := args.permission(read.permission, read.not_before_nanoseconds, read.not_after_nanoseconds)
	locks := read.locks
	allowed.AllowPutObjectRetention = bool(locks.put_object_retention)
	allowed.AllowGetObjectRetention = bool(locks.get_object_retention)
	allowed.AllowPutObjectLegalHold = bool(locks.put_object_legal_hold)
	allowed.AllowGetObjectLegalHold = bool(locks.get_object_legal_hold)
	allowed.AllowBypassGovernanceRetention = bool(locks.bypass_governance_retention)
	allowed.AllowPutBucketObjectLockConfiguration = bool(locks.put_bucket_object_lock_configuration)
	allowed.AllowGetBucketObjectLockConfiguration = bool(locks.get_bucket_object_lock_configuration)
	ttl, err := argument.MaxObjectTTL(int64(read.max_object_ttl))
	args.note(err)
	allowed.MaxObjectTTL = ttl
	return share(args, handle, allowed, prefixes, count)
}

// permission reads the permissions that part 1 of the interface has, and the nanoseconds of its times.
func (a *arguments) permission(permission C.UplinkPermission, notBefore, notAfter C.int32_t) uplink.Permission {
	return uplink.Permission{
		AllowDownload: bool(permission.allow_download),
		AllowUpload:   bool(permission.allow_upload),
		AllowList:     bool(permission.allow_list),
		AllowDelete:   bool(permission.allow_delete),
		NotBefore:     a.time(permission.not_before, notBefore, "not_before"),
		NotAfter:      a.time(permission.not_after, notAfter, "not_after"),
	}
}

// share returns an access with fewer permissions, to fewer prefixes.
func share(args arguments, handle *C.UplinkAccess, allowed uplink.Permission, prefixes *C.UplinkSharePrefix,
	count C.longlong) C.UplinkAccessResult {
	return accessResult(onAccess(handle, func(granted *access.Access) (*access.Access, error) {
		restricted, err := sharePrefixes(prefixes, int64(count))
		args.note(err)
		if args.err != nil {
			return nil, args.err
		}
		return granted.Share(allowed, restricted)
	}))
}

// sharePrefixes copies prefixes, or fails. It never drops one: with no prefixes, the shared access
// would reach the whole project.
func sharePrefixes(prefixes *C.UplinkSharePrefix, count int64) ([]uplink.SharePrefix, error) {
	if count < 0 || count > access.MostPrefixes {
		return nil, fail.InvalidArgument("there are %d prefixes; a grant takes at most %d", count, access.MostPrefixes)
	}
	if count > 0 && prefixes == nil {
		return nil, fail.InvalidArgument("prefixes is NULL")
	}
	var read []uplink.SharePrefix
	for _, prefix := range unsafe.Slice(prefixes, int(count)) {
		read = append(read, uplink.SharePrefix{Bucket: optionalText(prefix.bucket), Prefix: optionalText(prefix.prefix)})
	}
	return read, nil
}

func inspectionResult(found access.Inspection, err error) (result C.UplinkInspectionResult) {
	if result.error = errorToC(err); err != nil {
		return result
	}
	target := allocate[C.UplinkInspection](1)
	caveat := found.Caveat
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
	if caveat.NotBefore != nil {
		target.not_before_nanoseconds = nanoseconds(*caveat.NotBefore)
	}
	if caveat.NotAfter != nil {
		target.not_after_nanoseconds = nanoseconds(*caveat.NotAfter)
	}
	target.restricted = C.bool(found.Restricted)
	target.prefixes, target.count = newItems(found.Prefixes, fillReachedPrefix)
	result.inspection = target
	return result
}

func fillReachedPrefix(target *C.UplinkReachedPrefix, reached uplink.SharePrefix) {
	*target = C.UplinkReachedPrefix{
		bucket: C.CString(reached.Bucket), bucket_length: C.size_t(len(reached.Bucket)),
		prefix: C.CString(reached.Prefix), prefix_length: C.size_t(len(reached.Prefix)),
	}
}

func freeReachedPrefixFields(reached *C.UplinkReachedPrefix) {
	freeString(reached.bucket)
	freeString(reached.prefix)
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
	return inspectionResult(onAccess(handle, (*access.Access).Inspect))
}

//export uplink_free_inspection_result
func uplink_free_inspection_result(result C.UplinkInspectionResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if inspection := result.inspection; inspection != nil {
		freeItems(inspection.prefixes, inspection.count, freeReachedPrefixFields)
		free(unsafe.Pointer(inspection))
	}
}
