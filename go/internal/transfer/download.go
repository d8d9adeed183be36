package transfer

import (
	"context"
	"time"

	"storj.io/uplink"

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
	kept, err := openPartial(ctx, to, identityOf(from, record), record.System.ContentLength)
	if err != nil {
		return nil, err
	}
	if err := kept.fill(ctx, ranges.Open(d), counters); err != nil {
		kept.end(fail.Classify(err).Detail != fail.DetailObjectChanged)
		return nil, err
	}
	if err := kept.finish(); err != nil {
		return nil, err
	}
	counters.Committed.Store(record.System.ContentLength)
	return record, nil
}

// fill downloads what is missing in the partial file.
func (f *partial) fill(ctx context.Context, o *ranges.Object, counters *progress.Counters) error {
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
	return o.Fetch(ctx, missing, f, counters)
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
