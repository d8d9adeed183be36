// Package progress counts how far a transfer has come. The transfer counts; others may look at any
// time.
package progress

import "sync/atomic"

// Counters are the counts of one transfer. The zero value is ready to use.
type Counters struct {
	// Number of bytes to transfer, as far as known: it grows while files are being found.
	Total atomic.Int64
	// Number of bytes sent or received. Bytes that an earlier transfer left count, too. Bytes that
	// are sent again count once.
	Transferred atomic.Int64
	// Number of bytes that are visible: in a committed object, or in a file under its own name.
	Committed atomic.Int64
}
