package record

import (
	"bytes"
	"reflect"
	"testing"
	"time"
)

// sample is a record with a field of each kind.
type sample struct {
	Flag    bool
	Data    []byte
	Number  int32
	Numbers []int32
	Words   []string
	ID      [4]byte
	At      time.Time
	Inner   *sample
}

func (s *sample) Fields(c Codec) {
	c.Bool(1, &s.Flag)
	c.Bytes(2, &s.Data)
	c.Int32(3, &s.Number)
	c.RepeatedInt32(4, &s.Numbers)
	c.RepeatedString(5, &s.Words)
	Fixed(c, 6, s.ID[:])
	Time(c, 7, &s.At)
	if s.Inner != nil {
		Message(c, 8, s.Inner)
	}
}

func TestRecord(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 678_000, time.UTC)
	for _, want := range []*sample{
		{},
		{Flag: true, Data: []byte("data"), Number: -1, Numbers: []int32{0, 7}, Words: []string{"a", ""}, ID: [4]byte{1, 2, 3, 4}, At: at},
		{At: at, Inner: &sample{Number: 5, ID: [4]byte{9}}},
	} {
		data, err := Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		got := &sample{}
		if want.Inner != nil {
			got.Inner = &sample{}
		}
		if err := Unmarshal(data, got); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
		again, err := Marshal(got)
		if err != nil || !bytes.Equal(again, data) {
			t.Errorf("%x is %x the second time: %v", data, again, err)
		}
	}
}

// TestTimeZone checks that writing a record does not change its times.
func TestTimeZone(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 678, time.FixedZone("", 3600))
	s := &sample{At: at}
	if _, err := Marshal(s); err != nil || s.At != at {
		t.Errorf("%v became %v: %v", at, s.At, err)
	}
}
