package tree

import (
	"context"
	"crypto/sha256"
	"errors"
	"sync"
	"time"

	"libuplink/internal/budget"
	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/pace"
	"libuplink/internal/progress"
	"libuplink/internal/project"
	"libuplink/internal/stats"
)

const (
	// Number of files under way at most. The budgets bound how many of them use the network.
	workers = 64
	// Number of files that wait for a worker, so that a long listing does not wait in memory.
	waiting = 4 * workers
	// Number of files in a row that fail for the same reason of the network or the access before the
	// job ends.
	mostFailures = 100
	// Number of bytes of large files under way, since a transfer has up to two segments in memory. A
	// larger file is under way without others.
	largestMemory = 128 << 20
)

// run is a job under way.
type run struct {
	job     Job
	project *project.Project
	filter  *filter
	folder  *folder
	ctx     context.Context
	cancel  context.CancelCauseFunc
	tasks   chan func(ctx context.Context)
	memory  *budget.Budget // of large files, in KiB

	mu     sync.Mutex
	result Result
	// What ended the job early, or nil.
	fatal error
	// The failures in a row of the same kind, and the last one.
	failures int64
	last     *fail.Error
	deferred []deferred
}

func newRun(ctx context.Context, p *project.Project, job Job, filter *filter, folder *folder) *run {
	if job.Counters == nil {
		job.Counters = &progress.Counters{}
	}
	if job.Log == nil {
		job.Log = &Log{}
	}
	r := &run{job: job, project: p, filter: filter, folder: folder, memory: budget.New(largestMemory >> 10)}
	r.ctx, r.cancel = context.WithCancelCause(ctx)
	return r
}

// work runs produce, which submits tasks, and waits for the tasks.
func (r *run) work(produce func() error) error {
	r.tasks = make(chan func(context.Context), waiting)
	var group sync.WaitGroup
	var files crew
	var work func()
	hire := func() {
		for range fewWorkers {
			group.Go(work)
		}
	}
	work = func() {
		for task := range r.tasks {
			begun := time.Now()
			r.perform(task)
			if files.grows(time.Since(begun)) {
				hire()
			}
		}
	}
	hire()
	_, err := guard.Call(func() (struct{}, error) { return struct{}{}, produce() })
	if err != nil {
		r.stop(err)
	}
	close(r.tasks)
	group.Wait()
	if r.ctx.Err() != nil {
		return context.Cause(r.ctx)
	}
	return nil
}

// perform runs a task, unless the job has ended.
func (r *run) perform(task func(ctx context.Context)) {
	if r.ctx.Err() != nil {
		return
	}
	_, err := guard.Call(func() (struct{}, error) {
		task(pace.WithCaller(r.ctx, pace.CallerOf(r.ctx).RepeatFor()))
		return struct{}{}, nil
	})
	if err != nil {
		r.stop(err)
	}
}

// claimMemory waits until a file of the size may be under way.
func (r *run) claimMemory(ctx context.Context, size int64) (*budget.Claim, error) {
	weight := int(min(size, largestMemory) >> 10)
	return r.memory.Acquire(ctx, budget.NewAllowance(weight), weight)
}

// submit hands a task to a worker. It fails when the job has ended.
func (r *run) submit(task func(ctx context.Context)) error {
	select {
	case r.tasks <- task:
		return nil
	case <-r.ctx.Done():
		return context.Cause(r.ctx)
	}
}

// stop ends the job early.
func (r *run) stop(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopLocked(err)
}

func (r *run) stopLocked(err error) {
	if r.fatal == nil && r.ctx.Err() == nil {
		r.fatal = err
		r.cancel(err)
	}
}

// finish returns the result of the job. err is what ended it early, or nil.
func (r *run) finish(err error) (*Result, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cancel(nil)
	if err == nil && r.last != nil && r.failures == r.result.Failed && r.result.Copied == 0 {
		err = r.last // each file failed for the same reason, which is that of the job
	}
	r.result.Entries = r.job.Log.sorted()
	if err == nil || fail.IsCanceled(err) {
		return &r.result, err
	}
	final := *fail.Classify(err)
	final.Unchanged = true // the result has what was done, and the job has tried again
	return &r.result, &final
}

