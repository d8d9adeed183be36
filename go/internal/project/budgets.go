package project

import (
	"context"

	"libuplink/internal/budget"
	"libuplink/internal/pace"
)

// Ask makes a call to the satellite, and repeats it while the satellite refuses it.
func Ask[T any](ctx context.Context, p *Project, run func() (T, error)) (T, error) {
	return AskToWrite(ctx, p, "", run)
}

// AskToWrite is Ask for a call that begins to write to the object with the path.
func AskToWrite[T any](ctx context.Context, p *Project, path string, run func() (T, error)) (value T, err error) {
	err = p.Pace.Do(ctx, pace.CallerOf(ctx), path, func() (err error) {
		value, err = InSlot(ctx, p, run)
		return err
	})
	return value, err
}

// InSlot makes a call to the satellite once there is a slot for it.
func InSlot[T any](ctx context.Context, p *Project, run func() (T, error)) (value T, err error) {
	release, err := p.AcquireSlot(ctx)
	if err != nil {
		return value, err
	}
	defer release()
	return run()
}

// AcquireSlot waits for a slot for a call to the satellite. Such a call needs a slot of the project
// and a slot of the process.
func (p *Project) AcquireSlot(ctx context.Context) (release func(), err error) {
	own, shared := p.inFlight, budget.Process().InFlight
	if err := own.Acquire(ctx); err != nil {
		return nil, err
	}
	if err := shared.Acquire(ctx); err != nil {
		own.Release()
		return nil, err
	}
	release = func() {
		shared.Release()
		own.Release()
	}
	// A select may choose the slot although the context has ended.
	if ctx.Err() != nil {
		release()
		return nil, context.Cause(ctx)
	}
	return release, nil
}

// AcquireConnections waits for connections to storage nodes.
func (p *Project) AcquireConnections(ctx context.Context, count int) (*budget.Claim, error) {
	return budget.Process().Connections.Acquire(ctx, p.connections, count)
}

// ClaimConnections returns a claim of an upload's connections to storage nodes.
func (p *Project) ClaimConnections() *budget.Claim {
	return budget.Process().Connections.NewClaim(p.connections, budget.ConnectionsOfUpload)
}

// ClaimInline returns a claim of the memory of an upload that the satellite keeps itself.
func (p *Project) ClaimInline(weight int) *budget.Claim {
	return p.inline.budget.NewClaim(p.inline.allowance, weight)
}
