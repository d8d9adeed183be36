package faults

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"storj.io/common/rpc/rpcstatus"
)

func ptr[T any](value T) *T { return &value }

func TestRefused(t *testing.T) {
	set, err := NewSet(3)
	check(t, err)
	for _, c := range []struct {
		text  string
		fault Fault
	}{
		{"neither satellite nor nodes", Fault{}},
		{"neither satellite nor nodes", Fault{Down: true}},
		{"what happens", Fault{Satellite: true}},
		{"no node 3: they are numbered from 0 to 2", Fault{Nodes: []int{3}, Down: true}},
		{"no node -1", Fault{Nodes: []int{-1}, Down: true}},
		{"only nodes", Fault{Satellite: true, Corrupting: true}},
		{"only nodes", Fault{Satellite: true, Losing: true}},
		{"only nodes", Fault{Satellite: true, AllNodes: true, Full: true}},
		{"delay must be between 0 and a million seconds, not -1", Fault{Satellite: true, Delay: -1}},
		{"rtt must be", Fault{Satellite: true, RTT: 1e9}},
		{"mbit must be", Fault{Satellite: true, Mbit: math.NaN()}},
		{"skew must be", Fault{Satellite: true, Skew: 1e10}},
		{"skew must be", Fault{Satellite: true, Skew: Seconds(math.NaN())}},
		{"cut_after must be at least 0 bytes, not -1", Fault{Satellite: true, CutAfter: ptr(int64(-1))}},
		{"belong to a call", Fault{Satellite: true, Down: true, Nth: ptr(1)}},
		{"belong to a call", Fault{Satellite: true, Down: true, Code: "Unavailable"}},
		{`no code "Nonsense"; there are `, Fault{Satellite: true, Refusing: true, Code: "Nonsense"}},
		{`no code "NotFoud"; there are NotFound, `, Fault{Satellite: true, Refusing: true, Code: "NotFoud"}},
		{"down is a fault of its own", Fault{Satellite: true, Call: "GetObject", Down: true}},
		{"nth must be at least 1, which is the next call, not 0", Fault{Satellite: true, Call: "GetObject", Nth: ptr(0)}},
		{"times must be at least 1, or 0 for all, not -1", Fault{Satellite: true, Call: "GetObject", Times: ptr(-1)}},
		{"not both", Fault{Satellite: true, Call: "GetObject", Code: "NotFound", CutAfter: ptr(int64(1))}},
		{`no call "BeginObjekt"; there are BeginObject, `, Fault{Satellite: true, Call: "BeginObjekt"}},
		{`no call "uplod"; there are Upload, `, Fault{Satellite: true, Call: "uplod"}},
		{"the satellite has no call Upload, but nodes have", Fault{Satellite: true, Call: "upload"}},
		{"nodes have no call GetObject, but the satellite has; nodes have Download and Upload", Fault{AllNodes: true, Call: "GetObject"}},
		{"down and frozen contradict each other: what is down has no connections", Fault{AllNodes: true, Down: true, Frozen: true}},
		{"down and rtt contradict", Fault{Satellite: true, Down: true, RTT: 1}},
		{"frozen and delay contradict", Fault{Satellite: true, Frozen: true, Delay: 1}},
		{"refusing and full contradict", Fault{AllNodes: true, Refusing: true, Full: true}},
		{"losing and corrupting contradict", Fault{AllNodes: true, Losing: true, Corrupting: true}},
	} {
		var invalid *InvalidError
		_, err := set.Add(c.fault)
		if !errors.As(err, &invalid) || !strings.Contains(err.Error(), c.text) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%+v: %v, not %q", c.fault, err, c.text)
		}
	}
	if list := set.List(); len(list) != 0 {
		t.Errorf("%+v", list)
	}
	if _, err := NewSet(1, Fault{}); err == nil {
		t.Error("an empty fault from the beginning")
	}
}

// TestAllNames adds a fault for each call, and for each error.
func TestAllNames(t *testing.T) {
	set, err := NewSet(1)
	check(t, err)
	if len(satelliteCalls) < 40 || !slices.Contains(satelliteCalls, "BeginObject") {
		t.Errorf("%q", satelliteCalls)
	}
	for _, name := range append(slices.Clone(satelliteCalls), nodeCalls...) {
		added, err := set.Add(Fault{Satellite: true, AllNodes: true, Call: strings.ToUpper(name)})
		check(t, err)
		if added.Call != name {
			t.Errorf("%s became %s", name, added.Call)
		}
	}
	for _, code := range codes {
		added, err := set.Add(Fault{Satellite: true, Call: "GetObject", Code: strings.ToLower(code.String())})
		check(t, err)
		if rpcstatus.Code(added.failure()) != code {
			t.Errorf("%v became %v", code, added.failure())
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"", "abc", 3}, {"Same", "sAME", 0}, {"kitten", "sitting", 3}, {"BeginObjekt", "BeginObject", 1}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("%q, %q: %d", c.a, c.b, got)
		}
	}
}

func TestAddUp(t *testing.T) {
	set, err := NewSet(3, WideArea())
	check(t, err)
	first, err := set.Add(Fault{AllNodes: true, Delay: 0.5, RTT: 0.1})
	check(t, err)
	second, err := set.Add(Fault{Nodes: []int{1}, Delay: 0.2, Full: true})
	check(t, err)
	third, err := set.Add(Fault{Satellite: true, Skew: -3600, Refusing: true})
	check(t, err)
	if list := set.List(); !reflect.DeepEqual(list, []Status{{first, 0}, {second, 0}, {third, 0}}) {
		t.Errorf("%+v", list)
	}
	for number, want := range []time.Duration{500, 200, 500} {
		e := set.Nodes[number].effects.Load()
		if e.delay != want*time.Millisecond || e.rtt != 100*time.Millisecond || e.bandwidth != 6.25e6 || (e.full != nil) != (number == 1) {
			t.Errorf("node %d: %+v", number, e)
		}
	}
	noon := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	clock := set.Satellite.Now(func() time.Time { return noon })
	if got := clock(); !got.Equal(noon.Add(-time.Hour)) {
		t.Errorf("the clock shows %v", got)
	}
	if found, err := set.Remove(first.ID); !found || err != nil {
		t.Error(found, err)
	}
	if found, err := set.Remove(first.ID); found || err != nil {
		t.Error(found, err)
	}
	if e := set.Nodes[1].effects.Load(); e.delay != 200*time.Millisecond || e.rtt != 40*time.Millisecond {
		t.Errorf("%+v", e)
	}
	check(t, set.Clear())
	if got := clock(); !got.Equal(noon) || len(set.List()) != 0 {
		t.Errorf("the clock shows %v", got)
	}
	if e := set.Nodes[1].effects.Load(); e.none || e.rtt != 40*time.Millisecond || e.full != nil {
		t.Errorf("%+v", e)
	}
}
