package store

import (
	"time"

	"uplink-localnet/internal/satellite/record"
)

// Registered is an access grant that was registered at the edge service.
type Registered struct {
	// AccessKeyID names the grant.
	AccessKeyID string
	Grant       string
	// Public permits the use of the grant without a secret.
	Public  bool
	Created time.Time
}

// Fields lists the record's fields. The access key id is in the store's key.
func (r *Registered) Fields(c record.Codec) {
	c.String(1, &r.Grant)
	c.Bool(2, &r.Public)
	record.Time(c, 3, &r.Created)
}

// PutRegistered stores a registered grant.
func (t *Tx) PutRegistered(r *Registered) error {
	value, err := record.Marshal(r)
	if err != nil {
		return err
	}
	return t.put(t.tx.Bucket(registeredBucket), []byte(r.AccessKeyID), value)
}

// Registered returns the grant of an access key id, nil if there is none.
func (t *Tx) Registered(accessKeyID string) (*Registered, error) {
	value := t.tx.Bucket(registeredBucket).Get([]byte(accessKeyID))
	if value == nil {
		return nil, nil
	}
	r := &Registered{AccessKeyID: accessKeyID}
	return r, decode(value, r)
}
