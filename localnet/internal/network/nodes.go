package network

import (
	"errors"
	"fmt"
	"net"
	"sync"

	"storj.io/common/identity"
	"storj.io/common/pb"
	"storj.io/common/signing"
	"storj.io/common/storj"
	"uplink-localnet/internal/faults"
	"uplink-localnet/internal/folder"
	"uplink-localnet/internal/rpcserver"
	"uplink-localnet/internal/satellite"
	"uplink-localnet/internal/storagenode"
)

// startNodes starts all nodes at the same time.
func (n *Network) startNodes(config Config, settings *folder.Settings, satelliteID *identity.FullIdentity) ([]satellite.Node, error) {
	// Nodes have the satellite's host, and a port each.
	host, _, err := net.SplitHostPort(settings.Listen)
	if err != nil {
		return nil, err
	}
	trusted := signing.SigneeFromPeerIdentity(satelliteID.PeerIdentity())
	n.Nodes = make([]*storagenode.Node, settings.Nodes)
	n.Pieces = make([]*storagenode.Pieces, settings.Nodes)
	n.NodeIDs = make([]storj.NodeID, settings.Nodes)
	n.nodeServers = make([]*rpcserver.Server, settings.Nodes)
	list := make([]satellite.Node, settings.Nodes)
	failed := make([]error, settings.Nodes)
	var wg sync.WaitGroup
	for i := range list {
		wg.Add(1)
		go func() {
			defer wg.Done()
			list[i], failed[i] = n.startNode(i, config, trusted, host)
		}()
	}
	wg.Wait()
	return list, errors.Join(failed...)
}

// startNode starts a node, and returns its description for the satellite.
func (n *Network) startNode(i int, config Config, trusted signing.Signee, host string) (satellite.Node, error) {
	id, err := n.folder.NodeIdentity(i)
	if err != nil {
		return satellite.Node{}, err
	}
	pieces, err := storagenode.OpenPieces(n.folder.Pieces(i), n.durable(config))
	if err != nil {
		return satellite.Node{}, err
	}
	node := storagenode.New(storagenode.Config{
		Identity: id, Satellite: trusted, Pieces: pieces, Log: n.log, Now: n.Faults.Nodes[i].Now(config.Now),
	})
	address, server, err := n.serveNode(i, config, node, id, host)
	if err != nil {
		return satellite.Node{}, err
	}
	n.Nodes[i], n.Pieces[i], n.NodeIDs[i], n.nodeServers[i] = node, pieces, id.ID, server
	return satellite.Node{
		ID:      id.ID,
		Address: address,
		Signee:  signing.SigneeFromPeerIdentity(id.PeerIdentity()),
		Discard: node.Discard,
		List:    node.List,
	}, nil
}

// serveNode opens a node's port, and returns its address and its server.
func (n *Network) serveNode(i int, config Config, node *storagenode.Node, id *identity.FullIdentity, host string) (_ *pb.NodeAddress, _ *rpcserver.Server, err error) {
	handler, err := node.Handler()
	if err != nil {
		return nil, nil, err
	}
	key, err := config.noiseKey(id)
	if err != nil {
		return nil, nil, err
	}
	listener, err := config.listen(net.JoinHostPort(host, "0"))
	if err != nil {
		return nil, nil, fmt.Errorf("a node cannot listen: %w", err)
	}
	address, err := config.nodeAddress(listener, key)
	if err != nil {
		return nil, nil, errors.Join(err, listener.Close())
	}
	server, err := n.serve(n.Faults.Nodes[i], listener, config, rpcserver.Config{
		Identity: id, Handler: handler, Noise: key, WriteBuffer: nodeBuffer,
	})
	if err != nil {
		return nil, nil, errors.Join(err, listener.Close())
	}
	return address, server, nil
}

// StopNode stops a node for good.
func (n *Network) StopNode(i int) { n.nodeServers[i].Close(closeTimeout) }

// Write buffers of the connections in bytes: nodes stream data, the satellite
// sends small messages.
const (
	satelliteBuffer = 4 << 10
	nodeBuffer      = 48 << 10
)

// serve starts a server with the faults of a site in front of it.
func (n *Network) serve(site *faults.Site, listener net.Listener, config Config, server rpcserver.Config) (*rpcserver.Server, error) {
	listener, err := site.Listener(listener, config.listen)
	if err != nil {
		return nil, err
	}
	server.Handler, server.Debounce, server.Log = site.Handler(server.Handler), !config.NoDebounce, n.log
	started, err := rpcserver.New(listener, server)
	if err != nil {
		return nil, err
	}
	started.Serve()
	return started, nil
}
