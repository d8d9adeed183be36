package satellite

import (
	"path"
	"reflect"
	"testing"

	"storj.io/common/pb"
)

// TestRequests checks that the table has each method of the service once, with
// its types, except the two that carry other requests.
func TestRequests(t *testing.T) {
	missing := map[string]reflect.Type{}
	description := pb.DRPCMetainfoDescription{}
	for n := range description.NumMethods() {
		rpc, _, _, method, _ := description.Method(n)
		missing[path.Base(rpc)] = reflect.TypeOf(method)
	}
	for _, name := range []string{"Batch", "CompressedBatch"} {
		if _, ok := missing[name]; !ok {
			t.Errorf("the service has no %s", name)
		}
		delete(missing, name)
	}
	for _, r := range requests {
		method, ok := missing[r.name]
		if !ok {
			t.Errorf("%s is not in the service, or twice in the table", r.name)
			continue
		}
		if method.In(2) != r.in || method.Out(0) != r.out {
			t.Errorf("%s takes %v and returns %v, not %v and %v", r.name, method.In(2), method.Out(0), r.in, r.out)
		}
		delete(missing, r.name)
	}
	for name := range missing {
		t.Errorf("%s is not in the table", name)
	}
}

// TestBatchItems checks that each item that a batch may carry is in the table,
// and that its response can be wrapped.
func TestBatchItems(t *testing.T) {
	wrappers := (*pb.BatchRequestItem)(nil).XXX_OneofWrappers()
	if len(wrappers) < 20 {
		t.Errorf("only %d items", len(wrappers))
	}
	for _, wrapper := range wrappers {
		if item := batchItems[reflect.TypeOf(wrapper)]; item.request == nil || item.response == nil {
			t.Errorf("%T: %+v", wrapper, item)
		}
	}
}
