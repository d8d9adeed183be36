package main

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
	"time"

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
		err          error
		code, detail int32
	}{
		{uplink.ErrBucketNotFound, codeBucketNotFound, detailNone},
		{uplink.ErrPermissionDenied, codePermissionDenied, detailNone},
		{errs.Combine(uplink.ErrUploadDone, refused), codeUploadDone, detailNone},
		{invalidArgument("no"), codeInternal, detailInvalidArgument},
		{rpcstatus.Error(rpcstatus.Unauthenticated, "who?"), codeInternal, detailUnauthenticated},
		{rpcstatus.Error(rpcstatus.InvalidArgument, "Metadata is too large"), codeInternal, detailInvalidMetadata},
		{rpcstatus.Error(rpcstatus.InvalidArgument, "no"), codeInternal, detailInvalidArgument},
		{rpcstatus.Error(rpcstatus.BucketNotFound, "no"), codeBucketNotFound, detailNone},
		{rpcstatus.Error(rpcstatus.ObjectKeyTooLong, "no"), codeObjectKeyInvalid, detailNone},
		{rpcstatus.Error(rpcstatus.Unavailable, "no"), codeInternal, detailConnection},
		{rpcstatus.Error(rpcstatus.Canceled, "no"), codeInternal, detailConnection},
		{rpcstatus.Error(rpcstatus.Internal, "no"), codeInternal, detailNone},
		{refused, codeInternal, detailConnection},
		{rpc.Error.Wrap(refused), codeInternal, detailConnection},
		{&net.DNSError{Err: "no such host", Name: "nowhere"}, codeInternal, detailConnection},
		{&net.OpError{Op: "dial", Err: context.DeadlineExceeded}, codeInternal, detailDeadlineExceeded},
		{context.DeadlineExceeded, codeInternal, detailDeadlineExceeded},
		{context.Canceled, codeInternal, detailConnection},
		{io.EOF, codeInternal, detailConnection},
		{drpc.ClosedError.New("gone"), codeInternal, detailConnection},
		{tlsopts.Error.New("another id"), codeInternal, detailConnection},
		{&tls.CertificateVerificationError{Err: io.ErrNoProgress}, codeInternal, detailConnection},
		{encryption.ErrDecryptFailed.New("no"), codeInternal, detailDecryptionFailed},
		{eestream.Error.Wrap(refused), codeInternal, detailNodesUnavailable},
		{errs.Combine(errs.New("failed to upload enough pieces (1 of 2)"), refused), codeInternal,
			detailNodesUnavailable},
	} {
		for _, err := range []error{entry.err, wrapped(entry.err)} {
			f := classify(err)
			if f.code != entry.code || f.detail != entry.detail || f.text == "" {
				t.Errorf("%v: %d, %d, %q", err, f.code, f.detail, f.text)
			}
		}
	}
}

func TestMessages(t *testing.T) {
	if got := message(wrapped(uplink.ErrBucketNotFound)); got != "around: bucket not found" {
		t.Error(got)
	}
	long := message(errs.New("%s", strings.Repeat("ä", longestMessage)))
	if len(long) > longestMessage+10 || !strings.HasSuffix(long, "ä …") {
		t.Error(long)
	}
	if got := message(errs.New("a; b; a; a; c")); got != "a; b; c" {
		t.Error(got)
	}
	if got := message(errs.Wrap(io.ErrNoProgress)); strings.Contains(got, ".go:") {
		t.Error("stack frames in a message")
	}
}

func TestSecretsStayOutOfMessages(t *testing.T) {
	const secret = "13YqeVeryPrivate"
	for _, err := range []error{
		checkSatellite(secret),
		checkSatellite("a b " + secret),
		checkSatellite(secret + "@127.0.0.1:7777"),
		checkSatellite("%zz" + secret),
		checkAPIKey(secret),
	} {
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Error(err)
		}
	}
	if _, err := parseAccess(secret); err == nil || strings.Contains(err.Error(), secret) {
		t.Error(err)
	}
}

func TestSatelliteAddress(t *testing.T) {
	for address, valid := range map[string]bool{
		"mars.tardigrade.io:7777": true,
		"12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@127.0.0.1:7777": true,
		"127.0.0.1:7777": false,
		"12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@localhost": false,
		"":        false,
		"http://": false,
	} {
		if err := checkSatellite(address); (err == nil) != valid {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestRangeLength(t *testing.T) {
	for _, entry := range []struct{ offset, length, covered int64 }{
		{0, -1, 10}, {3, -1, 7}, {10, -1, 0}, {11, -1, 0}, {-4, -1, 4}, {-40, -1, 10},
		{0, 0, 0}, {0, 4, 4}, {8, 4, 2}, {12, 4, 0},
	} {
		options := uplink.DownloadOptions{Offset: entry.offset, Length: entry.length}
		if got := rangeLength(10, options); got != entry.covered {
			t.Errorf("%v: %d", entry, got)
		}
	}
}

func TestBuffersAreCopies(t *testing.T) {
	for _, size := range []int{0, 1, 4096, 4097, 70000, 1 << 22, 1<<22 + 1} {
		data := []byte(strings.Repeat("x", size))
		copied := copyToBuffer(data)
		clear(data)
		if string(copied.bytes) != strings.Repeat("x", size) {
			t.Errorf("%d bytes were not copied", size)
		}
		copied.release()
	}
}

func TestMicroseconds(t *testing.T) {
	if microseconds(-5) >= 0 || microseconds(1<<62) >= 0 || microseconds(1500) != 1500*time.Microsecond {
		t.Error("microseconds are not understood")
	}
}

func TestUnchangedIsOnlyTheMainError(t *testing.T) {
	refused := unreachable(syscall.ECONNREFUSED)
	for _, test := range []struct {
		err       error
		unchanged bool
	}{
		{refused, true},
		{errs.Wrap(fmt.Errorf("metaclient: %w", refused)), true},
		{errs.Combine(refused, io.EOF), true},
		{errs.Combine(io.EOF, refused), false},
		{errors.Join(broken(syscall.ECONNRESET), refused), false},
	} {
		if f := classify(test.err); f.unchanged != test.unchanged || f.detail != detailConnection {
			t.Errorf("%v: %+v", test.err, f)
		}
	}
	if !refused.(*failure).unchanged {
		t.Error("classifying has changed the error")
	}
}
