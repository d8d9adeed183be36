package faults

import (
	"cmp"
	"slices"
	"strings"

	"storj.io/common/pb"
	"storj.io/drpc"
)

// The names of a node's calls.
const (
	uploadCall   = "Upload"
	downloadCall = "Download"
)

// satelliteCalls and nodeCalls are the names of all calls.
var (
	satelliteCalls = methods(pb.DRPCMetainfoDescription{})
	nodeCalls      = []string{downloadCall, uploadCall}
)

// methods returns the names of a service's calls in order.
func methods(service drpc.Description) (names []string) {
	for i := range service.NumMethods() {
		rpc, _, _, _, _ := service.Method(i)
		names = append(names, callName(rpc))
	}
	slices.Sort(names)
	return names
}

// callName returns the last part of a call's full name.
func callName(rpc string) string { return rpc[strings.LastIndexByte(rpc, '/')+1:] }

// nearest returns the names in the order of their distance from wanted.
func nearest(wanted string, names []string) []string {
	sorted := slices.Clone(names)
	slices.SortStableFunc(sorted, func(a, b string) int { return cmp.Compare(distance(wanted, a), distance(wanted, b)) })
	return sorted
}

// distance returns how many letters have to be added, removed or replaced to
// get from one name to the other. It ignores case.
func distance(a, b string) int {
	a, b = strings.ToLower(a), strings.ToLower(b)
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
