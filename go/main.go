// Command libuplink is Storj's client library behind the C interface of uplink.h. It is built as an archive or as a
// shared library; the main function is never called.
package main

// #include "uplink.h"
import "C"

func main() {}

//export uplink_internal_UniverseIsEmpty
func uplink_internal_UniverseIsEmpty() C.bool {
	return C.bool(handles.empty())
}
