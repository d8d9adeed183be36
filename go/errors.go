package main

// #include <stdio.h>
// #include "uplink.h"
import "C"

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
	"unicode/utf8"
	"unsafe"

	"storj.io/common/encryption"
	"storj.io/common/errs2"
	"storj.io/common/peertls"
	"storj.io/common/peertls/tlsopts"
	"storj.io/common/rpc"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/drpc"
	"storj.io/uplink"
	"storj.io/uplink/private/eestream"
	"storj.io/uplink/private/piecestore"
)

const (
	codeEOF               = C.EOF
	codeInternal          = C.UPLINK_ERROR_INTERNAL
	codeCanceled          = C.UPLINK_ERROR_CANCELED
	codeInvalidHandle     = C.UPLINK_ERROR_INVALID_HANDLE
	codePermissionDenied  = C.UPLINK_ERROR_PERMISSION_DENIED
	codeBucketNameInvalid = C.UPLINK_ERROR_BUCKET_NAME_INVALID
	codeBucketNotEmpty    = C.UPLINK_ERROR_BUCKET_NOT_EMPTY
	codeBucketNotFound    = C.UPLINK_ERROR_BUCKET_NOT_FOUND
	codeObjectKeyInvalid  = C.UPLINK_ERROR_OBJECT_KEY_INVALID
	codeObjectNotFound    = C.UPLINK_ERROR_OBJECT_NOT_FOUND
	codeTooManyRequests   = C.UPLINK_ERROR_TOO_MANY_REQUESTS
	codeBandwidthLimit    = C.UPLINK_ERROR_BANDWIDTH_LIMIT_EXCEEDED
	codeStorageLimit      = C.UPLINK_ERROR_STORAGE_LIMIT_EXCEEDED
	codeSegmentsLimit     = C.UPLINK_ERROR_SEGMENTS_LIMIT_EXCEEDED
	codeBucketExists      = C.UPLINK_ERROR_BUCKET_ALREADY_EXISTS
	codeUploadDone        = C.UPLINK_ERROR_UPLOAD_DONE

	detailNone             = C.UPLINK_DETAIL_NONE
	detailInvalidArgument  = C.UPLINK_DETAIL_INVALID_ARGUMENT
	detailInvalidAccess    = C.UPLINK_DETAIL_INVALID_ACCESS
	detailUnauthenticated  = C.UPLINK_DETAIL_UNAUTHENTICATED
	detailConnection       = C.UPLINK_DETAIL_CONNECTION
	detailDeadlineExceeded = C.UPLINK_DETAIL_DEADLINE_EXCEEDED
	detailDecryptionFailed = C.UPLINK_DETAIL_DECRYPTION_FAILED
	detailNodesUnavailable = C.UPLINK_DETAIL_NODES_UNAVAILABLE
	detailRangeInvalid     = C.UPLINK_DETAIL_RANGE_INVALID
	detailInvalidMetadata  = C.UPLINK_DETAIL_INVALID_METADATA
	detailPanic            = C.UPLINK_DETAIL_PANIC
	detailObjectChanged    = C.UPLINK_DETAIL_OBJECT_CHANGED
	detailUploadNotFound   = C.UPLINK_DETAIL_UPLOAD_NOT_FOUND
	detailBucketLimit      = C.UPLINK_DETAIL_BUCKET_LIMIT
)

// failure is an error as C gets to see it.
type failure struct {
	code, detail int32
	text         string
	unchanged    bool // nothing was changed, and no further try is due: not by the caller's policy either
}

func (f *failure) Error() string { return f.text }

func fail(code, detail int32, format string, args ...any) *failure {
	return &failure{code: code, detail: detail, text: fmt.Sprintf(format, args...)}
}

func invalidArgument(format string, args ...any) error {
	return fail(codeInternal, detailInvalidArgument, format, args...)
}

func invalidHandle(name string) error {
	return fail(codeInvalidHandle, detailNone, "the handle of the %s is not valid: it was freed, or never was one", name)
}

func canceled(text string) *failure {
	return fail(codeCanceled, detailNone, "%s", text)
}

