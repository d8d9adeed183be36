package faults

import (
	"errors"
	"reflect"
	"testing"
	"time"
)

func ptr[T any](value T) *T { return &value }

func TestRefused(t *testing.T) {
	set, err := NewSet(3)
	check(t, err)
	for _, fault := range []Fault{
		{},
		{Down: true},
		{Satellite: true},
		{Nodes: []int{3}, Down: true},
		{Nodes: []int{-1}, Down: true},
		{Satellite: true, Corrupting: true},
		{Satellite: true, Losing: true},
		{Satellite: true, AllNodes: true, Full: true},
		{Satellite: true, Delay: -1},
		{Satellite: true, RTT: 1e9},
		{Satellite: true, Skew: 1e10},
		{Satellite: true, CutAfter: ptr(int64(-1))},
		{Satellite: true, Down: true, Nth: 1},
		{Satellite: true, Down: true, Code: "Unavailable"},
		{Satellite: true, Refusing: true, Code: "Nonsense"},
		{Satellite: true, Call: "GetObject", Down: true},
		{Satellite: true, Call: "GetObject", Nth: -1},
		{Satellite: true, Call: "GetObject", Times: ptr(-1)},
		{Satellite: true, Call: "GetObject", Code: "NotFound", CutAfter: ptr(int64(1))},
	} {
		var invalid *InvalidError
		if _, err := set.Add(fault); !errors.As(err, &invalid) {
			t.Errorf("%+v: %v", fault, err)
		}
	}
	if list := set.List(); len(list) != 0 {
		t.Errorf("%+v", list)
	}
	if _, err := NewSet(1, Fault{}); err == nil {
		t.Error("an empty fault from the beginning")
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
	if list := set.List(); !reflect.DeepEqual(list, []Fault{first, second, third}) {
		t.Errorf("%+v", list)
	}
	for number, want := range []time.Duration{500, 200, 500} {
		e := set.Nodes[number].effects.Load()
		if e.delay != want*time.Millisecond || e.rtt != 100*time.Millisecond || e.bandwidth != 6.25e6 || e.full != (number == 1) {
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
	if e := set.Nodes[1].effects.Load(); e.none || e.rtt != 40*time.Millisecond || e.full {
		t.Errorf("%+v", e)
	}
}
