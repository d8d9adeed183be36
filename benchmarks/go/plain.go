//go:build !tuned

package main

import (
	"context"

	"storj.io/uplink"
)

// tune leaves the defaults of Go's library.
func tune(context.Context, *uplink.Config) error { return nil }
