package main

import (
	"strings"
	"testing"
	"time"
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

func TestMicroseconds(t *testing.T) {
	if microseconds(-5) >= 0 || microseconds(1<<62) >= 0 || microseconds(1500) != 1500*time.Microsecond {
		t.Error("microseconds are not understood")
	}
}
