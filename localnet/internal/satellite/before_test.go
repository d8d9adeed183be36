package satellite

import (
	"reflect"
	"testing"

	"storj.io/common/pb"
)

// TestRequestNames checks that each request that a batch can have is named like
// the call.
func TestRequestNames(t *testing.T) {
	service := reflect.TypeFor[pb.DRPCMetainfoServer]()
	seen := 0
	for _, wrapper := range (&pb.BatchRequestItem{}).XXX_OneofWrappers() {
		item := reflect.New(reflect.TypeOf(pb.BatchRequestItem{}))
		field := item.Elem().FieldByName("Request")
		field.Set(reflect.ValueOf(wrapper))
		name := requestName(item.Interface().(*pb.BatchRequestItem))
		if _, ok := service.MethodByName(name); !ok {
			t.Errorf("%T is named %q, which is no call", wrapper, name)
		}
		seen++
	}
	if seen < 20 {
		t.Errorf("only %d requests", seen)
	}
}
