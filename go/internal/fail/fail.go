// Package fail has the one type of error that leaves the library, with the numbers of uplink.h.
package fail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"storj.io/common/errs2"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/uplink"
)

// Code is one of UPLINK_ERROR_….
type Code int32

// Detail is one of UPLINK_DETAIL_….
type Detail int32

// Error is an error as C gets it.
type Error struct {
	Code   Code
	Detail Detail
	Text   string
	// Whether nothing was changed, and the library has tried as often as it may: the caller must
	// not try again.
	Unchanged bool
	// Whether a copy or a move failed because of its target: the new bucket or the new key.
	OfTarget bool
	// The number of the system's error about a file on this machine, and the path of the file.
	SystemError int32
	Path        string
	// The checksums of an object whose bytes are not those that it was stored with; nil for any other
	// error.
	Checksums *Checksums
}

// Checksums are what the metadata of an object have, and what its bytes have.
type Checksums struct{ Algorithm, Stored, Actual string }

func (e *Error) Error() string { return e.Text }

// New returns an error with a formatted text.
func New(code Code, detail Detail, format string, args ...any) *Error {
	return &Error{Code: code, Detail: detail, Text: fmt.Sprintf(format, args...)}
}

// Internal returns an error of CodeInternal, whose kind is the detail.
func Internal(detail Detail, format string, args ...any) *Error {
	return New(CodeInternal, detail, format, args...)
}

// InvalidArgument returns an error about an argument of the caller.
func InvalidArgument(format string, args ...any) error {
	return Internal(DetailInvalidArgument, format, args...)
}

// ChecksumMismatch returns the error about an object whose bytes have another checksum than its
// metadata.
func ChecksumMismatch(algorithm, stored, actual string) *Error {
	e := Internal(DetailChecksumMismatch, "the %s checksum of the bytes is %s, and that of the metadata %q",
		algorithm, actual, stored)
	e.Unchanged, e.Checksums = true, &Checksums{algorithm, stored, actual}
	return e
}

// InvalidHandle returns the error for a handle whose value does not exist. The name is the name of
// its type.
func InvalidHandle(name string) error {
	return New(CodeInvalidHandle, DetailNone, "the handle of the %s is not valid: it was freed, or never was one", name)
}

// Canceled returns the error of a call or a stream that was canceled.
func Canceled(text string) *Error {
	return New(CodeCanceled, DetailNone, "%s", text)
}

// Panic returns the error for a panic with the value.
func Panic(thrown any) error {
	return Internal(DetailPanic, "a defect in libuplink: %v", thrown)
}

// OfTarget returns an error about the target of a copy or a move.
func OfTarget(err error) error {
	if err == nil {
		return nil
	}
	marked := *Classify(err)
	marked.OfTarget = true
	return &marked
}

// IsCanceled reports whether err was made by Canceled.
func IsCanceled(err error) bool {
	e, ok := err.(*Error)
	return ok && e.Code == CodeCanceled
}

// IsTooManyRequests reports whether the satellite refused a request that may be made again later.
func IsTooManyRequests(err error) bool {
	return errors.Is(err, uplink.ErrTooManyRequests) ||
		errs2.IsRPC(err, rpcstatus.ResourceExhausted) && strings.HasSuffix(err.Error(), "Too Many Requests")
}

// Cause returns the cause of the end of ctx, if it has ended: an error of Go's library is
// misleading then. Otherwise it returns err. It also returns err if it is io.EOF, which ends a
// download, or was made by Canceled.
func Cause(ctx context.Context, err error) error {
	if err == nil || err == io.EOF || IsCanceled(err) || ctx.Err() == nil {
		return err
	}
	return context.Cause(ctx)
}
