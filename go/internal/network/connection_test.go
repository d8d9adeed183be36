package network

import (
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"storj.io/common/identity"
	"storj.io/common/pb"
	"storj.io/common/peertls/tlsopts"
	"storj.io/common/rpc"
	"storj.io/common/rpc/noise"
	"storj.io/common/rpc/rpcpool"
	"storj.io/common/storj"
	"storj.io/drpc"
	"storj.io/uplink"

	"libuplink/internal/fail"
)

// newIdentity returns an identity. Its key is cheap: the difficulty of the key is not checked.
func newIdentity(t *testing.T) *identity.FullIdentity {
	t.Helper()
	id, err := identity.NewFullIdentity(t.Context(), identity.NewCAOptions{Concurrency: 1})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// fastNode returns the address of a storage node that advertises what nodes on Linux do: a Noise
// key, a debounce limit of 2 and TCP Fast Open.
func fastNode(t *testing.T, address string) storj.NodeURL {
	t.Helper()
	id := newIdentity(t)
	config, err := noise.GenerateServerConf(noise.DefaultProto, id)
	if err != nil {
		t.Fatal(err)
	}
	return storj.NodeURL{
		ID: id.ID, Address: address,
		NoiseInfo:     storj.NoiseInfo{Proto: storj.NoiseProto(noise.DefaultProto), PublicKey: string(config.StaticKeypair.Public)},
		DebounceLimit: 2, Features: uint64(pb.NodeAddress_TCP_FASTOPEN_ENABLED),
	}
}

// startDownload sends the first message of a download to a node.
func startDownload(t *testing.T, config uplink.Config, node storj.NodeURL) error {
	t.Helper()
	options, err := tlsopts.NewOptions(newIdentity(t), tlsopts.Config{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	const satellite = "12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@127.0.0.1:1"
	ctx, err := Configure(&config, satellite, Patience{}, true)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(ctx)
	t.Cleanup(cancel)
	dialer := rpc.NewDefaultDialer(options)
	//lint:ignore SA1019 as Go's library does with the configuration
	dialer.Connector = rpc.NewDefaultTCPConnector(config.DialContext)
	conn, err := dialer.DialNode(ctx, node, rpc.DialOptions{ReplaySafe: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	stream, err := pb.NewDRPCReplaySafePiecestoreClient(conn).Download(ctx)
	if err != nil {
		return err
	}
	return stream.Send(&pb.PieceDownloadRequest{})
}

func TestNodeWithFastOpenIsReached(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	sent := make(chan error, 1)
	go func() { sent <- startDownload(t, uplink.Config{}, fastNode(t, listener.Addr().String())) }()
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err = <-sent; err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	header := make([]byte, len(noise.Header))
	if _, err = io.ReadFull(conn, header); err != nil || string(header) != noise.Header {
		t.Fatalf("received %q: %v", header, err)
	}
}

// An error of a node's dial has to be one after which Go's library takes another node.
func TestRefusedNode(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err = listener.Close(); err != nil {
		t.Fatal(err)
	}
	var network net.Error
	if err = startDownload(t, uplink.Config{}, fastNode(t, address)); !errors.As(err, &network) {
		t.Errorf("%T: %v", err, err)
	}
}

// once is a connection that responds to its first request alone.
type once struct {
	rpcpool.RawConn
	response *pb.CompressedBatchResponse
	invoked  atomic.Int32
	again    func()
}

func (o *once) Invoke(ctx context.Context, _ string, _ drpc.Encoding, _, out drpc.Message) error {
	if o.invoked.Add(1) == 1 {
		*out.(*pb.CompressedBatchResponse) = *o.response
		return nil
	}
	o.again()
	<-ctx.Done()
	return ctx.Err()
}

func (o *once) Close() error { return nil }

func (o *once) Closed() <-chan struct{} { return nil }

func (o *once) Unblocked() <-chan struct{} { return closedChannel }

func downloadRequest(t *testing.T) *pb.CompressedBatchRequest {
	t.Helper()
	return &pb.CompressedBatchRequest{
		Data: marshal(t, &pb.BatchRequest{Requests: []*pb.BatchRequestItem{{Request: &pb.BatchRequestItem_ObjectDownload{
			ObjectDownload: &pb.DownloadObjectRequest{Bucket: []byte("bucket")},
		}}}}),
	}
}

// A request for all nodes that is canceled costs its connection, as any other request does.
func TestACanceledRequestForAllNodesRetiresItsConnection(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var down downNodes
	down.add("b")
	raw := &once{response: offered(t, false, "a", "b"), again: cancel}
	c := &connection{RawConn: raw, down: &down}
	var out pb.CompressedBatchResponse
	if err := c.Invoke(ctx, "download", nil, downloadRequest(t), &out); err != nil || raw.invoked.Load() != 2 {
		t.Fatal(err, raw.invoked.Load())
	}
	select {
	case <-c.Closed():
	default:
		t.Error("the connection can be used again")
	}
}

// Go's library calls a connection on goroutines of its own, where a panic would end the process.
func TestAPanicOnAConnectionIsAnError(t *testing.T) {
	c := &connection{down: &downNodes{}} // without a RawConn, so calls panic
	if err := c.Invoke(t.Context(), "download", nil, nil, nil); fail.Classify(err).Detail != fail.DetailPanic {
		t.Error(err)
	}
	if _, err := c.NewStream(t.Context(), "download", nil); fail.Classify(err).Detail != fail.DetailPanic {
		t.Error(err)
	}
	d := &dialer{}
	if _, _, err := d.dial(t.Context(), nil); fail.Classify(err).Detail != fail.DetailPanic {
		t.Error(err)
	}
}