// documented are the errors of Go's library.
var documented = []struct {
	err          error
	code, detail int32
}{
	{uplink.ErrTooManyRequests, codeTooManyRequests, detailNone},
	{uplink.ErrBandwidthLimitExceeded, codeBandwidthLimit, detailNone},
	{uplink.ErrStorageLimitExceeded, codeStorageLimit, detailNone},
	{uplink.ErrSegmentsLimitExceeded, codeSegmentsLimit, detailNone},
	{uplink.ErrPermissionDenied, codePermissionDenied, detailNone},
	{uplink.ErrBucketNameInvalid, codeBucketNameInvalid, detailNone},
	{uplink.ErrBucketAlreadyExists, codeBucketExists, detailNone},
	{uplink.ErrBucketNotEmpty, codeBucketNotEmpty, detailNone},
	{uplink.ErrBucketNotFound, codeBucketNotFound, detailNone},
	{uplink.ErrObjectKeyInvalid, codeObjectKeyInvalid, detailNone},
	{uplink.ErrObjectNotFound, codeObjectNotFound, detailNone},
	{uplink.ErrUploadDone, codeUploadDone, detailNone},
	{uplink.ErrUploadIDInvalid, codeInternal, detailUploadNotFound},
}

// refusals are errors that differ only in their text, with the satellite's status if there is one.
var refusals = []struct {
	status       rpcstatus.StatusCode
	text         string
	code, detail int32
}{
	{rpcstatus.InvalidArgument, "metadata", codeInternal, detailInvalidMetadata},
	{rpcstatus.InvalidArgument, "key length is too big", codeObjectKeyInvalid, detailNone},
	{rpcstatus.InvalidArgument, "bucket name must be", codeBucketNameInvalid, detailNone},
	{rpcstatus.ResourceExhausted, "allocated buckets", codeInternal, detailBucketLimit},
	{rpcstatus.FailedPrecondition, "bucket not empty", codeBucketNotEmpty, detailNone},
	{rpcstatus.NotFound, "bucket not found", codeBucketNotFound, detailNone},
	{rpcstatus.NotFound, "object not found", codeObjectNotFound, detailNone},
	{rpcstatus.NotFound, "pending object missing", codeInternal, detailUploadNotFound},
	{rpcstatus.Internal, "failed to revoke", codeInternal, detailInvalidArgument},
	{rpcstatus.Unknown, "prefix should end with slash", codeInternal, detailInvalidArgument},
	{rpcstatus.Unknown, "contains invalid utf-8", codeInternal, detailInvalidMetadata},
	{rpcstatus.Unknown, "invalid pairs", codeInternal, detailInvalidMetadata},
	{rpcstatus.Unknown, "upload already done", codeUploadDone, detailNone},
}

// statuses are the satellite's answers that Go's library hands through.
var statuses = []struct {
	status       rpcstatus.StatusCode
	code, detail int32
}{
	{rpcstatus.Unauthenticated, codeInternal, detailUnauthenticated},
	{rpcstatus.BucketNameMissing, codeBucketNameInvalid, detailNone},
	{rpcstatus.BucketNameInvalid, codeBucketNameInvalid, detailNone},
	{rpcstatus.BucketNotFound, codeBucketNotFound, detailNone},
	{rpcstatus.ObjectKeyMissing, codeObjectKeyInvalid, detailNone},
	{rpcstatus.ObjectKeyTooLong, codeObjectKeyInvalid, detailNone},
	{rpcstatus.OutOfRange, codeInternal, detailRangeInvalid},
	{rpcstatus.DeadlineExceeded, codeInternal, detailDeadlineExceeded},
	{rpcstatus.Unavailable, codeInternal, detailConnection},
	{rpcstatus.InvalidArgument, codeInternal, detailInvalidArgument},
}

