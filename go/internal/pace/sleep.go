package pace

import (
	"context"
	"time"
)

// Sleep waits. It returns the cause of the end of ctx if that comes first.
func Sleep(ctx context.Context, span time.Duration) error {
	timer := time.NewTimer(span)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
