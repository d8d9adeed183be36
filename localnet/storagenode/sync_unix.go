//go:build !windows

package storagenode

import (
	"errors"
	"os"
)

// syncFolder puts the names in a folder on the disk.
func (p *Pieces) syncFolder(dir string) error {
	if !p.durable {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
