//go:build !linux

package rpcserver

// FastOpenSupported is whether nodes may advertise TCP Fast Open.
const FastOpenSupported = false

func setFastOpen(uintptr) error { return nil }
