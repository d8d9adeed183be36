package tree

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"storj.io/uplink"
)

// The keys of the custom metadata of uploaded files. rclone reads and writes the modification time
// in the same way. Its uploads through an S3 gateway have it in seconds, under the third key.
const (
	timeKey    = "rclone:mtime"
	sumKey     = "sha256"
	secondsKey = "mtime"
)

// metadataOf returns the custom metadata of an uploaded file. The checksum may be nil.
func metadataOf(modified time.Time, sum []byte) uplink.CustomMetadata {
	custom := uplink.CustomMetadata{timeKey: modified.UTC().Format(time.RFC3339Nano)}
	if sum != nil {
		custom[sumKey] = hex.EncodeToString(sum)
	}
	return custom
}

// recordedTime returns the modification time that an object was stored with, and whether there is
// one.
func recordedTime(custom uplink.CustomMetadata) (time.Time, bool) {
	if modified, err := time.Parse(time.RFC3339Nano, custom[timeKey]); err == nil {
		return modified, true
	}
	whole, fraction, _ := strings.Cut(custom[secondsKey], ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || len(fraction) > 9 {
		return time.Time{}, false
	}
	nanoseconds, err := strconv.ParseUint("0"+fraction+strings.Repeat("0", 9-len(fraction)), 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	return time.Unix(seconds, int64(nanoseconds)), true
}

// modifiedTime returns the modification time for the file of an object: the time that it was stored
// with, or else the time of its creation.
func modifiedTime(object *uplink.Object) time.Time {
	if modified, found := recordedTime(object.Custom); found {
		return modified
	}
	return object.System.Created
}

// sameTime reports whether two times are equal, but for what file systems cut off.
func sameTime(a, b time.Time) bool {
	return a.Sub(b).Abs() < time.Microsecond
}

// same reports whether a file need not be copied, since the object has the same content as far as
// the job compares them. sum returns the checksum of the file.
func (j *Job) same(file fs.FileInfo, object *uplink.Object, sum func() ([]byte, error)) (bool, error) {
	if j.Compare == CompareNothing || file.Size() != object.System.ContentLength {
		return false, nil
	}
	switch j.Compare {
	case CompareSizeTime:
		recorded, found := recordedTime(object.Custom)
		switch {
		case found:
			return sameTime(file.ModTime(), recorded), nil
		case j.Direction == Up:
			return !file.ModTime().After(object.System.Created), nil
		}
		return sameTime(file.ModTime(), object.System.Created), nil
	case CompareChecksum:
		stored, err := hex.DecodeString(object.Custom[sumKey])
		if err != nil || len(stored) != sha256.Size {
			return file.Size() == 0, nil
		}
		own, err := sum()
		return string(own) == string(stored), err
	}
	return true, nil
}

// sumOf returns the checksum of bytes.
func sumOf(data []byte) []byte {
	sum := sha256.Sum256(data)
	return sum[:]
}

// checksum returns the checksum of what a reader has.
func checksum(from io.Reader) ([]byte, error) {
	sum := sha256.New()
	_, err := io.Copy(sum, from)
	return sum.Sum(nil), err
}
