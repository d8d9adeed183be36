package tree

import (
	"context"

	"storj.io/common/storj"
	"storj.io/uplink"
	"storj.io/uplink/private/object"

	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/listing"
	"libuplink/internal/objects"
	"libuplink/internal/project"
)

// list calls visit for each object below the prefix, with its path below the folder. It requests the
// next page while it visits the objects of a page.
func (r *run) list(custom bool, visit func(path string, found *uplink.Object) error) error {
	pages := make(chan []*listing.Object, 1)
	ended := make(chan error, 1)
	ctx, cancel := context.WithCancel(r.ctx)
	go func() {
		defer close(pages)
		_, err := guard.Call(func() (struct{}, error) { return struct{}{}, r.sendPages(ctx, custom, pages) })
		ended <- err
	}()
	defer func() {
		cancel()
		for range pages { // wait for the goroutine
		}
	}()
	for page := range pages {
		for _, found := range page {
			if path := found.Key[len(r.job.Prefix):]; path != "" {
				if err := visit(path, &found.Object); err != nil {
					return err
				}
			}
		}
	}
	return <-ended
}

// sendPages sends the pages of the listing.
func (r *run) sendPages(ctx context.Context, custom bool, pages chan<- []*listing.Object) error {
	options := &listing.Options{Limit: listing.Limit(0), ListObjectsOptions: uplink.ListObjectsOptions{
		Prefix: r.job.Prefix, Recursive: true, System: true, Custom: custom,
	}}
	for {
		var page listing.Page[*listing.Object]
		err := r.persist(ctx, func() (err error) {
			page, err = project.Ask(ctx, r.project, func() (listing.Page[*listing.Object], error) {
				return listing.Objects(ctx, r.project.Project, r.job.Bucket, options)
			})
			return err
		})
		if err != nil {
			return err
		}
		select {
		case pages <- page.Items:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		cursor := options.Cursor
		// The key that equals the prefix is an empty cursor, which is the start of the listing.
		for at := len(page.Items) - 1; at >= 0 && options.Cursor == cursor; at-- {
			if path := page.Items[at].Key[len(r.job.Prefix):]; path != "" {
				options.Cursor = path
			}
		}
		if !page.More {
			return nil
		}
		if options.Cursor == cursor {
			return fail.Internal(fail.DetailNone, "the listing does not get past a page")
		}
	}
}

// extra is an object without a file, or a file without an object.
type extra struct {
	path string
	size int64
}

// deleteObjects deletes objects whose files are still missing.
func (r *run) deleteObjects(extras []extra) error {
	var batch []extra
	for i, e := range extras {
		if r.isMissing(e.path) {
			batch = append(batch, e)
		} else {
			r.unchanged()
		}
		if len(batch) < objects.MostDeleted && i < len(extras)-1 || len(batch) == 0 {
			continue
		}
		if err := r.deleteBatch(batch); err != nil {
			return err
		}
		batch = batch[:0]
	}
	return nil
}

// deleteBatch deletes objects with one request.
func (r *run) deleteBatch(batch []extra) error {
	if r.job.DryRun {
		for _, e := range batch {
			r.deleted(e.path, e.size)
		}
		return nil
	}
	items := make([]objects.Item, len(batch))
	for i, e := range batch {
		items[i].ObjectKey = r.job.Prefix + e.path
	}
	var deletions []objects.Deletion
	err := r.persist(r.ctx, func() (err error) {
		deletions, err = project.Ask(r.ctx, r.project, func() ([]objects.Deletion, error) {
			return objects.DeleteAll(r.ctx, r.project.Project, r.job.Bucket, items, object.DeleteObjectsOptions{})
		})
		return err
	})
	if err != nil {
		return err
	}
	for i, deletion := range deletions {
		if err := deletionError(deletion.Status); err != nil {
			entry := r.entry(batch[i].path)
			entry.Size = batch[i].size
			r.failed(entry, err)
		} else {
			r.deleted(batch[i].path, batch[i].size)
		}
	}
	return nil
}

// deletionError returns why an object was not deleted, or nil.
func deletionError(status storj.DeleteObjectsStatus) error {
	switch status {
	case storj.DeleteObjectsStatusOK, storj.DeleteObjectsStatusNotFound:
		return nil
	case storj.DeleteObjectsStatusUnauthorized:
		return fail.New(fail.CodePermissionDenied, fail.DetailNone, "the access does not allow to delete it")
	case storj.DeleteObjectsStatusLocked:
		return fail.Internal(fail.DetailObjectLocked, "a retention or a legal hold protects the object")
	}
	return fail.Internal(fail.DetailNone, "the satellite could not delete the object")
}
