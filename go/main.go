// Command libuplink is Storj's client library behind the C interface of uplink.h. It is built as an
// archive or as a shared library; the main function is never called.
package main

import "C"

import "libuplink/internal/goruntime"

func main() {}

func init() { goruntime.Adjust() }
