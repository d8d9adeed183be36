package tree

import (
	"context"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"

	"storj.io/uplink"

	"libuplink/internal/budget"
	"libuplink/internal/checksum"
	"libuplink/internal/fail"
	"libuplink/internal/progress"
	"libuplink/internal/stream"
	"libuplink/internal/transfer"
)

// Up to this size a file is in memory as a whole, and is uploaded or downloaded by one call.
const smallFile = 256 << 10

// up uploads the folder. If files are compared or objects deleted, it lists the objects first, and
// looks for the file of each; then it walks through the folder for the files without an object.
func (r *run) up() error {
	listed := names{}
	var extras []extra
	err := r.work(func() error {
		if r.job.Compare != CompareNothing || r.job.Delete {
			err := r.list(true, func(path string, found *uplink.Object) error {
				isExtra, err := r.match(path, found, listed)
				if isExtra {
					extras = append(extras, extra{path, found.System.ContentLength})
				}
				return err
			})
			if err != nil {
				return err
			}
		}
		return r.walk(".", nil, func(file string, _ fs.FileInfo) error {
			if listed.has(file) {
				return nil
			}
			return r.submit(func(ctx context.Context) { r.upload(ctx, file, nil) })
		})
	})
	if err != nil || !r.mayDelete() {
		return err
	}
	return r.deleteObjects(extras)
}

// mayDelete reports whether the job deletes. After a failure it does not.
func (r *run) mayDelete() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.job.Delete && r.result.Failed == 0
}

// match looks for the file of an object, and submits its upload. It reports whether there is no such
// file.
func (r *run) match(path string, found *uplink.Object, listed names) (isExtra bool, err error) {
	file, isFolder := strings.CutSuffix(path, "/")
	if checkPath(file) != nil {
		if r.job.Delete {
			r.skipped(path, "no file can have the name of the key")
		}
		return false, nil
	}
	if !r.filter.includes(file) {
		return false, nil // walk counts what is excluded
	}
	var info fs.FileInfo
	if err = r.folder.findParent(file, false); err == nil {
		info, err = r.folder.stat(file)
	}
	switch {
	case err == fs.ErrNotExist, fail.Classify(err).Detail == fail.DetailNameTaken:
		return !r.folder.isBelowLink(file), nil
	case err != nil:
		r.failed(r.entry(file), err)
		return false, nil
	case isFolder:
		return !info.IsDir(), nil
	case info.IsDir():
		return true, nil
	case !info.Mode().IsRegular():
		return false, nil // walk notes what it skips
	}
	listed.add(file)
	return false, r.submit(func(ctx context.Context) { r.upload(ctx, file, found) })
}

// isMissing reports whether the folder has no file and nothing else of the path.
func (r *run) isMissing(path string) bool {
	file, isFolder := strings.CutSuffix(path, "/")
	info, err := r.folder.stat(file)
	missing := err == fs.ErrNotExist || err == nil && info.IsDir() != isFolder
	return missing && !r.folder.isBelowLink(file)
}

// upload uploads a file unless the object has its content already. The object is nil if there is
// none, or if it is not compared.
func (r *run) upload(ctx context.Context, file string, found *uplink.Object) {
	info, err := r.folder.statPresent(file)
	if err == nil && found != nil {
		var same bool
		same, err = r.job.same(info, found, func(sum *checksum.Stored) error { return r.folder.hash(ctx, file, info, sum) })
		if same && err == nil {
			r.unchanged()
			return
		}
	}
	size := int64(0)
	switch {
	case err != nil:
	case r.job.DryRun:
		size = info.Size()
	case info.Size() <= smallFile:
		size, err = r.sendSmall(ctx, file, info)
	default:
		size, err = r.sendLarge(ctx, file, info)
	}
	if err != nil {
		r.failed(r.entry(file), err)
		return
	}
	r.copied(file, size)
}

// sendSmall uploads a file that is in memory as a whole, and returns its size.
func (r *run) sendSmall(ctx context.Context, file string, info fs.FileInfo) (size int64, err error) {
	r.job.Counters.Total.Add(info.Size())
	err = r.persist(ctx, func() (err error) {
		if info, err = r.folder.statPresent(file); err != nil {
			return err
		}
		if !info.Mode().IsRegular() || info.Size() > smallFile {
			return fail.SourceChanged(r.folder.name(file))
		}
		return r.putSmall(ctx, file, info)
	})
	if err != nil {
		return 0, err
	}
	size = info.Size()
	r.job.Counters.Transferred.Add(size)
	r.job.Counters.Committed.Add(size)
	return size, nil
}

// memories keeps memory for the bytes of small files.
var memories = sync.Pool{New: func() any { return new([smallFile]byte) }}

// putSmall uploads a small file once. It reads the file when the budgets have room for the upload.
func (r *run) putSmall(ctx context.Context, file string, info fs.FileInfo) error {
	claim := r.project.ClaimConnections()
	if info.Size() <= budget.LargestInline {
		claim = r.project.ClaimInline(budget.WeightOfPut)
	}
	claim.Enqueue(nil)
	if err := claim.Await(ctx); err != nil {
		return err
	}
	memory := memories.Get().(*[smallFile]byte)
	defer memories.Put(memory)
	data := memory[:info.Size()]
	err := r.folder.read(file, info, func(from *os.File) error {
		if _, err := io.ReadFull(from, data); err == io.ErrUnexpectedEOF || err == io.EOF && len(data) > 0 {
			return fail.SourceChanged(r.folder.name(file))
		} else if err != nil && err != io.EOF {
			return r.folder.failed(file, err)
		}
		return nil
	})
	if err != nil {
		claim.Release()
		return err
	}
	put := &stream.Put{
		Object: stream.Object{Bucket: r.job.Bucket, Key: r.job.Prefix + file, Checksum: checksum.SHA256},
		Custom: metadataOf(info.ModTime()), Data: stream.Lend(data), Claim: claim,
	}
	_, err = put.Run(ctx, r.project)
	return err
}

// sendLarge uploads a file that is not in memory as a whole, and returns its size.
func (r *run) sendLarge(ctx context.Context, file string, info fs.FileInfo) (int64, error) {
	claim, err := r.claimMemory(ctx, info.Size())
	if err != nil {
		return 0, err
	}
	defer claim.Release()
	size := int64(0)
	err = r.counted(ctx, func(counters *progress.Counters) error {
		custom, err := r.largeMetadata(file)
		if err != nil {
			return err
		}
		record, err := transfer.UploadFile(ctx, r.project, r.job.Bucket, r.job.Prefix+file, r.folder.name(file),
			transfer.UploadOptions{Custom: custom, Checksum: checksum.SHA256}, counters)
		if err == nil {
			size = record.System.ContentLength
		}
		return err
	})
	return size, err
}

// largeMetadata returns the custom metadata of a large file.
func (r *run) largeMetadata(file string) (uplink.CustomMetadata, error) {
	info, err := r.folder.statPresent(file)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fail.SourceChanged(r.folder.name(file))
	}
	return metadataOf(info.ModTime()), nil
}
