package network_test

import (
	"sync"
	"testing"

	"uplink-localnet/internal/faults"
)

// Error correction repairs what few nodes corrupt, and nothing that all nodes
// corrupt.
func TestWhatAllNodesCorruptIsNotRepaired(t *testing.T) {
	n, p := project(t, "bucket")
	data := random(10_000, 1)
	mustPut(t, p, "bucket", "key", data)
	added, err := n.Faults.Add(faults.Fault{Nodes: []int{0, 1}, Corrupting: true})
	check(t, err)
	sameBytes(t, mustGet(t, open(t, n), "bucket", "key"), data)
	_, err = n.Faults.Remove(added.ID)
	check(t, err)
	_, err = n.Faults.Add(faults.Fault{AllNodes: true, Corrupting: true})
	check(t, err)
	var downloads sync.WaitGroup
	for range 20 {
		ctx := timeout(t)
		downloads.Go(func() {
			if got, err := get(p, ctx, "bucket", "key", nil); err == nil {
				t.Errorf("got %d bytes", len(got))
			}
		})
	}
	downloads.Wait()
	check(t, n.Faults.Clear())
	sameBytes(t, mustGet(t, p, "bucket", "key"), data)
}
