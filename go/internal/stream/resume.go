package stream

import (
	"errors"

	"storj.io/uplink"

	"libuplink/internal/budget"
	"libuplink/internal/fail"
	"libuplink/internal/pace"
	"libuplink/internal/project"
	"libuplink/internal/satellite"
	"libuplink/internal/stats"
)

var errObjectChanged = fail.Internal(fail.DetailObjectChanged,
	"the object was replaced or deleted while it was downloaded")

// resume opens the download again where it broke off, as often as the patience allows. It returns
// nil if reading can go on, or else what broke the download.
func (d *Download) resume(failure error) error {
	if failure == errTooFewNodes {
		// The nodes may only be slow, so this counts as no failure.
		failure = d.reopen()
	}
	for failure != nil {
		d.failures++
		if !resumable(failure) || d.ctx.Err() != nil {
			return d.note(failure)
		}
		if d.failures >= d.project.Patience.Attempts {
			e := *fail.Classify(failure)
			e.Unchanged = true // the caller need not try again
			return d.note(&e)
		}
		if err := pace.Sleep(d.ctx, d.project.Patience.Wait(d.failures)); err != nil {
			return d.note(err)
		}
		failure = d.reopen()
	}
	return nil
}

// resumable reports whether other nodes or another connection may help.
func resumable(failure error) bool {
	e := fail.Classify(failure)
	if e.Unchanged {
		return false // the satellite was dialed as often as the patience allows
	}
	// Opening the download again shows why a segment is not found.
	return Resumable(e) || e.Code == fail.CodeObjectNotFound
}

// reopen opens the rest of the download with all nodes. It opens the same version of the object, so
// that bytes of another one never follow.
func (d *Download) reopen() error {
	d.closeSource()
	d.askedAll = true
	if d.connections != nil {
		d.connections.Raise(budget.ConnectionsToAllNodes)
	}
	stats.Of(d.ctx).Resume(d.path, d.position)
	ctx := pace.WithCaller(d.ctx, d.requests.RepeatFor())
	_, err := project.Ask(ctx, d.project, func() (struct{}, error) {
		return struct{}{}, d.open(uplink.DownloadOptions{Offset: d.position, Length: d.left})
	})
	if errors.Is(err, uplink.ErrObjectNotFound) {
		return errObjectChanged
	}
	if err != nil {
		return err
	}
	before, now := d.info.System, d.source.Info().System
	if now.Created != before.Created || now.ContentLength != before.ContentLength {
		return errObjectChanged
	}
	return nil
}

// open opens a source of a range of the object: from all nodes if askedAll is set.
func (d *Download) open(options uplink.DownloadOptions) error {
	parent := d.ctx
	if d.askedAll {
		parent = satellite.WithAllNodes(parent)
	}
	next := newSource(parent, d.askedAll)
	d.requests.RepeatSingly(false) // the caller repeats the whole call if it is refused
	opened, err := d.origin.open(next.ctx, d.project.Project, options)
	if err != nil {
		next.cancel(errClosed)
		return err
	}
	d.requests.RepeatSingly(true)
	next.reader = opened
	d.source = next
	return nil
}
