package transfer

import (
	"context"
	"time"

	"storj.io/uplink"

	"libuplink/internal/checksum"
	"libuplink/internal/fail"
	"libuplink/internal/objects"
	"libuplink/internal/progress"
	"libuplink/internal/project"
	"libuplink/internal/ranges"
	"libuplink/internal/stream"
)

// DownloadOptions say how a file is downloaded.
type DownloadOptions struct {
	// Whether a file that exists is an error.
	NoOverwrite bool
	// Whether to begin anew, and to keep nothing after an error.
	NoResume bool
	// Whether the file may be lost or empty after the machine has lost its power.
	NoSync bool
	// Whether to compare the bytes with the checksum that the metadata has.
	Verify bool
}

// DownloadFile downloads a version of an object to a file, and returns the object's record. The file
// appears at its path when it is complete. After an error, what was downloaded stays beside it, for
// another call.
func DownloadFile(ctx context.Context, p *project.Project, from stream.Version, path string, options DownloadOptions,
	counters *progress.Counters) (*objects.Record, error) {
	to, err := findDestination(path, options)
	if err != nil {
		return nil, err
	}
	d, err := project.Ask(ctx, p, func() (*stream.Download, error) {
		return stream.OpenDownload(ctx, p, from, uplink.DownloadOptions{Length: -1})
	})
	if err != nil {
		return nil, err
	}
	defer d.Free()
	record := d.Record()
	var sum *checksum.Stored
	if options.Verify {
		if sum, err = checksum.Find(record.Custom); err != nil {
			return nil, err
		}
	}
	kept, err := openPartial(ctx, to, identityOf(from, record), record.System.ContentLength)
	if err != nil {
		return nil, err
	}
	if err := kept.fill(ctx, ranges.Open(d), sum, counters); err != nil {
		kept.end(mayKeep(err))
		return nil, err
	}
	if err := kept.finish(); err != nil {
		return nil, err
	}
	counters.Committed.Store(record.System.ContentLength)
	return record, nil
}

// mayKeep reports whether another call can go on with what was downloaded before the error.
func mayKeep(err error) bool {
	switch fail.Classify(err).Detail {
	case fail.DetailObjectChanged, fail.DetailChecksumMismatch:
		return false
	}
	return true
}

// fill downloads what is missing in the partial file. It compares the bytes with the checksum unless
// that is nil.
func (f *partial) fill(ctx context.Context, o *ranges.Object, sum *checksum.Stored, counters *progress.Counters) error {
	counters.Total.Store(f.size)
	missing, err := f.begin(ctx)
	if err != nil {
		return err
	}
	left := int64(0)
	for _, span := range missing {
		left += span.Length
	}
	counters.Transferred.Store(f.size - left)
	if sum == nil {
		return o.Fetch(ctx, missing, f, counters)
	}
	follower := checksum.Follow(ctx, sum, 0, f.size, f.arrived)
	defer follower.Stop()
	kept := int64(0)
	for _, span := range missing {
		follower.Arrived(kept, span.Offset-kept)
		kept = span.End()
	}
	follower.Arrived(kept, f.size-kept)
	if err := o.Fetch(ctx, missing, ranges.Followed{Target: f, Follower: follower}, counters); err != nil {
		return err
	}
	if err := follower.Wait(); err != nil {
		return err
	}
	return sum.Compare()
}

// arrived returns bytes that are in the file already.
func (f *partial) arrived(offset int64, scratch []byte) ([]byte, error) {
	_, err := f.file.ReadAt(scratch, offset)
	return scratch, f.to.fileError(err)
}

// identity distinguishes a version of an object from all others.
type identity struct {
	Bucket, Key   string
	Version, ETag []byte
	Created       time.Time
	Size          int64
}

func identityOf(from stream.Version, record *objects.Record) identity {
	system := record.System
	return identity{from.Bucket, from.Key, record.Version, record.ETag, system.Created.UTC(), system.ContentLength}
}

// fileError returns the error of the system about the file at the path that the caller gave.
func (d *destination) fileError(err error) error {
	if err == nil {
		return nil
	}
	return fail.File(d.given, err)
}
