package project

import (
	"context"
	"math"

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

// TryAcquireStream returns claims for a download that a transfer opens beside its first one, or nil
// if the budgets have no room for it. The weight is the number of connections that it will use.
func (p *Project) TryAcquireStream(weight int) *FurtherStream {
	shared := budget.Process()
	memory := shared.FurtherStreams.TryAcquire(furtherStreams, weight)
	if memory == nil {
		return nil
	}
	connections := shared.Connections.TryAcquire(p.connections, budget.ConnectionsOfDownload)
	if connections == nil {
		memory.Release()
		return nil
	}
	return &FurtherStream{connections, memory}
}

// furtherStreams is the allowance of all projects together.
var furtherStreams = budget.NewAllowance(math.MaxInt)

// FurtherStream has the claims of a download that a transfer opens beside its first one.
type FurtherStream struct{ connections, memory *budget.Claim }

// TakeConnections returns the claim of connections, for a download that releases it, or nil if it
// was taken before.
func (s *FurtherStream) TakeConnections() *budget.Claim {
	taken := s.connections
	s.connections = nil
	return taken
}

// Lower lowers the weight once the number of connections is known.
func (s *FurtherStream) Lower(weight int) {
	if s.memory != nil {
		s.memory.Lower(weight)
	}
}

// Release releases the claims, except one that was taken.
func (s *FurtherStream) Release() {
	for _, claim := range []*budget.Claim{s.connections, s.memory} {
		if claim != nil {
			claim.Release()
		}
	}
	s.connections, s.memory = nil, nil
}

// ClaimConnections returns a claim of an upload's connections to storage nodes.
func (p *Project) ClaimConnections() *budget.Claim {
	return budget.Process().Connections.NewClaim(p.connections, budget.ConnectionsOfUpload)
}

// ClaimInline returns a claim of the memory of an upload that the satellite keeps itself.
func (p *Project) ClaimInline(weight int) *budget.Claim {
	return p.inline.budget.NewClaim(p.inline.allowance, weight)
}
