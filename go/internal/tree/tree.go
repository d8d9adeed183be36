// Package tree copies the files of a folder to a bucket, and the objects of a bucket to a folder.
package tree

import (
	"context"
	"strings"

	"libuplink/internal/fail"
	"libuplink/internal/progress"
	"libuplink/internal/project"
)

// Direction is where a job copies to.
type Direction int32

// The directions.
const (
	Up   Direction = iota // from the folder to the bucket
	Down                  // from the bucket to the folder
)

// Compare is how a job finds out what need not be copied.
type Compare int32

// The ways to compare a file with an object.
const (
	CompareNothing  Compare = iota // copy everything
	CompareSizeTime                // sizes and modification times
	CompareSize
	CompareChecksum
)

// Job is what to copy.
type Job struct {
	Bucket, Prefix, Folder string
	Direction              Direction
	Compare                Compare
	// Whether to delete, at the target, what the source does not have.
	Delete bool
	// Whether to change nothing, and only return what would be done.
	DryRun bool
	// Whether to upload what symbolic links point to.
	FollowLinks bool
	// Whether the bytes of objects are compared with the checksums in their metadata.
	Verify bool
	// Patterns of relative paths. Without an include, all files are included.
	Include, Exclude []string
	Counters         *progress.Counters
	// Gets what was done while the job runs. nil: nobody reads it.
	Log *Log
}

// Action is what was done with a file or an object.
type Action int32

// The actions.
const (
	Copied Action = iota
	Deleted
	Skipped
	Failed
)

// Entry is a file or an object with which something was done, or failed.
type Entry struct {
	Action Action
	// The path below the folder, with "/" between its parts. For a key that cannot be a path, it is
	// the key without the prefix.
	Path string
	Key  string
	Size int64
	// Why it was skipped or why it failed, or nil.
	Reason error
}

// Result is what a job did.
type Result struct {
	// What was done, but for what is unchanged or excluded.
	Entries []Entry
	// Numbers of files: those that were copied, and so on.
	Copied, Unchanged, Excluded, Deleted, Skipped, Failed int64
	// The number of bytes of what was copied.
	Bytes int64
}

// Run runs a job. If it ends early, it returns both what was done and an error.
func Run(ctx context.Context, p *project.Project, job Job) (*Result, error) {
	if job.Prefix != "" && !strings.HasSuffix(job.Prefix, "/") {
		job.Prefix += "/"
	}
	if err := job.check(); err != nil {
		return &Result{}, err
	}
	filter, err := newFilter(job.Include, job.Exclude)
	if err != nil {
		return &Result{}, err
	}
	local, err := openFolder(job)
	if err != nil {
		return &Result{}, err
	}
	defer local.close()
	r := newRun(ctx, p, job, filter, local)
	run := r.up
	if job.Direction == Down {
		run = r.down
	}
	return r.finish(run())
}

// check returns an error about options that do not fit together.
func (j *Job) check() error {
	switch {
	case j.Direction != Up && j.Direction != Down:
		return fail.InvalidArgument("direction is %d", j.Direction)
	case j.Compare < CompareNothing || j.Compare > CompareChecksum:
		return fail.InvalidArgument("compare is %d", j.Compare)
	case j.FollowLinks && j.Direction == Down:
		return fail.InvalidArgument("symbolic links are followed only in the folder of an upload")
	case j.Verify && j.Direction == Up:
		return fail.InvalidArgument("only what is downloaded can be verified")
	case j.Folder == "":
		return fail.InvalidArgument("the name of the folder is empty")
	}
	return nil
}