// classify finds the code and the detail of an error. It never says that something was canceled: only who canceled
// knows that, while Go's library also cancels for reasons of its own.
func classify(err error) *failure {
	var known *failure
	if errors.As(err, &known) {
		if known.unchanged && mainError(err) != known {
			// A clean-up found no connection, after a call that may have succeeded.
			known = &failure{code: known.code, detail: known.detail, text: known.text}
		}
		return known
	}
	text := message(err)
	for _, entry := range documented {
		if errors.Is(err, entry.err) {
			return &failure{code: entry.code, detail: entry.detail, text: text}
		}
	}
	switch {
	case encryption.ErrMissingEncryptionBase.Has(err) || encryption.ErrMissingDecryptionBase.Has(err):
		return fail(codePermissionDenied, detailNone, "the access has no encryption key for this")
	case encryption.ErrDecryptFailed.Has(err):
		return fail(codeInternal, detailDecryptionFailed, "it cannot be decrypted: %s", text)
	case tooFewNodes(err, text):
		return fail(codeInternal, detailNodesUnavailable, "too few storage nodes answered: %s", text)
	}
	for _, entry := range refusals {
		if rpcstatus.Code(err) == entry.status && strings.Contains(strings.ToLower(text), entry.text) {
			return &failure{code: entry.code, detail: entry.detail, text: text}
		}
	}
	for _, entry := range statuses {
		if errs2.IsRPC(err, entry.status) {
			return &failure{code: entry.code, detail: entry.detail, text: text}
		}
	}
	switch {
	case timedOut(err):
		return fail(codeInternal, detailDeadlineExceeded, "it took too long: %s", text)
	case disconnected(err):
		return fail(codeInternal, detailConnection, "no connection: %s", text)
	}
	return &failure{code: codeInternal, detail: detailNone, text: text}
}

// mainError returns what lies below the wrappers of an error; of several combined errors, the first counts.
func mainError(err error) error {
	for {
		switch wrapper := err.(type) {
		case interface{ Unwrap() error }:
			err = wrapper.Unwrap()
		case interface{ Unwrap() []error }:
			err = wrapper.Unwrap()[0]
		default:
			return err
		}
	}
}

func tooFewNodes(err error, text string) bool {
	if eestream.Error.Has(err) || eestream.ErrInactive.Has(err) || piecestore.Error.Has(err) {
		return true
	}
	// Other nodes are asked for at the satellite, and it is gone, too.
	if strings.Contains(text, "piece limit exchange failed: metaclient: rpc") {
		return false
	}
	// The errors of uploading segments have neither a type nor a class, and those of the satellite have no own status.
	for _, sign := range []string{
		"failed to upload enough pieces",
		"are any nodes reachable",
		"number of non-nil limits",
		"not enough nodes",
	} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}

func timedOut(err error) bool {
	var network net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) ||
		errors.As(err, &network) && network.Timeout()
}

func disconnected(err error) bool {
	for _, target := range []error{
		io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, net.ErrClosed, context.Canceled,
		syscall.ECONNRESET, syscall.ECONNREFUSED, syscall.ECONNABORTED, syscall.EPIPE,
	} {
		if errors.Is(err, target) {
			return true
		}
	}
	var network net.Error
	var certificate *tls.CertificateVerificationError
	return errors.As(err, &network) || errors.As(err, &certificate) ||
		rpc.Error.Has(err) || tlsopts.Error.Has(err) || peertls.ErrVerifyPeerCert.Has(err) ||
		drpc.ClosedError.Has(err) || drpc.ProtocolError.Has(err) || errs2.IsRPC(err, rpcstatus.Canceled)
}

// With a hundred nodes an error can have a hundred parts, many of them the same.
const longestMessage = 2000

func withoutRepeats(text string) string {
	parts := strings.Split(text, "; ")
	seen := map[string]bool{}
	parts = slices.DeleteFunc(parts, func(part string) bool {
		repeated := seen[part]
		seen[part] = true
		return repeated
	})
	return strings.Join(parts, "; ")
}

func message(err error) string {
	text := fmt.Sprintf("%v", err)
	for strings.HasPrefix(text, "uplink: ") {
		text = strings.TrimPrefix(text, "uplink: ")
	}
	text = withoutRepeats(text)
	if len(text) <= longestMessage {
		return text
	}
	cut := longestMessage
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + " …"
}

// errorToC is where errors leave Go. The end of a download is io.EOF itself; one that is wrapped came from the network.
func errorToC(err error) *C.UplinkError {
	if err == nil {
		return nil
	}
	told := allocate[C.UplinkError](1)
	if err == io.EOF {
		told.code = codeEOF
		return told
	}
	f := classify(err)
	told.code, told.detail, told.unchanged = C.int32_t(f.code), C.int32_t(f.detail), C.bool(f.unchanged)
	told.message = C.CString(strings.ReplaceAll(f.text, "\x00", `\0`)) // which would cut it off
	return told
}

//export uplink_free_error
func uplink_free_error(err *C.UplinkError) {
	defer rescue(nil)
	if err != nil {
		freeString(err.message)
		free(unsafe.Pointer(err))
	}
}
