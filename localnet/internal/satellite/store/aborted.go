package store

import "time"

// An aborted upload stays in the table of uploads for a while. The table of aborted
// uploads has it by the time of the abort, and keeps the entry if the upload is
// committed after all; TakeAborted then skips it.

// AbortPending hides an upload, until it is committed or TakeAborted deletes it.
func (t *Tx) AbortPending(b *Bucket, o *Object, now time.Time) error {
	o.Aborted = now
	if err := t.put(t.tx.Bucket(abortedBucket), abortedKey(b, o), nil); err != nil {
		return err
	}
	return t.PutPending(b, o)
}

func abortedKey(b *Bucket, o *Object) []byte {
	return dueKey(o.Aborted, b, pendingKey(o.Key, o.Stream))
}

// TakeAborted deletes up to limit uploads that were aborted before the given
// time, and returns them.
func (t *Tx) TakeAborted(before time.Time, limit int) ([]Found, error) {
	return t.takeDue(abortedBucket, before, limit, t.pending, decodePending, t.DeletePending)
}
