package conformance_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"storj.io/uplink"
	privateObject "storj.io/uplink/private/object"
)

const (
	// justNow is how old something is that the family made.
	justNow = time.Minute
	// farAway is when a time is not shown exactly.
	farAway = 100 * 365 * 24 * time.Hour
	// keys that are longer are shown as their length.
	longestKey = 60
)

func near(t time.Time) string {
	switch age := time.Since(t); {
	case t.IsZero():
		return "zero"
	case age > -5*time.Second && age < justNow:
		return "now"
	default:
		return "other"
	}
}

func until(t time.Time) string {
	switch left := time.Until(t); {
	case t.IsZero():
		return "never"
	case left > farAway:
		return "far"
	default:
		return "in " + left.Round(time.Minute).String()
	}
}

func showKey(key string) string {
	if len(key) > longestKey {
		return fmt.Sprintf("<%d bytes>", len(key))
	}
	return key
}

func showCustom(m uplink.CustomMetadata) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		v := m[k]
		if len(v) > 20 {
			v = fmt.Sprintf("%d bytes", len(v))
		}
		out = append(out, k+"="+v)
	}
	return "{" + strings.Join(out, ",") + "}"
}

func show(o *uplink.Object) string {
	if o == nil {
		return "nil object"
	}
	return fmt.Sprintf("%s prefix=%v size=%d created=%s expires=%s custom=%s",
		showKey(o.Key), o.IsPrefix, o.System.ContentLength, near(o.System.Created), until(o.System.Expires), showCustom(o.Custom))
}

func showVersion(o *privateObject.VersionedObject) string {
	if o == nil {
		return "nil object"
	}
	hold, retention := "nil", "nil"
	if o.LegalHold != nil {
		hold = fmt.Sprint(*o.LegalHold)
	}
	if o.Retention != nil {
		retention = fmt.Sprintf("%v/%s", o.Retention.Mode, until(o.Retention.RetainUntil))
	}
	return fmt.Sprintf("%s version=%d versioned=%v marker=%v latest=%v hold=%s retention=%s",
		show(&o.Object), len(o.Version), o.IsVersioned, o.IsDeleteMarker, o.IsLatest, hold, retention)
}

func showBucket(b *uplink.Bucket, err error) (any, error) {
	if b == nil {
		return "nil bucket", err
	}
	return b.Name + " created=" + near(b.Created), err
}

func showObject(o *uplink.Object, err error) (any, error) { return show(o), err }

func showVersioned(o *privateObject.VersionedObject, err error) (any, error) {
	return showVersion(o), err
}

// data returns n bytes, the same each time.
func data(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*31 + i>>8)
	}
	return b
}

func showSum(b []byte) string {
	h := sha256.Sum256(b)
	return fmt.Sprintf("%d bytes %s", len(b), hex.EncodeToString(h[:4]))
}
