package stats

import (
	"context"
	"fmt"
	"io"
	"net"
	"testing"
	"time"
)

func TestCountsOfACallGoToItsProject(t *testing.T) {
	p := NewProject("satellite:7777")
	ctx := WithCall(context.Background(), NewCall(p))
	c := NewCallOf(ctx)
	c.Start()
	c.Request()
	c.Send(3)
	c.Receive(4)
	done := c.Wait()
	if s := p.Snapshot(); s.InFlight != 1 || s.Waiting != 1 {
		t.Error(s)
	}
	time.Sleep(time.Millisecond)
	done()
	c.Detach(1)
	c.Detach(-1)
	c.End(Succeeded)
	want := CallSnapshot{Requests: 1, Sent: 3, Received: 4, Waited: c.Snapshot().Waited}
	if got := c.Snapshot(); got != want || got.Waited < time.Millisecond {
		t.Error(got)
	}
	s := p.Snapshot()
	if s != (Snapshot{Started: 1, Succeeded: 1, Requests: 1, Sent: 3, Received: 4, Waited: want.Waited}) {
		t.Error(s)
	}
	for _, outcome := range []Outcome{Failed, Canceled} {
		c.Start()
		c.End(outcome)
	}
	if s := p.Snapshot(); s.Failed != 1 || s.Canceled != 1 || s.InFlight != 0 {
		t.Error(s)
	}
}

func TestAStreamCountsForItsNewestCall(t *testing.T) {
	p := NewProject("")
	stream := NewCall(p)
	ctx := WithCall(context.Background(), stream)
	if Of(ctx) != stream {
		t.Error("not the stream")
	}
	newest := NewCall(p)
	stream.Relay(newest)
	if Of(ctx) != newest {
		t.Error("not the newest call")
	}
	if Of(context.Background()) != nowhere {
		t.Error("a context of no project has counts")
	}
}

func takeAll() (taken []Event) {
	for {
		e, found := NextEvent()
		if !found {
			return taken
		}
		taken = append(taken, e)
	}
}

func TestEventsOfOneKindAndSubjectAreOne(t *testing.T) {
	takeAll()
	c := NewCall(NewProject("satellite:7777"))
	started := time.Now()
	c.Refused("")
	c.Refused("")
	c.Refused("bucket/key")
	c.Slow(90)
	c.Redial(2 * time.Second)
	c.Resume("bucket/key", 7)
	c.Repeat("no nodes", 3*time.Second)
	c.project.Stall("node:1", 20*time.Second)
	c.project.Down("node:1", time.Second)
	want := []Event{
		{Kind: RequestRefused, Subject: "satellite:7777", Count: 2},
		{Kind: WriteRefused, Subject: "bucket/key", Count: 1},
		{Kind: SlowedDown, Subject: "satellite:7777", Count: 1, Value: 90},
		{Kind: Redialed, Subject: "satellite:7777", Count: 1, Value: 2},
		{Kind: Resumed, Subject: "bucket/key", Count: 1, Value: 7},
		{Kind: Repeated, Subject: "no nodes", Count: 1, Value: 3},
		{Kind: Stalled, Subject: "node:1", Count: 1, Value: 20},
		{Kind: NodeDown, Subject: "node:1", Count: 1, Value: 1},
	}
	got := takeAll()
	if len(got) != len(want) {
		t.Fatal(got)
	}
	for i, e := range got {
		if e.Last.Before(started) {
			t.Error(e)
		}
		if e.Last = want[i].Last; e != want[i] {
			t.Errorf("%v, not %v", e, want[i])
		}
	}
	if s := c.project.Snapshot(); s.Retries != 6 || s.SlowDowns != 2 || s.Stalls != 1 {
		t.Error(s)
	}
}

func TestEventsAreBounded(t *testing.T) {
	takeAll()
	c := NewCall(NewProject(""))
	for n := range 2 * mostEvents {
		c.Refused(fmt.Sprint("bucket/", n))
	}
	if got := takeAll(); len(got) != mostEvents || got[0].Subject != "bucket/0" {
		t.Error(len(got))
	}
	c.Refused("bucket/later")
	if got := takeAll(); len(got) != 1 {
		t.Error(got)
	}
}

func TestConnectionsAreCounted(t *testing.T) {
	p := NewProject("satellite:7777")
	for _, address := range []string{"satellite:7777", "node:1"} {
		near, far := net.Pipe()
		conn := p.CountConnection(near, address)
		if s := p.Snapshot(); s.ToSatellite+s.ToNodes != 1 || (s.ToSatellite == 1) != (address == "satellite:7777") {
			t.Error(s)
		}
		go func() { _, _ = io.Copy(far, far) }()
		if _, err := conn.Write([]byte("hello")); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(conn, make([]byte, 5)); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := conn.Close(); err != nil {
				t.Fatal(err)
			}
		}
		_ = far.Close()
	}
	if s := p.Snapshot(); s != (Snapshot{WireSent: 10, WireReceived: 10}) {
		t.Error(s)
	}
}
