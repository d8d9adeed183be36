package main

// #include "uplink.h"
import "C"

import (
	"slices"
	"time"
	"unsafe"

	"storj.io/uplink"
	"storj.io/uplink/private/transport"

	"libuplink/internal/argument"
	"libuplink/internal/budget"
	"libuplink/internal/fail"
	"libuplink/internal/network"
	"libuplink/internal/objects"
	"libuplink/internal/project"
)

// arguments reads the arguments of a call. It keeps the first error.
type arguments struct {
	err error
}

func (a *arguments) note(err error) {
	if a.err == nil {
		a.err = err
	}
}

// handleArgument returns the value of a handle.
func handleArgument[T any](a *arguments, handle unsafe.Pointer, name string) T {
	value, err := lookup[T](handle, name)
	a.note(err)
	return value
}

func (a *arguments) project(handle *C.UplinkProject) *project.Project {
	return handleArgument[*project.Project](a, unsafe.Pointer(handle), "project")
}

// text copies a text that must not be NULL.
func (a *arguments) text(text *C.uplink_const_char, name string) string {
	if text == nil {
		a.note(fail.InvalidArgument("%s is NULL", name))
	}
	return optionalText(text)
}

func (a *arguments) bucket(text *C.uplink_const_char) string {
	name := a.text(text, "bucket_name")
	a.note(argument.CheckBucketName(name))
	return name
}

// objectKey is a key as C passed it, or what is wrong with it.
type objectKey struct {
	text string
	err  error
}

// keyUntilNUL reads a key of part 1 of the interface.
func keyUntilNUL(start *C.uplink_const_char) objectKey {
	var args arguments
	text := args.text(start, "object_key")
	return objectKey{text, args.err}
}

// keyOfLength reads a key of part 2, which may have a NUL in it.
func keyOfLength(start *C.uplink_const_char, length C.size_t) objectKey {
	if start == nil {
		return objectKey{err: fail.InvalidArgument("object_key is NULL")}
	}
	text, err := sizedText(start, length, "object_key")
	if err != nil {
		err = argument.InvalidKey("%v", err)
	}
	return objectKey{text, err}
}

func (a *arguments) key(key objectKey) string {
	a.note(key.err)
	a.note(argument.CheckKey(key.text))
	return key.text
}

// object is a bucket and a key as C passed them.
type object struct {
	bucket *C.uplink_const_char
	key    objectKey
}

func (a *arguments) place(o object) objects.Place {
	return objects.Place{Bucket: a.bucket(o.bucket), Key: a.key(o.key)}
}

// target reads the target of a copy or a move.
func (a *arguments) target(o object) objects.Place {
	var own arguments
	place := own.place(o)
	a.note(fail.OfTarget(own.err))
	return place
}

// bytes copies bytes. It returns nil for NULL.
func (a *arguments) bytes(start *C.char, length C.size_t, name string) []byte {
	if start == nil {
		if length > 0 {
			a.note(fail.InvalidArgument("%s is NULL, with a length of %d", name, uint64(length)))
		}
		return nil
	}
	read, err := limitedBytes(unsafe.Pointer(start), length, argument.LongestText, name)
	a.note(err)
	return append([]byte{}, read...)
}

// version reads the name of a version. It returns nil, for the latest version, for NULL.
func (a *arguments) version(start *C.char, length C.size_t) []byte {
	version := a.bytes(start, length, "version")
	if start != nil && length == 0 {
		a.note(fail.Internal(fail.DetailVersionInvalid, "the version is empty"))
	}
	return version
}

// ifNoneMatch reads a condition on the key of a new object.
func (a *arguments) ifNoneMatch(text *C.char) []string {
	if text == nil {
		return nil
	}
	condition := C.GoString(text)
	a.note(argument.CheckIfNoneMatch(condition))
	return []string{condition}
}

// readOptions copies a struct of options, which begins with its size. A program that was compiled
// with an older header has a shorter struct: the fields that it lacks are zero. A program with a
// newer header has a longer struct: the fields that this library lacks must be zero.
func readOptions[T any](a *arguments, options *T) (read T) {
	if options == nil {
		return read
	}
	const largest = 1 << 12
	size, known := uintptr(*(*C.size_t)(unsafe.Pointer(options))), unsafe.Sizeof(read)
	if size < unsafe.Sizeof(C.size_t(0)) || size > largest {
		a.note(fail.InvalidArgument("struct_size is %d; it takes the size of the struct of options", size))
		return read
	}
	given := unsafe.Slice((*byte)(unsafe.Pointer(options)), size)
	copy(unsafe.Slice((*byte)(unsafe.Pointer(&read)), known), given)
	if slices.ContainsFunc(given[min(size, known):], func(unknown byte) bool { return unknown != 0 }) {
		a.note(fail.InvalidArgument("the options have a field that this version of the library does not know"))
	}
	return read
}

// time reads a time in seconds since 1970, and nanoseconds after them.
func (a *arguments) time(seconds C.int64_t, nanoseconds C.int32_t, name string) time.Time {
	value, err := argument.Time(int64(seconds), int32(nanoseconds), name)
	a.note(err)
	return value
}

func (a *arguments) milliseconds(count C.int32_t, name string) time.Duration {
	value, err := argument.Milliseconds(int32(count), name)
	a.note(err)
	return value
}

// metadata reads custom metadata.
func (a *arguments) metadata(custom C.UplinkCustomMetadata) uplink.CustomMetadata {
	read := uplink.CustomMetadata{}
	if custom.count > argument.LongestText || custom.count > 0 && custom.entries == nil {
		a.note(fail.InvalidArgument("the metadata has a count of %d without so many entries", uint64(custom.count)))
		return read
	}
	size := 0
	for _, entry := range unsafe.Slice(custom.entries, int(custom.count)) {
		key, err := cBytes(unsafe.Pointer(entry.key), entry.key_length, "a metadata key")
		a.note(err)
		value, err := cBytes(unsafe.Pointer(entry.value), entry.value_length, "a metadata value")
		a.note(err)
		if size += len(key) + len(value); size > argument.LongestText {
			a.note(argument.InvalidMetadata("it has more than %d bytes", argument.LongestText))
			return read
		}
		read[string(key)] = string(value)
	}
	a.note(argument.CheckMetadata(read))
	return read
}

// config reads a configuration. Its folder for temporary files has no effect.
func (a *arguments) config(config C.UplinkConfig, options C.UplinkConfigOptions) uplink.Config {
	agent := optionalText(config.user_agent)
	a.note(argument.CheckUserAgent(agent))
	read := uplink.Config{
		UserAgent: agent,
		//lint:ignore SA1019 the C interface documents it
		DialTimeout: time.Duration(config.dial_timeout_milliseconds) * time.Millisecond,
	}
	if options.maximum_buffer_size < 0 {
		a.note(fail.InvalidArgument("maximum_buffer_size is negative"))
	}
	transport.SetMaximumBufferSize(&read, int(options.maximum_buffer_size))
	return read
}

func (a *arguments) patience(patience C.UplinkPatience) network.Patience {
	return network.Patience{
		Attempts:     int(patience.attempts),
		Delay:        a.milliseconds(patience.delay_milliseconds, "delay_milliseconds"),
		LongestDelay: a.milliseconds(patience.longest_delay_milliseconds, "longest_delay_milliseconds"),
		Stall:        time.Duration(patience.stall_timeout_milliseconds) * time.Millisecond,
	}
}

func limits(limits C.UplinkBudget) budget.Limits {
	return budget.Limits{MaxInFlight: int(limits.calls), MaxConnections: int(limits.connections)}
}
