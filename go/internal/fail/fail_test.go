package fail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"

	"github.com/zeebo/errs"

	"storj.io/common/encryption"
	"storj.io/common/peertls/tlsopts"
	"storj.io/common/rpc"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/drpc"
	"storj.io/uplink"
	"storj.io/uplink/private/eestream"
)

var outer = errs.Class("uplink")

func wrapped(err error) error {
	return outer.Wrap(fmt.Errorf("around: %w", err))
}

func TestClassify(t *testing.T) {
	refused := &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	for _, entry := range []struct {
		err    error
		code   Code
		detail Detail
	}{
		{uplink.ErrBucketNotFound, CodeBucketNotFound, DetailNone},
		{uplink.ErrPermissionDenied, CodePermissionDenied, DetailNone},
		{errs.Combine(uplink.ErrUploadDone, refused), CodeUploadDone, DetailNone},
		{InvalidArgument("no"), CodeInternal, DetailInvalidArgument},
		{rpcstatus.Error(rpcstatus.Unauthenticated, "who?"), CodeInternal, DetailUnauthenticated},
		{rpcstatus.Error(rpcstatus.InvalidArgument, "Metadata is too large"), CodeInternal, DetailInvalidMetadata},
		{rpcstatus.Error(rpcstatus.InvalidArgument, "no"), CodeInternal, DetailInvalidArgument},
		{rpcstatus.Error(rpcstatus.BucketNotFound, "no"), CodeBucketNotFound, DetailNone},
		{rpcstatus.Error(rpcstatus.ObjectKeyTooLong, "no"), CodeObjectKeyInvalid, DetailNone},
		{rpcstatus.Error(rpcstatus.Unavailable, "no"), CodeInternal, DetailConnection},
		{rpcstatus.Error(rpcstatus.Canceled, "no"), CodeInternal, DetailConnection},
		{rpcstatus.Error(rpcstatus.Internal, "no"), CodeInternal, DetailNone},
		{refused, CodeInternal, DetailConnection},
		{rpc.Error.Wrap(refused), CodeInternal, DetailConnection},
		{&net.DNSError{Err: "no such host", Name: "nowhere"}, CodeInternal, DetailConnection},
		{&net.OpError{Op: "dial", Err: context.DeadlineExceeded}, CodeInternal, DetailDeadlineExceeded},
		{context.DeadlineExceeded, CodeInternal, DetailDeadlineExceeded},
		{context.Canceled, CodeInternal, DetailConnection},
		{io.EOF, CodeInternal, DetailConnection},
		{drpc.ClosedError.New("gone"), CodeInternal, DetailConnection},
		{tlsopts.Error.New("another id"), CodeInternal, DetailConnection},
		{&tls.CertificateVerificationError{Err: io.ErrNoProgress}, CodeInternal, DetailConnection},
		{encryption.ErrDecryptFailed.New("no"), CodeInternal, DetailDecryptionFailed},
		{eestream.Error.New("error decoding data: too many errors to reconstruct"), CodeInternal,
			DetailNodesUnavailable},
		{eestream.Error.Wrap(refused), CodeInternal, DetailNodesUnavailable},
		{errs.Combine(errs.New("failed to upload enough pieces (1 of 2)"), refused), CodeInternal,
			DetailNodesUnavailable},
	} {
		for _, err := range []error{entry.err, wrapped(entry.err)} {
			f := Classify(err)
			if f.Code != entry.code || f.Detail != entry.detail || f.Text == "" {
				t.Errorf("%v: %d, %d, %q", err, f.Code, f.Detail, f.Text)
			}
		}
	}
}

func TestMessages(t *testing.T) {
	if got := Message(wrapped(uplink.ErrBucketNotFound)); got != "around: bucket not found" {
		t.Error(got)
	}
	long := Message(errs.New("%s", strings.Repeat("ä", longestMessage)))
	if len(long) > longestMessage+10 || !strings.HasSuffix(long, "ä …") {
		t.Error(long)
	}
	if got := Message(errs.New("a; b; a; a; c")); got != "a; b; c" {
		t.Error(got)
	}
	if got := Message(errs.Wrap(io.ErrNoProgress)); strings.Contains(got, ".go:") {
		t.Error("stack frames in a message")
	}
}

func TestTooManyRequests(t *testing.T) {
	for err, is := range map[error]bool{
		rpcstatus.Error(rpcstatus.ResourceExhausted, "Too Many Requests"):    true,
		rpcstatus.Error(rpcstatus.ResourceExhausted, "Exceeded Usage Limit"): false,
		rpcstatus.Error(rpcstatus.Internal, "Too Many Requests"):             false,
		errors.New("Too Many Requests"):                                      false,
	} {
		if IsTooManyRequests(err) != is {
			t.Error(err)
		}
	}
	if IsTooManyRequests(nil) {
		t.Error("no error")
	}
}
