package main

import (
	"context"
	"errors"
	"time"

	"storj.io/uplink"
	"storj.io/uplink/private/object"

	"libuplink/internal/budget"
	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/operation"
	"libuplink/internal/project"
	"libuplink/internal/satellite"
)

var errObjectChanged = fail.Internal(fail.DetailObjectChanged,
	"the object was replaced or deleted while it was downloaded")

// resume opens the download anew where it broke off, until the retries are used up. It returns the failure to report,
// or nil if reading can go on.
func (d *download) resume(failure error) error {
	if failure == errTooFewNodes {
		// They may only be slow, so this is not counted.
		failure = d.reopen()
	}
	for failure != nil {
		d.failures++
		if !resumable(failure) || d.ctx.Err() != nil {
			return d.note(failure)
		}
		if d.failures >= d.project.Patience.Attempts {
			f := *fail.Classify(failure)
			f.Unchanged = true // the caller need not try again
			return d.note(&f)
		}
		if err := sleep(d.ctx, d.project.Patience.Wait(d.failures)); err != nil {
			return d.note(err)
		}
		failure = d.reopen()
	}
	return nil
}

// resumable reports whether other nodes or another connection may help.
func resumable(failure error) bool {
	f := fail.Classify(failure)
	if f.Unchanged {
		return false // the satellite was dialled as often as it may be
	}
	switch f.Detail {
	case fail.DetailNodesUnavailable, fail.DetailConnection, fail.DetailDeadlineExceeded:
		return true
	}
	// Opening the download again shows why a segment is not found.
	return f.Code == fail.CodeObjectNotFound
}

// reopen asks all nodes for the same version of the object, so that bytes of another one never follow.
func (d *download) reopen() error {
	if broken := d.inner; broken != nil {
		d.inner = nil
		guard.Background.Go(func() { _ = broken.close() })
	}
	d.askedAll = true
	if d.claim != nil {
		d.claim.Raise(budget.ConnectionsToAllNodes)
	}
	_, err := project.Ask(d.ctx, d.project, func() (operation.Nothing, error) {
		return operation.Nothing{}, d.open(uplink.DownloadOptions{Offset: d.position, Length: d.left})
	})
	if errors.Is(err, uplink.ErrObjectNotFound) {
		return errObjectChanged
	}
	if err != nil {
		return err
	}
	before, now := d.info.System, d.inner.Info().System
	if now.Created != before.Created || now.ContentLength != before.ContentLength {
		return errObjectChanged
	}
	return nil
}

// open opens the version that is known, or else the latest.
func (d *download) open(options uplink.DownloadOptions) error {
	parent := d.ctx
	if d.askedAll {
		parent = satellite.WithAllNodes(parent)
	}
	next := newSource(parent, d.askedAll)
	d.requests.RepeatSingly(false) // ask does it
	opened, err := object.DownloadObject(next.ctx, d.project.Project, d.bucket, d.key, d.version,
		&object.DownloadObjectOptions{Offset: options.Offset, Length: options.Length})
	if err != nil {
		next.stop(errDownloadClosed)
		return err
	}
	d.requests.RepeatSingly(true)
	next.VersionedDownload = opened
	d.inner = next
	return nil
}

// sleep waits, and returns early with the reason if the context ends.
func sleep(ctx context.Context, span time.Duration) error {
	timer := time.NewTimer(span)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
