package network

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"uplink-localnet/internal/satellite/store"
)

// shareSize is the size of an erasure share in bytes. The satellite chooses it.
const shareSize = 256

// ParseRedundancy parses the four numbers: required/repair/optimal/total.
func ParseRedundancy(text string) (store.Redundancy, error) {
	parts := strings.Split(text, "/")
	numbers := make([]int32, len(parts))
	for i, part := range parts {
		n, err := strconv.ParseInt(part, 10, 16)
		if err != nil {
			return store.Redundancy{}, errors.New("must be four numbers like 4/6/8/10: required/repair/optimal/total")
		}
		numbers[i] = int32(n)
	}
	if len(numbers) != 4 {
		return store.Redundancy{}, errors.New("must be four numbers like 4/6/8/10: required/repair/optimal/total")
	}
	s := store.Redundancy{
		Required: numbers[0], Repair: numbers[1], Optimal: numbers[2], Total: numbers[3],
		ShareSize: shareSize,
	}
	switch {
	case s.Required < 1:
		return s, errors.New("at least one piece must be required")
	case s.Required > s.Repair || s.Repair > s.Optimal || s.Optimal > s.Total:
		return s, errors.New("the numbers must not become smaller: required <= repair <= optimal <= total")
	case s.Total > 256:
		return s, errors.New("the erasure code makes at most 256 pieces")
	}
	return s, nil
}

// FormatRedundancy returns the four numbers as ParseRedundancy takes them.
func FormatRedundancy(s store.Redundancy) string {
	return fmt.Sprintf("%d/%d/%d/%d", s.Required, s.Repair, s.Optimal, s.Total)
}

// DefaultRedundancy returns numbers that use all nodes, up to 110. A fifth of
// them may fail during an upload.
func DefaultRedundancy(nodes int) store.Redundancy {
	total := min(110, int32(nodes))
	optimal := max(1, total*8/10)
	required := max(1, optimal/2)
	return store.Redundancy{
		Required: required, Repair: (required + optimal) / 2, Optimal: optimal, Total: total,
		ShareSize: shareSize,
	}
}
