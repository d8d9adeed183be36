package stream

import (
	"context"
	"time"

	"libuplink/internal/budget"
	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/project"
)

// From returns the version of the object that the download reads.
func (d *Download) From() Version {
	from, _ := d.origin.(*Version)
	if from == nil {
		return Version{}
	}
	return *from
}

// Rest returns the offset of the next byte in the object, and the number of bytes left. No other call
// on the download may run.
func (d *Download) Rest() (offset, length int64) { return d.position, d.left }

// Project returns the project of the download.
func (d *Download) Project() *project.Project { return d.project }

// OpenedIn returns how long the opening of the download took.
func (d *Download) OpenedIn() time.Duration { return d.openedIn }

// Hold gives an open download its connections to nodes, which it otherwise acquires at its first
// read. The download releases them at its end.
func (d *Download) Hold(connections *budget.Claim) { d.connections = connections }

// Connections returns the number of connections to nodes that a download has in use. No other call
// on the download may run.
func (d *Download) Connections() int {
	if d.source == nil {
		return 0
	}
	return d.source.count()
}

// Replace has run read the rest of the download, which ends where the object or the range ends. The
// download itself is at its end afterwards. If the rest is smaller than least, or does not fit into
// room, Replace does nothing and reports false. The context of run ends with ctx and when the download
// is closed.
func (d *Download) Replace(ctx context.Context, least, room int64,
	run func(ctx context.Context, offset, length int64) error) (replaced bool, count int64, err error) {
	held, err := d.lock(ctx, d.usable)
	if err != nil {
		return true, 0, err
	}
	defer held.unlock()
	if d.left < least || d.left > room {
		return false, 0, nil
	}
	d.closeSource()
	d.releaseConnections()
	running, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(d.ctx, func() { cancel(context.Cause(d.ctx)) })()
	if err := run(running, d.position, d.left); err != nil {
		return true, 0, d.note(fail.Cause(running, err))
	}
	count = d.left
	d.position, d.left = d.position+count, 0
	return true, count, nil
}

// closeSource closes the source in the background, if there is one.
func (d *Download) closeSource() {
	if former := d.source; former != nil {
		d.source = nil
		guard.Background.Go(former.close)
	}
}

// Resumable reports whether a download may go on after the failure: with other nodes, over another
// connection, or once the satellite can be reached again.
func Resumable(failure error) bool {
	switch fail.Classify(failure).Detail {
	case fail.DetailNodesUnavailable, fail.DetailConnection, fail.DetailDeadlineExceeded:
		return true
	}
	return false
}
