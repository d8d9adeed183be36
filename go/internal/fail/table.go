package fail

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/zeebo/errs"

	"storj.io/common/encryption"
	"storj.io/common/errs2"
	"storj.io/common/peertls"
	"storj.io/common/peertls/tlsopts"
	"storj.io/common/rpc"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/drpc"
	"storj.io/uplink"
	"storj.io/uplink/edge"
	"storj.io/uplink/private/bucket"
	"storj.io/uplink/private/eestream"
	"storj.io/uplink/private/object"
	"storj.io/uplink/private/piecestore"
	"storj.io/uplink/private/project"
)

// matcher reports whether a row of the table is for an error. The text is the error's message.
type matcher func(err error, text string) bool

// table has the numbers of each error of Go's library. The first row that matches counts.
var table = []struct {
	matches matcher
	code    Code
	detail  Detail
	text    string // "%s" in it is the message; "" is the message alone
}{
	{is(uplink.ErrTooManyRequests), CodeTooManyRequests, DetailNone, ""},
	{is(uplink.ErrBandwidthLimitExceeded), CodeBandwidthLimitExceeded, DetailNone, ""},
	{is(uplink.ErrStorageLimitExceeded), CodeStorageLimitExceeded, DetailNone, ""},
	{is(uplink.ErrSegmentsLimitExceeded), CodeSegmentsLimitExceeded, DetailNone, ""},
	{is(uplink.ErrPermissionDenied), CodePermissionDenied, DetailNone, ""},
	{is(uplink.ErrBucketNameInvalid), CodeBucketNameInvalid, DetailNone, ""},
	{is(uplink.ErrBucketAlreadyExists), CodeBucketAlreadyExists, DetailNone, ""},
	{is(uplink.ErrBucketNotEmpty), CodeBucketNotEmpty, DetailNone, ""},
	{is(uplink.ErrBucketNotFound), CodeBucketNotFound, DetailNone, ""},
	{is(uplink.ErrObjectKeyInvalid), CodeObjectKeyInvalid, DetailNone, ""},
	{is(uplink.ErrObjectNotFound), CodeObjectNotFound, DetailNone, ""},
	{is(uplink.ErrUploadDone), CodeUploadDone, DetailNone, ""},
	{is(uplink.ErrUploadIDInvalid), CodeInternal, DetailUploadNotFound, ""},
	{is(object.ErrBucketNameMissing), CodeBucketNameInvalid, DetailNone, ""},
	{is(object.ErrObjectKeyMissing), CodeObjectKeyInvalid, DetailNone, ""},
	{is(object.ErrObjectKeyTooLong), CodeObjectKeyInvalid, DetailNone, ""},
	{is(object.ErrFailedPrecondition), CodeInternal, DetailPreconditionFailed, ""},
	{is(object.ErrObjectVersionInvalid), CodeInternal, DetailVersionInvalid, ""},
	{is(object.ErrMethodNotAllowed), CodeInternal, DetailMethodNotAllowed, ""},
	{is(object.ErrUnimplemented), CodeInternal, DetailUnsupported, ""},
	{is(object.ErrObjectProtected), CodeInternal, DetailObjectLocked, ""},
	{is(object.ErrNoObjectLockConfiguration), CodeInternal, DetailLockDisabled, ""},
	{is(bucket.ErrBucketNoLock), CodeInternal, DetailLockDisabled, ""},
	{is(project.ErrProjectNoLock), CodeInternal, DetailLockDisabled, ""},
	{is(project.ErrLockNotEnabled), CodeInternal, DetailLockDisabled, ""},
	{is(bucket.ErrBucketInvalidStateObjectLock), CodeInternal, DetailBucketState, ""},
	{is(bucket.ErrBucketInvalidObjectLockConfig), CodeInternal, DetailInvalidArgument, ""},
	{is(object.ErrObjectLockInvalidObjectState), CodeInternal, DetailObjectState, ""},
	{is(object.ErrObjectLockUploadWithTTLAndDefaultRetention), CodeInternal, DetailExpiresLocked, ""},
	{is(object.ErrObjectLockUploadWithTTLAPIKeyAndDefaultRetention), CodeInternal, DetailExpiresLocked, ""},
	{is(object.ErrDeleteObjectsUnimplemented), CodeInternal, DetailUnsupported, ""},

	{is(bucket.ErrTagsNotFound), CodeInternal, DetailTagsNotFound, ""},
	{is(bucket.ErrTooManyTags), CodeInternal, DetailTagsInvalid, ""},
	{is(bucket.ErrTagKeyInvalid), CodeInternal, DetailTagsInvalid, ""},
	{is(bucket.ErrTagKeyDuplicate), CodeInternal, DetailTagsInvalid, ""},
	{is(bucket.ErrTagValueInvalid), CodeInternal, DetailTagsInvalid, ""},

	{both(is(edge.ErrRegisterAccessFailed), edgeUntrusted), CodeEdgeRegisterAccessFailed, DetailEdgeUntrusted, ""},
	{both(is(edge.ErrRegisterAccessFailed), edgeUnreachable), CodeEdgeRegisterAccessFailed, DetailEdgeUnreachable, ""},
	{is(edge.ErrRegisterAccessFailed), CodeEdgeRegisterAccessFailed, DetailEdgeRefused, ""},
	{is(edge.ErrAuthDialFailed), CodeEdgeAuthDialFailed, DetailEdgeUnreachable, ""},

	{has(&encryption.ErrMissingEncryptionBase), CodePermissionDenied, DetailNone, missingKey},
	{has(&encryption.ErrMissingDecryptionBase), CodePermissionDenied, DetailNone, missingKey},
	{has(&encryption.ErrDecryptFailed), CodeInternal, DetailDecryptionFailed, "it cannot be decrypted: %s"},
	{damaged, CodeInternal, DetailNodesUnavailable, "the data that storage nodes sent is damaged: %s"},
	{tooFewNodes, CodeInternal, DetailNodesUnavailable, "too few storage nodes answered: %s"},

	// Errors that differ only in their text. An error without a status, which Go's library makes
	// itself, has the status Unknown.
	{refused(rpcstatus.InvalidArgument, "metadata is too large"), CodeInternal, DetailInvalidMetadata, largeMetadata},
	{refused(rpcstatus.InvalidArgument, "metadata"), CodeInternal, DetailInvalidMetadata, ""},
	{refused(rpcstatus.InvalidArgument, "key length is too big"), CodeObjectKeyInvalid, DetailNone, longKey},
	{refused(rpcstatus.InvalidArgument, "bucket name must be"), CodeBucketNameInvalid, DetailNone, ""},
	{refused(rpcstatus.InvalidArgument, "object version length"), CodeInternal, DetailVersionInvalid, ""},
	{refused(rpcstatus.InvalidArgument, "version invalid"), CodeInternal, DetailVersionInvalid, ""},
	{refused(rpcstatus.InvalidArgument, "object lock settings and an object expiration"), CodeInternal, DetailExpiresLocked, ""},
	{refused(rpcstatus.FailedPrecondition, "versioning may only be suspended"), CodeInternal, DetailBucketState, ""},
	{refused(rpcstatus.ResourceExhausted, "allocated buckets"), CodeInternal, DetailBucketLimit, ""},
	{refused(rpcstatus.FailedPrecondition, "below minimum threshold"), CodeInternal, DetailPartTooSmall, smallPart},
	{refused(rpcstatus.FailedPrecondition, "bucket not empty"), CodeBucketNotEmpty, DetailNone, ""},
	{refused(rpcstatus.FailedPrecondition, "bucket eventing"), CodeInternal, DetailNotificationsUnsupported, ""},
	{refused(rpcstatus.NotFound, "bucket not found"), CodeBucketNotFound, DetailNone, ""},
	{refused(rpcstatus.NotFound, "object not found"), CodeObjectNotFound, DetailNone, ""},
	{refused(rpcstatus.NotFound, "pending object missing"), CodeInternal, DetailUploadNotFound, ""},
	{refused(rpcstatus.Internal, "failed to revoke"), CodeInternal, DetailInvalidArgument, revokedBefore},
	{refused(rpcstatus.Unknown, "prefix should end with slash"), CodeInternal, DetailInvalidArgument, ""},
	{refused(rpcstatus.Unknown, "contains invalid utf-8"), CodeInternal, DetailInvalidMetadata, ""},
	{refused(rpcstatus.Unknown, "invalid pairs"), CodeInternal, DetailInvalidMetadata, ""},
	{refused(rpcstatus.Unknown, "upload already done"), CodeUploadDone, DetailNone, ""},

	{status(rpcstatus.Unauthenticated), CodeInternal, DetailUnauthenticated, ""},
	{status(rpcstatus.BucketNameMissing), CodeBucketNameInvalid, DetailNone, ""},
	{status(rpcstatus.BucketNameInvalid), CodeBucketNameInvalid, DetailNone, ""},
	{status(rpcstatus.BucketNotFound), CodeBucketNotFound, DetailNone, ""},
	{status(rpcstatus.ObjectKeyMissing), CodeObjectKeyInvalid, DetailNone, ""},
	{status(rpcstatus.ObjectKeyTooLong), CodeObjectKeyInvalid, DetailNone, ""},
	{status(rpcstatus.ObjectVersionInvalid), CodeInternal, DetailVersionInvalid, ""},
	{status(rpcstatus.MethodNotAllowed), CodeInternal, DetailMethodNotAllowed, ""},
	{status(rpcstatus.Unimplemented), CodeInternal, DetailUnsupported, ""},
	{status(rpcstatus.ObjectLockObjectProtected), CodeInternal, DetailObjectLocked, ""},
	{status(rpcstatus.ObjectLockEndpointsDisabled), CodeInternal, DetailLockDisabled, ""},
	{status(rpcstatus.ObjectLockDisabledForProject), CodeInternal, DetailLockDisabled, ""},
	{status(rpcstatus.ObjectLockBucketRetentionConfigurationMissing), CodeInternal, DetailLockDisabled, ""},
	{status(rpcstatus.ObjectLockInvalidBucketState), CodeInternal, DetailBucketState, ""},
	{status(rpcstatus.ObjectLockInvalidBucketRetentionConfiguration), CodeInternal, DetailInvalidArgument, ""},
	{status(rpcstatus.ObjectLockInvalidObjectState), CodeInternal, DetailObjectState, ""},
	{status(rpcstatus.ObjectLockUploadWithTTL), CodeInternal, DetailExpiresLocked, ""},
	{status(rpcstatus.ObjectLockUploadWithTTLAPIKey), CodeInternal, DetailExpiresLocked, ""},
	{status(rpcstatus.ObjectLockUploadWithTTLAndDefaultRetention), CodeInternal, DetailExpiresLocked, ""},
	{status(rpcstatus.ObjectLockUploadWithTTLAPIKeyAndDefaultRetention), CodeInternal, DetailExpiresLocked, ""},
	{status(rpcstatus.OutOfRange), CodeInternal, DetailRangeInvalid, "the range lies outside the object: %s"},
	{status(rpcstatus.DeadlineExceeded), CodeInternal, DetailDeadlineExceeded, ""},
	{status(rpcstatus.Unavailable), CodeInternal, DetailConnection, ""},
	{status(rpcstatus.InvalidArgument), CodeInternal, DetailInvalidArgument, ""},

	{timedOut, CodeInternal, DetailDeadlineExceeded, "it took too long: %s"},
	{disconnected, CodeInternal, DetailConnection, "no connection: %s"},
}

