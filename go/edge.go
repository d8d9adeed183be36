package main

// #include "uplink.h"
import "C"

import (
	"context"
	"unsafe"

	public "storj.io/uplink/edge"
	private "storj.io/uplink/private/edge"

	"libuplink/internal/access"
	"libuplink/internal/argument"
	"libuplink/internal/edge"
)

// readRegistration reads the arguments of a registration.
func readRegistration(args *arguments, config C.EdgeConfig, handle *C.UplinkAccess, isPublic C.bool) *edge.Registration {
	return &edge.Registration{
		Config: public.Config{
			AuthServiceAddress:            optionalText(config.auth_service_address),
			CertificatePEM:                []byte(optionalText(config.certificate_pem)),
			InsecureUnencryptedConnection: bool(config.insecure_unencrypted_connection),
		},
		Access: handleArgument[*access.Access](args, unsafe.Pointer(handle), "access"),
		Public: bool(isPublic),
	}
}

func credentialsResult(credentials *private.Credentials, err error) (result C.EdgeCredentialsResult) {
	if result.error = errorToC(err); err != nil {
		return result
	}
	result.credentials = allocate[C.EdgeCredentials](1)
	*result.credentials = C.EdgeCredentials{
		access_key_id:     C.CString(credentials.AccessKeyID),
		secret_key:        C.CString(credentials.SecretKey),
		endpoint:          C.CString(credentials.Endpoint),
		free_tier_expires: optionalTime(credentials.FreeTierRestrictedExpiration),
	}
	return result
}

//export edge_register_access
func edge_register_access(config C.EdgeConfig, handle *C.UplinkAccess, options *C.EdgeRegisterAccessOptions,
) (result C.EdgeCredentialsResult) {
	defer rescue(&result.error)
	var args arguments
	if options == nil {
		options = &C.EdgeRegisterAccessOptions{}
	}
	registration := readRegistration(&args, config, handle, options.is_public)
	return credentialsResult(prepare(args, context.Background(), registration.Send).Do())
}

//export uplink_start_register_access
func uplink_start_register_access(op *C.UplinkOperation, config C.EdgeConfig, handle *C.UplinkAccess,
	options *C.UplinkRegisterAccessOptions) {
	defer rescueStart[*private.Credentials](op)
	var args arguments
	registration := readRegistration(&args, config, handle, readOptions(&args, options).is_public)
	args.note(registration.Check())
	start(op, prepare(args, context.Background(), registration.Send))
}

//export uplink_operation_take_credentials
func uplink_operation_take_credentials(op *C.UplinkOperation, result *C.EdgeCredentialsResult) {
	takeInto(op, result, credentialsResult)
}

//export edge_free_credentials
func edge_free_credentials(credentials *C.EdgeCredentials) {
	defer rescue(nil)
	if credentials == nil {
		return
	}
	for _, text := range []*C.uplink_const_char{credentials.access_key_id, credentials.secret_key, credentials.endpoint} {
		free(unsafe.Pointer(text))
	}
	free(unsafe.Pointer(credentials))
}

//export edge_free_credentials_result
func edge_free_credentials_result(result C.EdgeCredentialsResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	edge_free_credentials(result.credentials)
}

// joinShareURL joins a link. Texts that are NULL are empty.
func joinShareURL(args arguments, base, accessKeyID, bucket *C.uplink_const_char, key string, raw C.bool) C.UplinkStringResult {
	texts := [3]string{optionalText(base), optionalText(accessKeyID), optionalText(bucket)}
	return stringResult(prepare(args, context.Background(), func(context.Context) (string, error) {
		return edge.JoinShareURL(texts[0], texts[1], texts[2], key, bool(raw))
	}).Do())
}

//export edge_join_share_url
func edge_join_share_url(base, accessKeyID, bucket, key *C.uplink_const_char, options *C.EdgeShareURLOptions,
) (result C.UplinkStringResult) {
	defer rescue(&result.error)
	if options == nil {
		options = &C.EdgeShareURLOptions{}
	}
	return joinShareURL(arguments{}, base, accessKeyID, bucket, optionalText(key), options.raw)
}

//export uplink_join_share_url
func uplink_join_share_url(base, accessKeyID, bucket, key *C.uplink_const_char, length C.size_t,
	options *C.UplinkShareURLOptions) (result C.UplinkStringResult) {
	defer rescue(&result.error)
	var args arguments
	read := readOptions(&args, options)
	text, err := limitedBytes(unsafe.Pointer(key), length, argument.LongestText, "object_key")
	args.note(err)
	return joinShareURL(args, base, accessKeyID, bucket, string(text), read.raw)
}
