package admin

import (
	"fmt"
	"os"
	"slices"
	"time"

	"uplink-localnet/internal/satellite/store"
)

// Status is what a network is and has.
type Status struct {
	Running    bool            `json:"running"`
	PID        int             `json:"pid,omitempty"`
	Satellite  string          `json:"satellite"`
	Folder     string          `json:"folder"`
	Metadata   int64           `json:"metadata"`
	Nodes      int             `json:"nodes"`
	Redundancy string          `json:"redundancy"`
	Pieces     int64           `json:"pieces"`
	Stored     int64           `json:"stored"`
	Projects   []ProjectStatus `json:"projects"`
}

// ProjectStatus is a project with its usage and its limits.
type ProjectStatus struct {
	Name    string       `json:"name"`
	ID      string       `json:"id"`
	Created time.Time    `json:"created"`
	Usage   store.Usage  `json:"usage"`
	Limits  store.Limits `json:"limits"`
}

// Status returns what the network is and has.
func (a *Admin) Status() (*Status, error) {
	status := &Status{
		Running: a.parts.running(), Satellite: a.url, Folder: a.path, Metadata: a.store.Size(),
		Nodes: a.parts.nodes(), Redundancy: a.parts.redundancy(),
	}
	if status.Running {
		status.PID = os.Getpid()
	}
	list, err := a.parts.pieces()
	if err != nil {
		return nil, err
	}
	for _, pieces := range list {
		count, bytes, err := pieces.Count()
		if err != nil {
			return nil, err
		}
		status.Pieces, status.Stored = status.Pieces+count, status.Stored+bytes
	}
	status.Projects, err = a.projects()
	return status, err
}

// projects returns all projects, the oldest first.
func (a *Admin) projects() (list []ProjectStatus, err error) {
	err = a.store.View(func(tx *store.Tx) error {
		return tx.EachProject(func(p *store.Project) error {
			used, err := tx.Usage(p.ID)
			used.Bandwidth = a.parts.bandwidth(p.ID, used.Bandwidth)
			list = append(list, ProjectStatus{Name: projectName(p), ID: fmt.Sprintf("%x", p.PublicID), Created: p.Created, Usage: used, Limits: p.Limits})
			return err
		})
	})
	slices.SortFunc(list, func(a, b ProjectStatus) int { return a.Created.Compare(b.Created) })
	return list, err
}
