package main

// #include "uplink.h"
import "C"

import (
	"context"
	"strings"
	"unsafe"

	"libuplink/internal/access"
	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/operation"
)

func prepareRequestAccess(config C.UplinkConfig, patience C.UplinkPatience,
	address, key, passphrase *C.uplink_const_char, options *C.UplinkConfigOptions) operation.Call[*access.Access] {
	var args arguments
	more := readOptions(&args, options)
	request := access.Request{
		Config:     args.config(config, more),
		Patience:   args.patience(patience),
		Satellite:  args.text(address, "satellite_address"),
		APIKey:     args.text(key, "api_key"),
		Passphrase: args.text(passphrase, "passphrase"),

		PlainKeys:       bool(more.disable_object_key_encryption),
		NoBackgroundQoS: bool(more.disable_background_qos),
	}
	var ctx context.Context
	if args.err == nil {
		ctx, args.err = request.Prepare()
	}
	return prepare(args, ctx, request.Send)
}

func accessResult(granted *access.Access, err error) (result C.UplinkAccessResult) {
	if result.error = errorToC(err); err == nil {
		result.access = (*C.UplinkAccess)(newHandle(granted))
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

// onAccess makes a call that does not need the network.
func onAccess[T any](handle *C.UplinkAccess, run func(*access.Access) (T, error)) (value T, err error) {
	granted, err := lookup[*access.Access](unsafe.Pointer(handle), "access")
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
	return accessResult(prepare(args, context.Background(), func(context.Context) (*access.Access, error) {
		return access.Parse(serialized)
	}).Do())
}

//export uplink_request_access_with_passphrase
func uplink_request_access_with_passphrase(address, key, passphrase *C.uplink_const_char,
) (result C.UplinkAccessResult) {
	defer rescue(&result.error)
	return accessResult(prepareRequestAccess(C.UplinkConfig{}, C.UplinkPatience{}, address, key, passphrase, nil).Do())
}

//export uplink_config_request_access_with_passphrase
func uplink_config_request_access_with_passphrase(config C.UplinkConfig,
	address, key, passphrase *C.uplink_const_char) (result C.UplinkAccessResult) {
	defer rescue(&result.error)
	return accessResult(prepareRequestAccess(config, C.UplinkPatience{}, address, key, passphrase, nil).Do())
}

//export uplink_start_request_access
func uplink_start_request_access(op *C.UplinkOperation, config C.UplinkConfig, limits C.UplinkPatience,
	address, key, passphrase *C.uplink_const_char, options *C.UplinkConfigOptions) {
	defer rescueStart[*access.Access](op)
	start(op, prepareRequestAccess(config, limits, address, key, passphrase, options))
}

//export uplink_operation_take_access
func uplink_operation_take_access(op *C.UplinkOperation, result *C.UplinkAccessResult) {
	takeInto(op, result, accessResult)
}

//export uplink_access_satellite_address
func uplink_access_satellite_address(handle *C.UplinkAccess) (result C.UplinkStringResult) {
	defer rescue(&result.error)
	return stringResult(onAccess(handle, func(granted *access.Access) (string, error) {
		return granted.SatelliteAddress(), nil
	}))
}

//export uplink_access_serialize
func uplink_access_serialize(handle *C.UplinkAccess) (result C.UplinkStringResult) {
	defer rescue(&result.error)
	return stringResult(onAccess(handle, (*access.Access).Serialize))
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
	freeHandle[*access.Access](unsafe.Pointer(result.access))
}
