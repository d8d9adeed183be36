package main

// #include "uplink.h"
import "C"

import (
	"context"
	"strings"
	"sync"
	"unsafe"

	"storj.io/common/encryption"
	"storj.io/common/macaroon"
	"storj.io/uplink"

	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/network"
	"libuplink/internal/operation"
)

// access is a grant. Its keys can be overridden in place, which Go's library does not guard.
type access struct {
	mu    sync.Mutex
	grant *uplink.Access
}

func (a *access) serialize() (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.grant.Serialize()
}

// copy answers an own grant for a project, which reads it while the original may be changed.
func (a *access) copy() (*uplink.Access, error) {
	text, err := a.serialize()
	if err != nil {
		return nil, err
	}
	return uplink.ParseAccess(text)
}

func (a *access) share(permission uplink.Permission, prefixes []uplink.SharePrefix) (*uplink.Access, error) {
	reached, err := a.inspect()
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, prefix := range prefixes {
		_, err := a.grant.Share(permission, prefix)
		// Go's library looks for no key where a whole bucket is shared.
		if encryption.ErrMissingEncryptionBase.Has(err) || !reached.reachesIn(prefix.Bucket) {
			return nil, fail.InvalidArgument("this access does not reach %s/%s", prefix.Bucket, prefix.Prefix)
		}
	}
	shared, err := a.grant.Share(permission, prefixes...)
	if err != nil {
		return nil, fail.InvalidArgument("the access cannot be shared so: %v", err)
	}
	return shared, nil
}