const (
	missingKey    = "the access has no encryption key for this"
	largeMetadata = "the custom metadata is not valid: it has too many bytes; shorten or remove entries: %s"
	longKey       = "too long once it is encrypted: %s"
	smallPart     = "a part that is not the last is too small; upload it again with more bytes: %s"
	revokedBefore = "the access was probably revoked before, and then nothing is left to do: %s"
)

// Classify returns an error with its code and its detail. The code is never CodeCanceled unless err
// has it: Go's library also cancels for reasons of its own.
func Classify(err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		if known.Unchanged && mainError(err) != known {
			// A clean-up found no connection, after a call that may have succeeded.
			known = &Error{Code: known.Code, Detail: known.Detail, Text: known.Text, OfTarget: known.OfTarget}
		}
		return known
	}
	text := Message(err)
	for _, row := range table {
		if row.matches(err, text) {
			if row.text != "" {
				text = strings.ReplaceAll(row.text, "%s", text)
			}
			return &Error{Code: row.code, Detail: row.detail, Text: text}
		}
	}
	return &Error{Code: CodeInternal, Detail: DetailNone, Text: text}
}

// mainError returns the innermost wrapped error. Of several combined errors, it follows the first.
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

// is matches an error that wraps the target.
func is(target error) matcher {
	return func(err error, _ string) bool { return errors.Is(err, target) }
}

