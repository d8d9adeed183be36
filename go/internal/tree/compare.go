package tree

import (
	"io/fs"
	"strconv"
	"strings"
	"time"

	"storj.io/uplink"

	"libuplink/internal/checksum"
)

// The keys of the custom metadata of uploaded files. rclone reads and writes the modification time
// in the same way. Its uploads through an S3 gateway have it in seconds, under the second key.
const (
	timeKey    = "rclone:mtime"
	secondsKey = "mtime"
)

// metadataOf returns the custom metadata of an uploaded file, without its checksum.
func metadataOf(modified time.Time) uplink.CustomMetadata {
	return uplink.CustomMetadata{timeKey: modified.UTC().Format(time.RFC3339Nano)}
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
// the job compares them. hash adds the bytes of the file to a checksum.
func (j *Job) same(file fs.FileInfo, object *uplink.Object, hash func(sum *checksum.Stored) error) (bool, error) {
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
		sum, missing := checksum.Find(object.Custom)
		if missing != nil {
			return file.Size() == 0, nil
		}
		err := hash(sum)
		return err == nil && sum.Compare() == nil, err
	}
	return true, nil
}