func (a *access) override(bucket, prefix string, key *uplink.EncryptionKey) error {
	if bucket == "" {
		return fail.New(fail.CodeBucketNameInvalid, fail.DetailNone, "%v: it is empty", uplink.ErrBucketNameInvalid)
	}
	if len(prefix) > longestPrefixes {
		return fail.InvalidArgument("the prefix has %d bytes; a grant takes at most %d", len(prefix), longestPrefixes)
	}
	if !strings.HasSuffix(prefix, "/") {
		return fail.InvalidArgument("the prefix must end in a slash")
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.grant.OverrideEncryptionKey(bucket, prefix, key)
}

func parseAccess(text string) (*uplink.Access, error) {
	if err := checkSerialized(text, "an access grant"); err != nil {
		return nil, err
	}
	parsed, err := uplink.ParseAccess(text)
	if err == nil {
		return parsed, nil
	}
	if _, err := macaroon.ParseAPIKey(text); err == nil {
		return nil, fail.Internal(fail.DetailInvalidAccess,
			"this is an API key, not an access grant; request an access with it and a passphrase")
	}
	return nil, fail.Internal(fail.DetailInvalidAccess, "this is not a complete access grant; was it copied whole? (%s)",
		fail.Message(err))
}

func checkAPIKey(text string) error {
	if err := checkSerialized(text, "an API key"); err != nil {
		return err
	}
	if _, err := macaroon.ParseAPIKey(text); err == nil {
		return nil
	}
	if _, err := uplink.ParseAccess(text); err == nil {
		return fail.Internal(fail.DetailInvalidAccess, "this is an access grant, not an API key")
	}
	return fail.Internal(fail.DetailInvalidAccess, "this is not a complete API key; was it copied whole?")
}

func prepareRequestAccess(config C.UplinkConfig, limits C.UplinkPatience, address, key, passphrase *C.uplink_const_char,
) operation.Call[*uplink.Access] {
	var args arguments
	settings := args.config(config)
	patience := args.patience(limits)
	satellite := args.text(address, "satellite_address")
	apiKey := args.text(key, "api_key")
	secret := args.text(passphrase, "passphrase")
	if args.err == nil {
		args.note(checkSatellite(satellite))
	}
	if args.err == nil {
		args.note(checkAPIKey(apiKey))
	}
	ctx := context.Background()
	if args.err == nil {
		var err error
		ctx, err = network.Configure(&settings, satellite, patience)
		args.note(err)
	}
	return prepare(args, ctx, func(ctx context.Context) (*uplink.Access, error) {
		return settings.RequestAccessWithPassphrase(ctx, satellite, apiKey, secret)
	})
}

func accessResult(granted *uplink.Access, err error) (result C.UplinkAccessResult) {
	if result.error = errorToC(err); err == nil {
		result.access = (*C.UplinkAccess)(newHandle(&access{grant: granted}))
	}
	return result
}

func stringResult(text string, err error) (result C.UplinkStringResult) {
	if err == nil && strings.IndexByte(text, 0) >= 0 {
		err = fail.Internal(fail.DetailInvalidAccess, "the access has a NUL in its text %q", text)
	}
	if result.error = errorToC(err); err == nil {
		result.string = C.CString(text)
	}
	return result
}

// onAccess runs something offline with a grant.
func onAccess[T any](handle *C.UplinkAccess, run func(*access) (T, error)) (value T, err error) {
	granted, err := lookup[*access](unsafe.Pointer(handle), "access")
	if err != nil {
		return value, err
	}
	return guard.Call(func() (T, error) { return run(granted) })
}

//export uplink_parse_access
func uplink_parse_access(text *C.uplink_const_char) (result C.UplinkAccessResult) {
	defer rescue(&result.error)
	var args arguments
	serialized := args.text(text, "access_string")
	return accessResult(prepare(args, context.Background(), func(context.Context) (*uplink.Access, error) {
		return parseAccess(serialized)
	}).Do())
}

//export uplink_request_access_with_passphrase
func uplink_request_access_with_passphrase(address, key, passphrase *C.uplink_const_char,
) (result C.UplinkAccessResult) {
	defer rescue(&result.error)
	return accessResult(prepareRequestAccess(C.UplinkConfig{}, C.UplinkPatience{}, address, key, passphrase).Do())
}

//export uplink_config_request_access_with_passphrase
func uplink_config_request_access_with_passphrase(config C.UplinkConfig,
	address, key, passphrase *C.uplink_const_char) (result C.UplinkAccessResult) {
	defer rescue(&result.error)
	return accessResult(prepareRequestAccess(config, C.UplinkPatience{}, address, key, passphrase).Do())
}

//export uplink_start_request_access
func uplink_start_request_access(op *C.UplinkOperation, config C.UplinkConfig, limits C.UplinkPatience,
	address, key, passphrase *C.uplink_const_char) {
	defer rescueStart[*uplink.Access](op)
	start(op, prepareRequestAccess(config, limits, address, key, passphrase))
}

//export uplink_operation_take_access
func uplink_operation_take_access(op *C.UplinkOperation, result *C.UplinkAccessResult) {
	if result != nil {
		defer rescue(&result.error)
		*result = accessResult(take[*uplink.Access](op))
	}
}

//export uplink_access_satellite_address
func uplink_access_satellite_address(handle *C.UplinkAccess) (result C.UplinkStringResult) {
	defer rescue(&result.error)
	return stringResult(onAccess(handle, func(granted *access) (string, error) {
		return granted.grant.SatelliteAddress(), nil
	}))
}

//export uplink_access_serialize
func uplink_access_serialize(handle *C.UplinkAccess) (result C.UplinkStringResult) {
	defer rescue(&result.error)
	return stringResult(onAccess(handle, (*access).serialize))
}

//export uplink_access_share
func uplink_access_share(handle *C.UplinkAccess, permission C.UplinkPermission, prefixes *C.UplinkSharePrefix,
	count C.longlong) (result C.UplinkAccessResult) {
	defer rescue(&result.error)
	return accessResult(onAccess(handle, func(granted *access) (*uplink.Access, error) {
		var args arguments
		restricted, err := sharePrefixes(prefixes, int64(count))
		args.note(err)
		allowed := uplink.Permission{
			AllowDownload: bool(permission.allow_download),
			AllowUpload:   bool(permission.allow_upload),
			AllowList:     bool(permission.allow_list),
			AllowDelete:   bool(permission.allow_delete),
			NotBefore:     args.time(permission.not_before, "not_before"),
			NotAfter:      args.time(permission.not_after, "not_after"),
		}
		if args.err != nil {
			return nil, args.err
		}
		return granted.share(allowed, restricted)
	}))
}

// The time that it takes to write and to read a grant grows with the square of its length: here it is some seconds.
const (
	mostPrefixes    = 1000
	longestPrefixes = 64 << 10
)

// sharePrefixes is strict: a prefix that got lost on the way would grant the whole project.
func sharePrefixes(prefixes *C.UplinkSharePrefix, count int64) ([]uplink.SharePrefix, error) {
	if count < 0 || count > mostPrefixes {
		return nil, fail.InvalidArgument("there are %d prefixes; a grant takes at most %d", count, mostPrefixes)
	}
	if count > 0 && prefixes == nil {
		return nil, fail.InvalidArgument("prefixes is NULL")
	}
	var read []uplink.SharePrefix
	size := 0
	for _, prefix := range unsafe.Slice(prefixes, int(count)) {
		if prefix.bucket == nil || *prefix.bucket == 0 {
			return nil, fail.InvalidArgument("a prefix has no bucket")
		}
		one := uplink.SharePrefix{Bucket: C.GoString(prefix.bucket)}
		if prefix.prefix != nil {
			one.Prefix = C.GoString(prefix.prefix)
		}
		read = append(read, one)
		size += len(one.Bucket) + len(one.Prefix)
	}
	if size > longestPrefixes {
		return nil, fail.InvalidArgument("the prefixes have %d bytes together; a grant takes at most %d", size, longestPrefixes)
	}
	return read, nil
}

//export uplink_access_override_encryption_key
func uplink_access_override_encryption_key(handle *C.UplinkAccess, bucket, prefix *C.uplink_const_char,
	encryptionKey *C.UplinkEncryptionKey) (failed *C.UplinkError) {
	defer rescue(&failed)
	return emptyResult(onAccess(handle, func(granted *access) (operation.Nothing, error) {
		var args arguments
		key := argument[*uplink.EncryptionKey](&args, unsafe.Pointer(encryptionKey), "encryption key")
		name, start := args.text(bucket, "bucket"), args.text(prefix, "prefix")
		if args.err != nil {
			return operation.Nothing{}, args.err
		}
		return operation.Nothing{}, granted.override(name, start, key)
	}))
}

//export uplink_free_string_result
func uplink_free_string_result(result C.UplinkStringResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	freeString(result.string)
}

//export uplink_free_access_result
func uplink_free_access_result(result C.UplinkAccessResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	freeHandle[*access](unsafe.Pointer(result.access))
}
