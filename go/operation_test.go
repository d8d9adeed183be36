package main

import (
	"testing"
	"time"
)

func TestMicroseconds(t *testing.T) {
	if microseconds(-5) >= 0 || microseconds(1<<62) >= 0 || microseconds(1500) != 1500*time.Microsecond {
		t.Error("microseconds are not understood")
	}
}
