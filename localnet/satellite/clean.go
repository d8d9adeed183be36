package satellite

import (
	"context"
	"time"

	"storj.io/common/storj"
	"uplink-localnet/satellite/store"
)

const (
	// readGrace lets downloads end that began before the object was deleted.
	readGrace = 5 * time.Second
	// strayGrace lets uploads end that the client has already given up, so
	// that their pieces do not arrive after they were thrown away.
	strayGrace = 15 * time.Second

	// staleAfter is when an upload that nobody goes on with is given up.
	staleAfter = 24 * time.Hour

	cleanInterval = time.Second
	staleInterval = time.Hour
	cleanBatch    = 256
)

// clean deletes expired objects and pieces that nobody needs any more.
func (e *Endpoint) clean(ctx context.Context) {
	defer e.wg.Done()
	// What was due while the network was down, or left by its end.
	e.logCleaning(ctx, e.DropStale(ctx, e.now()))
	e.logCleaning(ctx, e.Sweep(ctx))
	ticker := time.NewTicker(cleanInterval)
	defer ticker.Stop()
	hourly := time.NewTicker(staleInterval)
	defer hourly.Stop()
	for {
		select {
		case <-ctx.Done():
			e.logCleaning(ctx, e.storeMeters())
			return
		case <-hourly.C:
			e.logCleaning(ctx, e.DropStale(ctx, e.now()))
			e.logCleaning(ctx, e.Sweep(ctx))
		case <-ticker.C:
			e.logCleaning(ctx, e.Clean(ctx, e.now()))
			e.logCleaning(ctx, e.storeMeters())
		}
	}
}

func (e *Endpoint) logCleaning(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil {
		e.log.Error("cleaning failed", "error", err)
	}
}

// DropStale gives up uploads that nobody goes on with.
func (e *Endpoint) DropStale(ctx context.Context, now time.Time) error {
	for ctx.Err() == nil {
		var stale []store.Found
		err := e.store.Update(func(tx *store.Tx) (err error) {
			if stale, err = tx.TakeStalePending(now.Add(-staleAfter), cleanBatch); err != nil {
				return err
			}
			for _, o := range stale {
				if err := discardStream(tx, o.Bucket.Project, o.Stream, now); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(stale) == 0 {
			return err
		}
	}
	return ctx.Err()
}

// Clean does the cleaning that is due at the given time.
func (e *Endpoint) Clean(ctx context.Context, now time.Time) error {
	if err := e.dropExpired(ctx, now); err != nil {
		return err
	}
	for ctx.Err() == nil {
		var due []store.Garbage
		err := e.store.View(func(tx *store.Tx) (err error) {
			due, err = tx.DueGarbage(now, cleanBatch)
			return err
		})
		if err != nil || len(due) == 0 {
			return err
		}
		if err := e.discard(ctx, due); err != nil {
			return err
		}
		if err := e.store.Update(func(tx *store.Tx) error { return tx.DropGarbage(due) }); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// discard deletes pieces from their nodes.
func (e *Endpoint) discard(ctx context.Context, list []store.Garbage) error {
	byNode := make([][]storj.PieceID, len(e.nodes))
	for _, g := range list {
		for _, piece := range g.Pieces.List {
			if n := piece.Node; n >= 0 && int(n) < len(e.nodes) {
				byNode[n] = append(byNode[n], g.Pieces.Root.Derive(e.nodes[n].ID, piece.Number))
			}
		}
	}
	for n, ids := range byNode {
		if len(ids) == 0 {
			continue
		}
		if err := e.nodes[n].Discard(ctx, ids); err != nil {
			return err
		}
	}
	return nil
}

// dropExpired deletes objects that nobody sees any more.
func (e *Endpoint) dropExpired(ctx context.Context, now time.Time) error {
	for ctx.Err() == nil {
		expired := false
		err := e.store.View(func(tx *store.Tx) (err error) {
			expired = tx.HasExpired(now)
			return nil
		})
		if err != nil || !expired {
			return err
		}
		err = e.store.Update(func(tx *store.Tx) error {
			objects, err := tx.TakeExpired(now, cleanBatch)
			if err != nil {
				return err
			}
			for _, o := range objects {
				if err := removeStream(tx, o.Bucket.Project, o.Stream, now); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}
