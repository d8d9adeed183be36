package store

import "errors"

// Reset deletes all buckets with their content. Projects, keys, revocations and
// limits stay.
func (t *Tx) Reset() error {
	t.Writes++
	t.changed = nil
	for _, name := range contentTables {
		// A number is never used again: a late request for an old bucket must not
		// change a new one.
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
