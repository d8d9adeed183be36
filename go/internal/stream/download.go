package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"storj.io/uplink"

	"libuplink/internal/budget"
	"libuplink/internal/checksum"
	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/objects"
	"libuplink/internal/project"
	"libuplink/internal/stats"
)

// Download is a download of an object, or of a range of it. When nodes or the connection fail, it
// goes on with the same version of the object.
type Download struct {
	stream
	origin   origin
	path     string // for events; "" if it is not known
	info     *objects.Record
	openedIn time.Duration

	// Guarded by the lock.
	source   *source          // nil between the failure of a source and the opening of the next one
	position int64            // offset of the next byte in the object
	left     int64            // number of bytes left
	failures int              // number of failures since the last byte
	askedAll bool             // whether all nodes were asked since the last byte
	verified *checksum.Stored // of the bytes before position; nil if they are not verified

	// Guarded by the stream's mutex.
	closed bool
}

var errClosed = fail.Canceled("the download was closed")

// OpenDownload begins a download. Its call to the satellite is not repeated when the satellite
// refuses it: use project.Ask.
func OpenDownload(ctx context.Context, p *project.Project, from Version, options uplink.DownloadOptions,
) (*Download, error) {
	d, err := openDownload(ctx, p, &from, options)
	var record *objects.Record
	if d != nil {
		record = d.info
	}
	if err := from.Expected.check(record, err); err != nil {
		if d != nil {
			d.Free()
		}
		return nil, err
	}
	d.path = project.Path(from.Bucket, from.Key)
	return d, nil
}

func openDownload(ctx context.Context, p *project.Project, from origin, options uplink.DownloadOptions,
) (*Download, error) {
	d := &Download{stream: newStream(p, ""), origin: from}
	stop := d.cancelWith(ctx)
	begun := time.Now()
	err := d.open(options)
	d.openedIn = time.Since(begun)
	canceled := !stop()
	if err != nil {
		err = d.explain(rangeError(err, options))
		d.cancel(errFreed)
		return nil, err
	}
	d.info = d.source.Info()
	d.origin.pin(d.info.Version)
	size := d.info.System.ContentLength
	d.left = rangeLength(size, options)
	if d.position = options.Offset; options.Offset < 0 {
		d.position = size - d.left
	}
	switch {
	case canceled:
		err = context.Cause(ctx)
	case options.Offset > size:
		err = errOffset(size, options.Offset)
	default:
		return d, nil
	}
	d.Free()
	return nil, err
}

// rangeError returns an error about the range if the satellite refused an argument, or else the
// error. The satellite's status shows only that an argument is wrong.
func rangeError(err error, options uplink.DownloadOptions) error {
	whole := options.Offset == 0 && options.Length < 0
	if !whole && fail.Classify(err).Detail == fail.DetailInvalidArgument {
		if size, known := sizeOf(fail.Message(err), options.Offset); known {
			return errOffset(size, options.Offset)
		}
		return fail.Internal(fail.DetailRangeInvalid,
			"the range lies outside the object: %s", fail.Message(err))
	}
	return err
}

// sizeOf returns the size of an object from the satellite's text about a range without an end, and
// whether the text has it.
func sizeOf(text string, offset int64) (size int64, known bool) {
	_, numbers, _ := strings.Cut(text, "invalid range: ")
	var start int64
	count, _ := fmt.Sscanf(numbers, "%d:%d", &start, &size)
	return size, count == 2 && start == offset && size < offset
}

func errOffset(size, offset int64) error {
	return fail.Internal(fail.DetailRangeInvalid, "the object has %d bytes, which end before the offset %d", size, offset)
}

// rangeLength returns how many bytes of an object a range covers.
func rangeLength(size int64, options uplink.DownloadOptions) int64 {
	switch {
	case options.Offset < 0:
		return min(-options.Offset, size)
	case options.Length < 0:
		return max(size-options.Offset, 0)
	}
	return max(min(options.Length, size-options.Offset), 0)
}

