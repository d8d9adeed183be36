package network_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"uplink-localnet/internal/faults"
	"uplink-localnet/internal/network"
)

// counted returns the sums of a call's counts over satellite and nodes.
func counted(n *network.Network, call string) (came, hit int64) {
	for _, c := range n.Faults.Counts() {
		if c.Call == call {
			came, hit = came+c.Came, hit+c.Hit
		}
	}
	return came, hit
}

func TestCounts(t *testing.T) {
	n, p := project(t, "bucket")
	if came, hit := counted(n, "CreateBucket"); came != 1 || hit != 0 {
		t.Errorf("CreateBucket came %d times, %d hit", came, hit)
	}
	mustPut(t, p, "bucket", "key", random(10_000, 1))
	for call, want := range map[string]int64{"BeginObject": 1, "CommitObject": 1, "BeginSegment": 1, "GetBucket": 0} {
		if came, _ := counted(n, call); came != want {
			t.Errorf("%s came %d times, not %d", call, came, want)
		}
	}
	if came, _ := counted(n, "Upload"); came < 8 || came > 10 {
		t.Errorf("%d uploads to nodes", came)
	}
	if came, hit := counted(n, "CompressedBatch"); came == 0 || hit != 0 {
		t.Errorf("%d batches, %d hit", came, hit)
	}
	// Each try of a client that tries again, of which two fail.
	fault, err := n.Faults.Add(faults.Fault{Satellite: true, Call: "ListObjects", Nth: ptr(2), Times: ptr(2), Code: "NotFound"})
	check(t, err)
	for i := range 4 {
		it := p.ListObjects(timeout(t), "bucket", nil)
		for it.Next() {
		}
		if failed := it.Err() != nil; failed != (i == 1 || i == 2) {
			t.Errorf("listing %d: %v", i, it.Err())
		}
	}
	if came, hit := counted(n, "ListObjects"); came != 4 || hit != 2 {
		t.Errorf("ListObjects came %d times, %d hit", came, hit)
	}
	check(t, n.Faults.Clear())
	if status, ok := n.Faults.Find(fault.ID); !ok || status.Hits != 2 || status.Call != "ListObjects" {
		t.Errorf("%+v, %v", status, ok)
	}
	if _, ok := n.Faults.Find(fault.ID + 1); ok {
		t.Error("a fault that never was is found")
	}
}

// TestHits has each fault in turn, and checks that its hits are counted.
func TestHits(t *testing.T) {
	n, p := project(t, "bucket")
	data := random(50_000, 1)
	mustPut(t, p, "bucket", "key", data)
	for i, fault := range []faults.Fault{
		{Down: true}, {Frozen: true}, {Refusing: true}, {Losing: true}, {Corrupting: true}, {Delay: 0.01}, {CutAfter: new(int64)}, {Full: true},
		{Call: "Download", Times: new(int)}, {Call: "Upload", Times: new(int), CutAfter: ptr[int64](100)},
	} {
		fault.AllNodes = true
		added, err := n.Faults.Add(fault)
		check(t, err)
		// On a loaded machine, a short time may not suffice.
		for patience := 300 * time.Millisecond; ; patience *= 2 {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			_, _ = get(p, ctx, "bucket", "key", nil)
			_ = put(p, ctx, "bucket", fmt.Sprint(i), data, nil)
			cancel()
			if status, _ := n.Faults.Find(added.ID); status.Hits > 0 {
				break
			}
			if patience > 4*time.Second {
				t.Errorf("%+v did not strike", fault)
				break
			}
		}
		check(t, n.Faults.Clear())
		if list := n.Faults.List(); len(list) != 0 {
			t.Errorf("%+v", list)
		}
	}
	sameBytes(t, mustGet(t, open(t, n), "bucket", "key"), data)
}
