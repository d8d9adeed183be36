package main

import (
	"strings"
	"testing"
	"time"

	"storj.io/uplink"
)

func TestSecretsStayOutOfMessages(t *testing.T) {
	const secret = "13YqeVeryPrivate"
	for _, err := range []error{
		checkSatellite(secret),
		checkSatellite("a b " + secret),
		checkSatellite(secret + "@127.0.0.1:7777"),
		checkSatellite("%zz" + secret),
		checkAPIKey(secret),
	} {
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Error(err)
		}
	}
	if _, err := parseAccess(secret); err == nil || strings.Contains(err.Error(), secret) {
		t.Error(err)
	}
}

func TestSatelliteAddress(t *testing.T) {
	for address, valid := range map[string]bool{
		"mars.tardigrade.io:7777": true,
		"12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@127.0.0.1:7777": true,
		"127.0.0.1:7777": false,
		"12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@localhost": false,
		"":        false,
		"http://": false,
	} {
		if err := checkSatellite(address); (err == nil) != valid {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestRangeLength(t *testing.T) {
	for _, entry := range []struct{ offset, length, covered int64 }{
		{0, -1, 10}, {3, -1, 7}, {10, -1, 0}, {11, -1, 0}, {-4, -1, 4}, {-40, -1, 10},
		{0, 0, 0}, {0, 4, 4}, {8, 4, 2}, {12, 4, 0},
	} {
		options := uplink.DownloadOptions{Offset: entry.offset, Length: entry.length}
		if got := rangeLength(10, options); got != entry.covered {
			t.Errorf("%v: %d", entry, got)
		}
	}
}

func TestBuffersAreCopies(t *testing.T) {
	for _, size := range []int{0, 1, 4096, 4097, 70000, 1 << 22, 1<<22 + 1} {
		data := []byte(strings.Repeat("x", size))
		copied := copyToBuffer(data)
		clear(data)
		if string(copied.bytes) != strings.Repeat("x", size) {
			t.Errorf("%d bytes were not copied", size)
		}
		copied.release()
	}
}

func TestMicroseconds(t *testing.T) {
	if microseconds(-5) >= 0 || microseconds(1<<62) >= 0 || microseconds(1500) != 1500*time.Microsecond {
		t.Error("microseconds are not understood")
	}
}
