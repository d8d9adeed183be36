package listing

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"libuplink/internal/fail"
	"libuplink/internal/project"
	"libuplink/internal/project/projecttest"
)

// numbers is a cursor over 0, 1, 2 … that fails after a number of steps.
type numbers struct {
	steps, most int
	err         error
}

func (n *numbers) Next() bool {
	n.steps++
	return n.steps <= n.most
}

func (n *numbers) Item() *int {
	item := n.steps - 1
	return &item
}

func (n *numbers) Err() error {
	if n.steps <= n.most {
		return nil
	}
	return n.err
}

func TestLimit(t *testing.T) {
	for wanted, expected := range map[uint64]int{0: 1000, 1: 1, 5000: 5000, math.MaxUint64: math.MaxInt32} {
		if got := Limit(wanted); got != expected {
			t.Errorf("%d: %d", wanted, got)
		}
	}
}

func TestPage(t *testing.T) {
	broken := errors.New("broken")
	items := &numbers{most: 3, err: broken}
	page, err := ReadPage[*int](items, 2)
	if len(page.Items) != 2 || !page.More || err != nil || items.steps != 2 {
		t.Error(page, err, items.steps)
	}
	page, err = ReadPage[*int](items, 2)
	if len(page.Items) != 1 || page.More || err != broken {
		t.Error(page, err)
	}
}

func TestIterator(t *testing.T) {
	p := projecttest.Offline(t, project.Settings{})
	refused, broken := errors.New("refused"), errors.New("broken")
	for _, test := range []struct {
		refuse   int
		items    *numbers
		expected []int
		err      error
	}{
		{-1, &numbers{most: 3}, []int{0, 1, 2}, nil},
		{-1, &numbers{most: 2, err: broken}, []int{0, 1}, broken},
		{1, &numbers{most: 3}, []int{0}, refused},
	} {
		check := func(item *int) error {
			if *item == test.refuse {
				return refused
			}
			return nil
		}
		it := NewIterator(p, func(context.Context) Cursor[*int] { return test.items }, check)
		var found []int
		for it.Next() {
			item, _ := it.Current()
			found = append(found, *item)
		}
		item, err := it.Current()
		if !slices.Equal(found, test.expected) || item != nil || err != test.err {
			t.Errorf("%v, %v, %v; expected %v, %v", found, item, err, test.expected, test.err)
		}
		it.Free()
	}
}

func TestFreeEndsAnIterator(t *testing.T) {
	it := NewIterator(projecttest.Offline(t, project.Settings{}), func(context.Context) Cursor[*int] { return &numbers{most: 3} },
		func(*int) error { return nil })
	it.Free()
	if it.Next() {
		t.Error("an item after free")
	}
	if _, err := it.Current(); !fail.IsCanceled(err) {
		t.Error(err)
	}
	failed := FailedIterator[int](errFreed)
	failed.Free()
	if _, err := failed.Current(); failed.Next() || err != errFreed {
		t.Error(err)
	}
}
