package main

// #include "uplink.h"
import "C"

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"
	"unsafe"

	"libuplink/internal/budget"
	"libuplink/internal/operation"
)

// written is the number of bytes that a write accepted.
type written int

func (u *upload) write(ctx context.Context, data []byte) (written, error) {
	defer u.tie(ctx)()
	if err := u.usable(); err != nil {
		return 0, err
	}
	if err := u.enter(ctx); err != nil {
		return 0, err
	}
	defer u.leave()
	if err := u.usable(); err != nil || len(data) == 0 {
		return 0, err
	}
	if u.size+len(data) > budget.LargestInline {
		if err := u.reserve(budget.ConnectionsOfUpload); err != nil {
			return 0, u.note(err)
		}
	}
	defer u.work()()
	count, err := u.pass(data)
	return written(count), u.note(u.gone(u.reason(err)))
}

// pass hands the data to Go's library, and each byte that begins a segment by itself.
func (u *upload) pass(data []byte) (count int, err error) {
	for count < len(data) && err == nil {
		rest, some := data[count:], 0
		if left := bytesUntilSegment(u.size); left > 0 {
			some, err = u.inner.Write(rest[:min(left, len(rest))])
		} else {
			some, err = u.beginSegment(rest[:1])
		}
		count, u.size = count+some, u.size+some
	}
	return count, err
}

// bytesUntilSegment is how many bytes fit before the next one begins a segment for the storage nodes: Go's library
// gathers what might be small enough for the satellite.
func bytesUntilSegment(size int) int {
	const segment = 64 << 20
	gathered := size % segment
	if gathered > budget.LargestInline {
		gathered -= segment
	}
	return budget.LargestInline - gathered
}

// beginSegment writes the byte that begins a segment, which does not wait for the network. If the context ended just
// then, Go's library (v1.14.5) could end the upload before it knows of the segment, and wait for its end for ever.
func (u *upload) beginSegment(data []byte) (int, error) {
	u.begins.Lock()
	defer u.begins.Unlock()
	if u.lasting.Err() != nil {
		return 0, context.Cause(u.lasting)
	}
	return u.inner.Write(data)
}

// reason returns why an upload takes no more bytes. Go's library closes the pipe of an upload that failed a moment before
// writers get the error. Nothing can be committed any more, so another byte does no harm.
func (u *upload) reason(err error) error {
	for wait := time.Millisecond; misleads(err) && wait < time.Second; wait *= 2 {
		select {
		case <-u.ctx.Done():
			return err
		case <-time.After(wait):
		}
		if _, later := u.inner.Write([]byte{0}); later != nil {
			err = later
		}
	}
	return err
}

// misleads reports whether the error only says that writing has ended. The second error has no type.
func misleads(err error) bool {
	return errors.Is(err, io.ErrClosedPipe) ||
		err != nil && strings.Contains(err.Error(), "WaitWrite called after DoneWriting")
}

// ---- Arguments and results ----

func prepareWrite(handle *C.UplinkUpload, data []byte, wrong error, done func()) operation.Call[written] {
	t := onUpload(handle, func(u *upload, ctx context.Context) (written, error) {
		defer done()
		return u.write(ctx, data)
	})
	if t.Refused == nil {
		t.Refused = wrong
	}
	if t.Refused != nil {
		done()
	}
	return t
}

func writeResult(count written, err error) C.UplinkWriteResult {
	return C.UplinkWriteResult{bytes_written: C.size_t(count), error: errorToC(err)}
}

//export uplink_upload_write
func uplink_upload_write(handle *C.UplinkUpload, bytes unsafe.Pointer, length C.size_t) (result C.UplinkWriteResult) {
	defer rescue(&result.error)
	data, err := cBytes(bytes, length, "bytes")
	return writeResult(prepareWrite(handle, data, err, func() {}).Do())
}

//export uplink_start_upload_write
func uplink_start_upload_write(op *C.UplinkOperation, handle *C.UplinkUpload, bytes unsafe.Pointer,
	length C.size_t) {
	defer rescueStart[written](op)
	data, err := limitedBytes(bytes, length, largestCopy, "bytes")
	own := copyToBuffer(data)
	start(op, prepareWrite(handle, own.bytes, err, own.release))
}

//export uplink_operation_take_write
func uplink_operation_take_write(op *C.UplinkOperation, result *C.UplinkWriteResult) {
	if result != nil {
		defer rescue(&result.error)
		*result = writeResult(take[written](op))
	}
}

//export uplink_free_write_result
func uplink_free_write_result(result C.UplinkWriteResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
}
