package tree

import (
	"context"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"storj.io/uplink"

	"libuplink/internal/checksum"
	"libuplink/internal/fail"
	"libuplink/internal/goruntime"
	"libuplink/internal/objects"
	"libuplink/internal/progress"
	"libuplink/internal/stream"
	"libuplink/internal/transfer"
)

// identity returns a text that is equal for paths of the same file.
func (f *folder) identity(path string) string {
	if f.folds {
		return strings.ToLower(path)
	}
	return path
}

// down downloads the objects. If it deletes files, it walks through the folder after that, for the
// files without an object. The downloads whose names these files had come last.
func (r *run) down() error {
	listed, parents := names{}, names{}
	err := r.work(func() error {
		return r.list(r.job.Compare != CompareNothing, func(path string, found *uplink.Object) error {
			for _, above := range parentsOf(path) {
				parents.add(r.folder.identity(above))
			}
			return r.fetch(path, found, listed)
		})
	})
	r.dropCollisions(listed, parents)
	if err == nil && r.mayDelete() && r.folder.root != nil {
		err = r.removeExtras(listed)
	}
	if err != nil || len(r.deferred) == 0 {
		return err
	}
	r.folder.forget()
	again := r.deferred
	return r.work(func() error {
		for _, d := range again {
			if err := r.submit(func(ctx context.Context) { r.downloadDeferred(ctx, d) }); err != nil {
				return err
			}
		}
		return nil
	})
}

// parentsOf returns the paths of the folders above a path.
func parentsOf(file string) (parents []string) {
	for above := path.Dir(file); above != "." && above != "/"; above = path.Dir(above) {
		parents = append(parents, above)
	}
	return parents
}

// dropCollisions makes failures of the deferred downloads whose names other keys need.
func (r *run) dropCollisions(listed, parents names) {
	r.deferred = slices.DeleteFunc(r.deferred, func(d deferred) bool {
		taken := parents.has(r.folder.identity(d.file)) || slices.ContainsFunc(parentsOf(d.file), func(above string) bool {
			return listed.has(r.folder.identity(above))
		})
		if taken {
			r.failed(d.entry(r), nameTaken(r.folder.name(d.file), "another key needs the name for a folder, or a part of it for a file"))
		}
		return taken
	})
}

// deferred is a download whose name something else has that may be deleted.
type deferred struct {
	file  string
	found *uplink.Object
}

// entry returns the entry of a download.
func (d deferred) entry(r *run) Entry {
	entry := r.entry(d.file)
	entry.Size = d.found.System.ContentLength
	return entry
}

// downloadDeferred downloads an object after the deletions.
func (r *run) downloadDeferred(ctx context.Context, d deferred) {
	if r.job.DryRun {
		r.copied(d.file, d.found.System.ContentLength)
		return
	}
	if err := r.download(ctx, d.file, d.found); err != nil {
		r.failed(d.entry(r), err)
	}
}

// removeExtras removes the files that have no object. Not while it walks: with the last file of a
// folder, the folder goes, too.
func (r *run) removeExtras(listed names) error {
	var extras []extra
	err := r.walk(".", nil, func(file string, info fs.FileInfo) error {
		if !listed.has(r.folder.identity(file)) {
			extras = append(extras, extra{file, info.Size()})
		}
		return nil
	})
	for _, e := range extras {
		if err == nil && r.ctx.Err() != nil {
			err = context.Cause(r.ctx)
		}
		if err != nil || !r.mayDelete() {
			break
		}
		r.remove(e.path, e.size)
	}
	return err
}

// remove removes a file.
func (r *run) remove(file string, size int64) {
	if !r.job.DryRun {
		if err := r.folder.remove(file); err != nil {
			r.failed(r.entry(file), err)
			return
		}
	}
	r.deleted(file, size)
}

// fetch submits the download of an object. A key that ends in "/" stands for a folder.
func (r *run) fetch(path string, found *uplink.Object, listed names) error {
	file, isFolder := strings.CutSuffix(path, "/")
	entry := r.entry(path)
	entry.Size = found.System.ContentLength
	if !r.filter.includes(file) {
		r.excluded()
		return nil
	}
	if err := checkPath(file); err != nil {
		r.failed(entry, err)
		return nil
	}
	isNew := listed.add(r.folder.identity(file))
	switch {
	case isFolder && found.System.ContentLength > 0:
		r.failed(entry, nameTaken(r.folder.name(file), "the key ends in a slash, as that of a folder, but has content"))
		return nil
	case isFolder:
		return r.submit(func(context.Context) { r.makeFolder(file) })
	case !isNew:
		r.failed(entry, nameTaken(r.folder.name(file), "another key falls onto the same name"))
		return nil
	}
	return r.submit(func(ctx context.Context) {
		switch err := r.download(ctx, file, found); {
		case err == nil:
		case r.job.Delete && fail.Classify(err).Detail == fail.DetailNameTaken:
			r.mu.Lock()
			defer r.mu.Unlock()
			r.deferred = append(r.deferred, deferred{file, found})
		default:
			r.failed(entry, err)
		}
	})
}

