package objects

import (
	"context"

	"storj.io/common/storj"
	"storj.io/uplink"
	"storj.io/uplink/private/object"

	"libuplink/internal/fail"
)

// MostDeleted is the largest number of items that a satellite deletes with one request.
const MostDeleted = 1000

// Item names an object to delete, or one version of it.
type Item = object.DeleteObjectsItem

// Deletion is what became of an item.
type Deletion = object.DeleteObjectsResultItem

// CheckItems returns an error if there are more items than one request can have.
func CheckItems(count int) error {
	if count > MostDeleted {
		return fail.InvalidArgument("there are %d items to delete; one call takes at most %d", count, MostDeleted)
	}
	return nil
}

// DeleteAll deletes objects of a bucket, and returns what became of each item, in the order of the
// items. The satellite merges equal items, so those have the same deletion.
func DeleteAll(ctx context.Context, p *uplink.Project, bucket string, items []Item, options object.DeleteObjectsOptions,
) ([]Deletion, error) {
	if len(items) == 0 {
		return nil, nil
	}
	found, err := object.DeleteObjects(ctx, p, bucket, items, &options)
	if err != nil {
		return nil, err
	}
	return inOrder(items, found), nil
}

// inOrder returns a deletion for each item. An item that the satellite did not mention has failed.
func inOrder(items []Item, found []Deletion) []Deletion {
	type name struct{ key, version string }
	named := make(map[name]Deletion, len(found))
	for _, deletion := range found {
		named[name{deletion.ObjectKey, string(deletion.RequestedVersion)}] = deletion
	}
	deletions := make([]Deletion, len(items))
	for i, item := range items {
		deletion, mentioned := named[name{item.ObjectKey, string(item.Version)}]
		if !mentioned {
			deletion.Status = storj.DeleteObjectsStatusInternalError
		}
		deletions[i] = deletion
	}
	return deletions
}
