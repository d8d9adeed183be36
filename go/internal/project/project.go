// Package project opens projects: their connections, their budgets, and how their calls reach the
// satellite.
package project

import (
	"context"
	"errors"
	"sync"

	"storj.io/uplink"
	"storj.io/uplink/private/access"

	"libuplink/internal/budget"
	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/network"
	"libuplink/internal/pace"
	"libuplink/internal/stats"
)

// Project is an open project.
type Project struct {
	*uplink.Project
	// What runs on the project ends with this context.
	Context  context.Context
	Pace     *pace.Pace
	Patience network.Patience

	cancel context.CancelCauseFunc
	close  func() error // closes the connections, once

	inFlight    budget.Slots
	connections *budget.Allowance
	inline      inlineUploads
}

// inlineUploads bounds the memory of uploads of objects that the satellite keeps itself. Such
// uploads need no connections to nodes.
type inlineUploads struct {
	budget    *budget.Budget
	allowance *budget.Allowance
}

// ErrClosed is the cause of the end of a closed project's context.
var ErrClosed = fail.Canceled("the project was closed")

// Settings are what a project is opened with.
type Settings struct {
	Config   uplink.Config
	Limits   budget.Limits
	Patience network.Patience
	// Whether keys are not decrypted, but written in base64.
	PathEncryptionBypass bool
	NoBackgroundQoS      bool
}

// Open opens a project. The grant must not change any more.
func Open(grant *uplink.Access, settings Settings) (*Project, error) {
	config, limits := settings.Config, settings.Limits.OrDefault()
	ctx, err := network.Configure(&config, grant.SatelliteAddress(), settings.Patience, !settings.NoBackgroundQoS)
	if err != nil {
		return nil, err
	}
	if settings.PathEncryptionBypass {
		if err := access.EnablePathEncryptionBypass(grant); err != nil {
			return nil, err
		}
	}
	p := &Project{
		Pace:        pace.New(settings.Patience.RepeatFor()),
		Patience:    settings.Patience.OrDefault(),
		inFlight:    make(budget.Slots, limits.MaxInFlight),
		connections: budget.NewAllowance(limits.MaxConnections),
		inline:      inlineUploads{budget.New(limits.MaxInFlight), budget.NewAllowance(limits.MaxInFlight)},
	}
	p.Context, p.cancel = context.WithCancelCause(segmentsContext(ctx))
	idle := newPools(limits)
	if err = idle.use(p.Context, &config); err == nil {
		p.Project, err = config.OpenProject(p.Context, grant)
	}
	if err != nil {
		p.cancel(ErrClosed)
		return nil, errors.Join(err, idle.close())
	}
	p.close = sync.OnceValue(func() error { return errors.Join(p.Project.Close(), idle.close()) })
	return p, nil
}

// Close cancels what runs on the project, and closes its connections.
func (p *Project) Close() error {
	p.cancel(ErrClosed)
	return p.close()
}

// Free closes the project in the background.
func (p *Project) Free() {
	p.cancel(ErrClosed)
	guard.Background.Go(func() { _ = p.close() })
}

// Stats returns the counts of the project. They stay readable after Close.
func (p *Project) Stats() stats.Snapshot { return stats.Of(p.Context).Project().Snapshot() }

// Path returns a name that is unique to an object of the project.
func Path(bucket, key string) string { return bucket + "/" + key }
