package satellite

import (
	"context"
	"errors"
	"sync"
	"time"

	"storj.io/common/storj"
	"uplink-localnet/internal/satellite/store"
)

const (
	// readGrace is how long pieces stay after their object was deleted, so that
	// running downloads can end.
	readGrace = 5 * time.Second
	// slowRead is how long pieces stay after a client has got order limits for
	// them, even if the client is slow to dial the nodes.
	slowRead = 30 * time.Second
	// strayGrace is how long uncommitted pieces stay, so that a piece that is
	// still being uploaded does not come after its deletion.
	strayGrace = 15 * time.Second

	// abortGrace is how long an aborted upload can still be committed.
	abortGrace = 15 * time.Second

	// staleAfter is how long an upload without new segments stays.
	staleAfter = 24 * time.Hour

	cleanInterval = time.Second
	staleInterval = time.Hour
	cleanBatch    = 256
)

// clean deletes expired objects, old uploads and unneeded pieces until ctx ends.
func (e *Endpoint) clean(ctx context.Context) {
	defer e.wg.Done()
	// At once: for what became due while the network was down.
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

// DropStale deletes uploads that have got no segment for a day.
func (e *Endpoint) DropStale(ctx context.Context, now time.Time) error {
	return e.drop(ctx, now.Add(-staleAfter), (*store.Tx).TakeStalePending, discardStream, now)
}

// dropAborted deletes aborted uploads that were not committed.
func (e *Endpoint) dropAborted(ctx context.Context, now time.Time) error {
	return e.drop(ctx, now.Add(-abortGrace), (*store.Tx).TakeAborted, discardStream, now)
}

// dropExpired deletes expired objects.
func (e *Endpoint) dropExpired(ctx context.Context, now time.Time) error {
	return e.drop(ctx, now, (*store.Tx).TakeExpired, removeStream, now)
}

type (
	takeFunc   func(tx *store.Tx, before time.Time, limit int) ([]store.Found, error)
	removeFunc func(tx *store.Tx, project store.ProjectID, stream store.StreamID, now time.Time) error
)

// drop deletes the objects or uploads that take returns, with their segments, in
// batches of one transaction each. take has deleted them already; remove deletes
// their segments.
func (e *Endpoint) drop(ctx context.Context, before time.Time, take takeFunc, remove removeFunc, now time.Time) error {
	for more := true; more && ctx.Err() == nil; {
		err := e.store.Update(func(tx *store.Tx) error {
			found, err := take(tx, before, cleanBatch)
			if err != nil {
				return err
			}
			for _, o := range found {
				if err := remove(tx, o.Bucket.Project, o.Stream, now); err != nil {
					return err
				}
			}
			more = tx.Writes > 0
			return nil
		})
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Clean deletes the objects, uploads and pieces that are due at a time.
func (e *Endpoint) Clean(ctx context.Context, now time.Time) error {
	e.readers.prune(now)
	if err := errors.Join(e.dropExpired(ctx, now), e.dropAborted(ctx, now)); err != nil {
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
		free, held := e.readers.split(due)
		if err := e.discard(ctx, free); err != nil {
			return err
		}
		err = e.store.Update(func(tx *store.Tx) error {
			for _, g := range held {
				if err := tx.AddGarbage(g.Pieces, now.Add(readGrace)); err != nil {
					return err
				}
			}
			return tx.DropGarbage(due)
		})
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// readers has the segments for which clients have got order limits lately: the head
// of their root piece's id, and when.
type readers struct {
	mu   sync.Mutex
	sent map[uint64]time.Time
}

func (r *readers) add(root storj.PieceID, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sent == nil {
		r.sent = map[uint64]time.Time{}
	}
	r.sent[pieceHead(root)] = now
}

// prune removes the segments whose clients have had enough time to read them.
func (r *readers) prune(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for root, at := range r.sent {
		if now.Sub(at) > slowRead {
			delete(r.sent, root)
		}
	}
}

// split divides the due pieces into free ones, which can be deleted, and held ones,
// which a client may be downloading.
func (r *readers) split(due []store.Garbage) (free, held []store.Garbage) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, g := range due {
		if _, reading := r.sent[pieceHead(g.Pieces.Root)]; reading {
			held = append(held, g)
		} else {
			free = append(free, g)
		}
	}
	return free, held
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