// Verify makes the read of the last byte fail unless the bytes have the checksum that the metadata
// has. It is called before the first read, on a download of a whole object.
func (d *Download) Verify() (err error) {
	if d.verified, err = checksum.Find(d.info.Custom); err == nil && d.left == 0 {
		err = d.verified.Compare()
	}
	return err
}

// Verified returns the checksum of the bytes that were read, or nil. No other call on the download may
// run.
func (d *Download) Verified() *checksum.Stored { return d.verified }

// Record returns what is known of the object.
func (d *Download) Record() *objects.Record { return d.info }

func (d *Download) isClosed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.closed
}

// usable returns why nothing more can be read, or nil.
func (d *Download) usable() error {
	if d.isClosed() {
		return fail.InvalidArgument("the download is closed")
	}
	return d.failed()
}

// Read reads bytes into memory, and returns their number. If all is true it fills the memory, or
// else it returns as soon as it has some bytes. At the end of the download it returns io.EOF.
func (d *Download) Read(ctx context.Context, memory []byte, all bool) (count int, err error) {
	held, err := d.lock(ctx, d.usable)
	if err != nil {
		return 0, err
	}
	defer held.unlock()
	if d.info.System.ContentLength > budget.LargestInline {
		if err := d.acquireConnections(budget.ConnectionsOfDownload); err != nil {
			return 0, d.note(err)
		}
	}
	defer d.work()()
	defer func() { stats.Of(ctx).Receive(count) }()
	for count < len(memory) && (all || count == 0) {
		if d.left == 0 {
			return count, io.EOF
		}
		n, err := d.readSome(memory[count:])
		count += n
		if err != nil {
			if err = d.resume(err); err != nil {
				return count, err
			}
		}
		if d.left == 0 && n > 0 {
			if err := d.verified.Compare(); err != nil {
				return count, d.note(err)
			}
		}
	}
	return count, nil
}

// readSome reads at least one byte, or returns why there is none.
func (d *Download) readSome(memory []byte) (n int, err error) {
	source := d.source
	switch stall := d.project.Patience.Stall; {
	case d.connections == nil: // the bytes came from the satellite when the source was opened
	case !d.askedAll:
		defer source.limitRead()()
	case stall > 0:
		defer source.limitStall(stall)()
	}
	const mostEmptyReads = 100
	for empty := 0; n == 0 && err == nil && empty < mostEmptyReads; empty++ {
		n, err = source.Read(memory)
	}
	if n > 0 {
		_, _ = d.verified.Write(memory[:n])
		d.position, d.left = d.position+int64(n), d.left-int64(n)
		d.failures, d.askedAll = 0, false
	} else if err == nil {
		err = io.ErrNoProgress
	}
	switch {
	case d.left == 0:
		return n, nil
	case err != nil && source.ctx.Err() != nil:
		err = context.Cause(source.ctx)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrNoProgress):
		// Go's library also returns EOF for a connection that ended.
		err = fail.Internal(fail.DetailConnection,
			"the download broke off %d bytes before its end: %s", d.left, fail.Message(err))
	}
	return n, err
}

// Close closes the download. It cancels a read under way and waits for its end: in Go's library, a
// read and a close must not run at the same time. It has no error: Go's library returns which nodes
// have failed, also if all bytes that were wanted have been read from others.
func (d *Download) Close() {
	d.mu.Lock()
	already := d.closed
	d.closed = true
	d.mu.Unlock()
	if already {
		return
	}
	select {
	case d.locked <- struct{}{}:
	default:
		d.cancel(errClosed)
		d.locked <- struct{}{}
	}
	defer d.releaseLock()
	defer d.releaseConnections()
	defer d.work()()
	if d.source != nil {
		d.source.close()
	}
	d.cancel(errClosed)
}

// Free closes the download in the background.
func (d *Download) Free() {
	closed := d.isClosed()
	d.cancel(errFreed)
	if !closed {
		guard.Background.Go(d.Close)
	}
}
