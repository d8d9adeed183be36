package objects

import (
	"testing"

	"storj.io/common/storj"
	"storj.io/uplink/private/metaclient"

	"libuplink/internal/fail"
)

func TestEachItemHasItsDeletion(t *testing.T) {
	items := []Item{{ObjectKey: "b"}, {ObjectKey: "a"}, {ObjectKey: "b", Version: []byte{1}}, {ObjectKey: "a"}, {ObjectKey: "c"}}
	found := []Deletion{
		{ObjectKey: "a", Status: storj.DeleteObjectsStatusOK, Removed: &metaclient.DeleteObjectsResultItemRemoved{}},
		{ObjectKey: "b", RequestedVersion: []byte{1}, Status: storj.DeleteObjectsStatusLocked},
		{ObjectKey: "b", RequestedVersion: []byte{}, Status: storj.DeleteObjectsStatusNotFound},
	}
	deletions := inOrder(items, found)
	for i, status := range []storj.DeleteObjectsStatus{2, 3, 4, 3, 0} {
		if deletions[i].Status != status {
			t.Errorf("%d: %v", i, deletions[i])
		}
	}
	if deletions[1].Removed == nil || deletions[0].Removed != nil {
		t.Error(deletions)
	}
}

func TestTooManyItems(t *testing.T) {
	if err := CheckItems(MostDeleted); err != nil {
		t.Error(err)
	}
	if got := fail.Classify(CheckItems(MostDeleted + 1)); got.Detail != fail.DetailInvalidArgument {
		t.Error(got)
	}
}