// makeFolder creates the folder of a key that ends in "/".
func (r *run) makeFolder(name string) {
	if !r.job.DryRun {
		if err := r.folder.find(name, true); err != nil {
			r.failed(r.entry(name+"/"), err)
			return
		}
	}
	r.unchanged()
}

// download downloads an object, unless the file has its content already.
func (r *run) download(ctx context.Context, file string, found *uplink.Object) error {
	before, err := r.target(file)
	if err == nil && before != nil {
		same, err := r.job.same(before, found, func(sum *checksum.Stored) error { return r.folder.hash(ctx, file, before, sum) })
		if same && err == nil {
			r.unchanged()
		}
		if same || err != nil {
			return err
		}
	}
	size := found.System.ContentLength
	if err == nil && !r.job.DryRun {
		if err = r.folder.findParent(file, true); err == nil {
			size, err = r.receive(ctx, file, before, size)
		}
	}
	if err == nil {
		r.copied(file, size)
	}
	return err
}

// target returns what is known of the file that a download replaces, or nil. It fails if the file
// cannot be replaced.
func (r *run) target(file string) (fs.FileInfo, error) {
	if err := r.folder.findParent(file, false); err == fs.ErrNotExist {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	info, err := r.folder.stat(file)
	switch {
	case err == fs.ErrNotExist:
		return nil, nil
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, nameTaken(r.folder.name(file), "a folder has the name")
	case !info.Mode().IsRegular():
		return nil, nameTaken(r.folder.name(file), "a symbolic link or a special file has the name")
	}
	return info, nil
}

// receive downloads an object to a file, and returns its size, which may differ from the size in the
// listing.
func (r *run) receive(ctx context.Context, file string, before fs.FileInfo, size int64) (received int64, err error) {
	from := stream.Version{Bucket: r.job.Bucket, Key: r.job.Prefix + file}
	if size <= smallFile {
		received, err = r.receiveSmall(ctx, file, before, size, from)
	} else {
		received, err = r.receiveLarge(ctx, file, size, from)
	}
	if err != nil {
		if info, failed := r.folder.stat(file); failed == nil && info.IsDir() {
			err = nameTaken(r.folder.name(file), "a folder has the name") // since another key was downloaded meanwhile
		}
	}
	return received, err
}

// receiveSmall downloads an object by one call. The object may have grown since it was listed.
func (r *run) receiveSmall(ctx context.Context, file string, before fs.FileInfo, size int64, from stream.Version,
) (int64, error) {
	defer goruntime.AllowGarbage()()
	var fetched *stream.Fetched
	err := r.persist(ctx, func() (err error) {
		fetched, err = stream.Get(ctx, r.project, from, uplink.DownloadOptions{Length: -1}, r.job.Verify, smallFile)
		return err
	})
	if err != nil {
		return 0, err
	}
	if fetched.Download != nil {
		fetched.Close()
		return r.receiveLarge(ctx, file, fetched.Record.System.ContentLength, from)
	}
	r.job.Counters.Total.Add(size)
	size = int64(len(fetched.Data))
	r.job.Counters.Transferred.Add(size)
	err = r.folder.write(file, before, func(to io.Writer) (time.Time, error) {
		_, err := to.Write(fetched.Data)
		return modifiedTime(&fetched.Record.Object), r.folder.failed(file, err)
	})
	if err == nil {
		r.job.Counters.Committed.Add(size)
	}
	return size, fail.WithSize(err, size)
}

// receiveLarge downloads an object in several streams. The next download goes on with one that was
// interrupted.
func (r *run) receiveLarge(ctx context.Context, file string, size int64, from stream.Version) (int64, error) {
	claim, err := r.claimMemory(ctx, size)
	if err != nil {
		return 0, err
	}
	defer claim.Release()
	var record *objects.Record
	err = r.counted(ctx, func(counters *progress.Counters) (err error) {
		record, err = transfer.DownloadFile(ctx, r.project, from, r.folder.name(file),
			transfer.DownloadOptions{NoSync: true, Verify: r.job.Verify}, counters)
		return err
	})
	if err != nil {
		return 0, err
	}
	return record.System.ContentLength, r.folder.setTime(file, modifiedTime(&record.Object))
}
