package transfer

import (
	"context"

	"libuplink/internal/objects"
	"libuplink/internal/progress"
	"libuplink/internal/project"
)

// Opened is a file that the caller has opened, from an offset on.
type Opened struct{ file *file }

// Duplicate returns the file of a descriptor; on Windows, of a handle. It uses a duplicate, so the
// caller may close the descriptor at once. It is read without the position that both share.
func Duplicate(descriptor uintptr, offset int64) (*Opened, error) {
	opened, err := duplicate(descriptor)
	if err != nil {
		return nil, err
	}
	return &Opened{&file{opened: opened, start: offset}}, nil
}

// UploadOpened uploads the rest of an open file, as UploadFile uploads a file, and closes its
// duplicate. The file must be a regular one.
func UploadOpened(ctx context.Context, p *project.Project, bucket, key string, from *Opened, options UploadOptions,
	counters *progress.Counters) (*objects.Record, error) {
	source, err := sourceOf(from.file)
	if err != nil {
		return nil, err
	}
	return run(ctx, &upload{
		project: p, bucket: bucket, key: key, source: source, options: options, counters: counters,
	})
}