// has matches an error of the class.
func has(class *errs.Class) matcher {
	return func(err error, _ string) bool { return class.Has(err) }
}

// both matches an error that two matchers match.
func both(first, second matcher) matcher {
	return func(err error, text string) bool { return first(err, text) && second(err, text) }
}

// edgeUntrusted matches an error of TLS with an auth service. Go's library keeps only its text.
func edgeUntrusted(_ error, text string) bool {
	return strings.Contains(text, "x509: ") || strings.Contains(text, "tls: ")
}

// edgeUnreachable matches an error of the connection to an auth service. Go's library keeps only its
// text.
func edgeUnreachable(_ error, text string) bool {
	return slices.ContainsFunc([]string{
		": rpc: ", ": EOF", "unexpected EOF", "manager closed", "connection reset", "broken pipe", "i/o timeout",
	}, func(sign string) bool { return strings.Contains(text, sign) })
}

// status matches an error of the satellite with the status.
func status(code rpcstatus.StatusCode) matcher {
	return func(err error, _ string) bool { return errs2.IsRPC(err, code) }
}

// refused matches an error with the status and with the part in its text. The part is in lower
// case.
func refused(code rpcstatus.StatusCode, part string) matcher {
	return func(err error, text string) bool {
		return rpcstatus.Code(err) == code && strings.Contains(strings.ToLower(text), part)
	}
}

// damaged matches an error about nodes that answered, with so much wrong data that it cannot be repaired.
func damaged(err error, text string) bool {
	return eestream.Error.Has(err) && strings.Contains(text, "too many errors to reconstruct")
}

// tooFewNodes matches an error about nodes that failed, so that an object cannot be stored or read.
func tooFewNodes(err error, text string) bool {
	if eestream.Error.Has(err) || eestream.ErrInactive.Has(err) || piecestore.Error.Has(err) {
		return true
	}
	// The nodes failed, but so did the satellite, which would have named other nodes.
	if strings.Contains(text, "piece limit exchange failed: metaclient: rpc") {
		return false
	}
	// These errors have neither a type, nor a class, nor a status of their own.
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

// timedOut matches the error of a timeout.
func timedOut(err error, _ string) bool {
	var network net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) ||
		errors.As(err, &network) && network.Timeout()
}

// disconnected matches an error of a connection.
func disconnected(err error, _ string) bool {
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
