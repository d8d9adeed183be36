package stream

import "testing"

func TestAVersionThatWasNamedStays(t *testing.T) {
	latest, named := Version{}, Version{ID: []byte("named")}
	latest.pin(nil)
	if latest.ID != nil {
		t.Errorf("%q", latest.ID)
	}
	latest.pin([]byte("first"))
	named.pin(nil)
	named.pin([]byte("other"))
	if string(latest.ID) != "first" || string(named.ID) != "named" {
		t.Errorf("%q, %q", latest.ID, named.ID)
	}
}