// entry returns an entry for a path.
func (r *run) entry(path string) Entry { return Entry{Path: path, Key: r.job.Prefix + path} }

func (r *run) excluded() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.result.Excluded++
}

func (r *run) unchanged() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.result.Unchanged++
}

func (r *run) skipped(path, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	entry := r.entry(path)
	entry.Action, entry.Reason = Skipped, errors.New(reason)
	r.result.Skipped++
	r.job.Log.add(entry)
}

func (r *run) deleted(path string, size int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	entry := r.entry(path)
	entry.Action, entry.Size = Deleted, size
	r.result.Deleted++
	r.job.Log.add(entry)
}

// copied notes a file that was copied, or would be.
func (r *run) copied(path string, size int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	entry := r.entry(path)
	entry.Action, entry.Size = Copied, size
	r.result.Copied++
	r.result.Bytes += size
	r.job.Log.add(entry)
	r.failures, r.last = 0, nil
}

// failed notes a failure, and ends the job if the others would fail, too. A failure because the job
// has ended is none.
func (r *run) failed(entry Entry, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ctx.Err() != nil {
		return
	}
	known := fail.Classify(err)
	entry.Action, entry.Reason = Failed, known
	r.result.Failed++
	r.job.Log.add(entry)
	switch {
	case endsJob(known):
		r.stopLocked(known)
	case !isOfSession(known):
		r.failures, r.last = 0, nil
	case r.last != nil && r.last.Code == known.Code && r.last.Detail == known.Detail:
		r.failures++
	default:
		r.failures = 1
	}
	if isOfSession(known) {
		r.last = known
	}
	if r.failures >= mostFailures {
		r.stopLocked(known)
	}
}

// endsJob reports whether all further files would fail with the error, too.
func endsJob(e *fail.Error) bool {
	switch e.Code {
	case fail.CodeBucketNotFound, fail.CodeBucketNameInvalid, fail.CodeStorageLimitExceeded,
		fail.CodeBandwidthLimitExceeded, fail.CodeSegmentsLimitExceeded, fail.CodeCanceled:
		return true
	}
	return e.Detail == fail.DetailUnauthenticated || fail.EndsFiles(e)
}

// isOfSession reports whether the network or the access is the reason, and not the file.
func isOfSession(e *fail.Error) bool {
	return isOfNetwork(e) || e.Code == fail.CodePermissionDenied || e.Code == fail.CodeTooManyRequests
}

// isOfNetwork reports whether nodes, the satellite or a connection failed.
func isOfNetwork(e *fail.Error) bool {
	switch e.Detail {
	case fail.DetailNodesUnavailable, fail.DetailConnection, fail.DetailDeadlineExceeded:
		return true
	}
	return false
}

// persist runs an attempt until it succeeds, or the patience ends, or another attempt cannot help.
func (r *run) persist(ctx context.Context, attempt func() error) error {
	for tried := 1; ; tried++ {
		err := attempt()
		if err == nil || ctx.Err() != nil || tried >= r.project.Patience.Attempts || !mayRepeat(err) {
			return err
		}
		pause := r.project.Patience.Wait(tried)
		stats.Of(ctx).Repeat(fail.Message(err), pause)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// mayRepeat reports whether another attempt may help.
func mayRepeat(err error) bool {
	e := fail.Classify(err)
	return isOfNetwork(e) && !e.Unchanged || e.Detail == fail.DetailSourceChanged
}

// names is a set of paths. It keeps hashes, which take less memory.
type names map[[16]byte]struct{}

func (n names) hash(path string) [16]byte {
	sum := sha256.Sum256([]byte(path))
	return [16]byte(sum[:16])
}

// add adds a path, and reports whether it is new.
func (n names) add(path string) bool {
	before := len(n)
	n[n.hash(path)] = struct{}{}
	return len(n) > before
}

func (n names) has(path string) bool {
	_, found := n[n.hash(path)]
	return found
}
