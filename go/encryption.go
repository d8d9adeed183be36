package main

// #include "uplink.h"
import "C"

import (
	"bytes"
	"context"
	"unsafe"

	"storj.io/uplink"

	"libuplink/internal/access"
	"libuplink/internal/argument"
	"libuplink/internal/operation"
)

func prepareDeriveEncryptionKey(passphrase *C.uplink_const_char, salt unsafe.Pointer, length C.size_t,
) operation.Call[*uplink.EncryptionKey] {
	var args arguments
	secret := args.text(passphrase, "passphrase")
	shared, err := limitedBytes(salt, length, argument.LongestText, "salt")
	args.note(err)
	own := bytes.Clone(shared)
	return prepare(args, context.Background(), func(context.Context) (*uplink.EncryptionKey, error) {
		return uplink.DeriveEncryptionKey(secret, own)
	})
}

func encryptionKeyResult(key *uplink.EncryptionKey, err error) (result C.UplinkEncryptionKeyResult) {
	if result.error = errorToC(err); err == nil {
		result.encryption_key = (*C.UplinkEncryptionKey)(newHandle(key))
	}
	return result
}

//export uplink_derive_encryption_key
func uplink_derive_encryption_key(passphrase *C.uplink_const_char, salt unsafe.Pointer, length C.size_t,
) (result C.UplinkEncryptionKeyResult) {
	defer rescue(&result.error)
	return encryptionKeyResult(prepareDeriveEncryptionKey(passphrase, salt, length).Do())
}

//export uplink_start_derive_encryption_key
func uplink_start_derive_encryption_key(op *C.UplinkOperation, passphrase *C.uplink_const_char,
	salt unsafe.Pointer, length C.size_t) {
	defer rescueStart[*uplink.EncryptionKey](op)
	start(op, prepareDeriveEncryptionKey(passphrase, salt, length))
}

//export uplink_operation_take_encryption_key
func uplink_operation_take_encryption_key(op *C.UplinkOperation, result *C.UplinkEncryptionKeyResult) {
	takeInto(op, result, encryptionKeyResult)
}

//export uplink_free_encryption_key_result
func uplink_free_encryption_key_result(result C.UplinkEncryptionKeyResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	freeHandle[*uplink.EncryptionKey](unsafe.Pointer(result.encryption_key))
}

//export uplink_access_override_encryption_key
func uplink_access_override_encryption_key(handle *C.UplinkAccess, bucket, prefix *C.uplink_const_char,
	encryptionKey *C.UplinkEncryptionKey) (failed *C.UplinkError) {
	defer rescue(&failed)
	return emptyResult(onAccess(handle, func(granted *access.Access) (operation.Nothing, error) {
		var args arguments
		key := handleArgument[*uplink.EncryptionKey](&args, unsafe.Pointer(encryptionKey), "encryption key")
		name, start := args.text(bucket, "bucket"), args.text(prefix, "prefix")
		if args.err != nil {
			return operation.Nothing{}, args.err
		}
		return operation.Nothing{}, granted.OverrideEncryptionKey(name, start, key)
	}))
}
