package buckets

import (
	"unicode/utf8"

	"storj.io/uplink/private/bucket"

	"libuplink/internal/fail"
)

// The limits of a satellite for the tags of a bucket. It counts characters.
const (
	mostTags        = 50
	longestTagKey   = 128
	longestTagValue = 256
)

// CheckTags returns an error if a satellite refuses the tags because of their number or their
// lengths. The satellite checks the characters.
func CheckTags(tags []bucket.Tag) error {
	if len(tags) > mostTags {
		return InvalidTags("there are %d tags; a bucket has at most %d", len(tags), mostTags)
	}
	for _, tag := range tags {
		switch {
		case tag.Key == "":
			return InvalidTags("the key of a tag is empty")
		case utf8.RuneCountInString(tag.Key) > longestTagKey:
			return InvalidTags("the key %.40q… of a tag has more than %d characters", tag.Key, longestTagKey)
		case utf8.RuneCountInString(tag.Value) > longestTagValue:
			return InvalidTags("the value of the tag %q has more than %d characters", tag.Key, longestTagValue)
		}
	}
	return nil
}

// InvalidTags returns an error about the tags of a bucket.
func InvalidTags(format string, args ...any) error {
	return fail.Internal(fail.DetailTagsInvalid, format, args...)
}
