package store

import "errors"

// Reset forgets all buckets and what is in them. Projects, keys, revocations
// and limits stay.
func (t *Tx) Reset() error {
	t.Writes++
	t.changed = nil
	for _, name := range [][]byte{
		bucketsBucket, objectsBucket, pendingBucket, segmentsBucket, issuedBucket, garbageBucket,
		expiryBucket, copiesBucket, numbersBucket, usageBucket, abortedBucket,
	} {
		// Numbers are not given a second time: what still comes for an older
		// bucket must not end up in a new one.
		last := t.tx.Bucket(name).Sequence()
		if err := t.tx.DeleteBucket(name); err != nil {
			return err
		}
		b, err := t.tx.CreateBucket(name)
		if err := errors.Join(err, b.SetSequence(last)); err != nil {
			return err
		}
	}
	return nil
}
