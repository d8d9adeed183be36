// Package network starts a satellite and its storage nodes in one process.
package network

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"storj.io/common/identity"
	"storj.io/common/signing"
	"storj.io/common/storj"
	"uplink-localnet/internal/control"
	"uplink-localnet/internal/faults"
	"uplink-localnet/internal/rpcserver"
	"uplink-localnet/internal/satellite"
	"uplink-localnet/internal/satellite/store"
	"uplink-localnet/internal/storagenode"
)

// Config says what network to start.
type Config struct {
	// Dir holds the network; without one it forgets everything.
	Dir string
	// Nodes is their number, 0 for what Dir has, or else the default.
	Nodes int
	// Scheme is the redundancy, nil for what Dir has, or else the default.
	Scheme *store.Scheme
	// Listen is the satellite's address, "" for the one it had in Dir, or
	// else a free port of the loopback interface.
	Listen string
	// NoSync acknowledges what is not on the disk yet: a benchmark then
	// measures the network, not the disk.
	NoSync bool
	// NoNoise, NoFastOpen and NoDebounce keep the nodes from speaking and
	// advertising what real nodes do.
	NoNoise, NoFastOpen, NoDebounce bool
	// Preset names limits that all projects have, see CheckPreset; empty is none.
	Preset string
	// Limits are set for the first project.
	Limits Limits
	Log    *slog.Logger
	// Now is the clock of all, nil is the real one.
	Now func() time.Time
	// Faults are there from the beginning.
	Faults []faults.Fault
}

// DefaultNodes is the number of nodes when nothing else is said.
const DefaultNodes = 10

// MaxNodes bounds the number of nodes: each takes a port.
const MaxNodes = 256

// Network is a running network.
type Network struct {
	*Admin

	// URL is the satellite as id@host:port.
	URL string
	// APIKey is the unrestricted key of its project.
	APIKey string
	// Access is a serialized grant for all of the project.
	Access string

	// Faults is what can be made to fail while it runs.
	Faults *faults.Set
	// Control is the port at which it is told what to do.
	Control *control.Server

	// Satellite and Nodes are reachable for tests.
	Satellite *satellite.Endpoint
	Nodes     []*storagenode.Node
	Pieces    []*storagenode.Pieces
	NodeIDs   []storj.NodeID

	folder *folder
	store  *store.Store
	scheme string
	log    *slog.Logger
	server *rpcserver.Server
	// nodeServers has a server for each node.
	nodeServers []*rpcserver.Server
}

// Start starts a network; it is ready when Start returns.
func Start(config Config) (_ *Network, err error) {
	n := &Network{log: config.Log}
	if n.log == nil {
		n.log = slog.New(slog.DiscardHandler)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, n.Close())
		}
	}()
	if n.folder, err = openFolder(config.Dir); err != nil {
		return nil, err
	}
	if err := n.folder.refuseForeign(); err != nil {
		return nil, err
	}
	// Whoever holds the metadata may read and write the rest of the folder.
	n.store, err = store.Open(n.folder.metadata(), store.Options{Sync: n.durable(config), Exists: n.folder.used(), Log: n.log})
	if errors.Is(err, store.ErrBusy) {
		return nil, fmt.Errorf("%s is in use by another process", n.folder.dir)
	}
	if err != nil {
		return nil, err
	}
	s, err := n.choose(&config)
	if err != nil {
		return nil, err
	}
	scheme, err := ParseScheme(s.Scheme)
	if err != nil {
		return nil, fmt.Errorf("the redundancy %s: %w", s.Scheme, err)
	}
	if err := n.start(config, s, scheme); err != nil {
		return nil, err
	}
	if n.Control, err = control.Listen(); err != nil {
		return nil, err
	}
	if err := n.folder.save(s); err != nil {
		return nil, err
	}
	if err := n.folder.saveControl(n.Control.Access); err != nil {
		return nil, err
	}
	n.Control.HandleFaults(n.Faults)
	n.answerCommands(n.Control)
	n.Control.Serve()
	return n, nil
}

// durable tells whether what is acknowledged has to be on the disk.
func (n *Network) durable(config Config) bool { return !n.folder.temporary && !config.NoSync }

// choose combines what is asked for with what the folder already has.
func (n *Network) choose(config *Config) (*settings, error) {
	s, err := n.folder.load()
	if err != nil {
		return nil, err
	}
	if s == nil {
		s = &settings{Version: settingsVersion}
	}
	if config.Nodes != 0 {
		if config.Nodes < s.Nodes {
			return nil, fmt.Errorf("%s has %d nodes; a network can grow, but not shrink", n.folder.dir, s.Nodes)
		}
		s.Nodes = config.Nodes
	}
	if s.Nodes == 0 {
		s.Nodes = DefaultNodes
	}
	if config.Scheme != nil {
		s.Scheme = FormatScheme(*config.Scheme)
	}
	if s.Scheme == "" {
		s.Scheme = FormatScheme(DefaultScheme(s.Nodes))
	}
	if scheme, err := ParseScheme(s.Scheme); err == nil && int(scheme.Total) > s.Nodes {
		return nil, fmt.Errorf("the redundancy %s needs %d nodes, there are %d", s.Scheme, scheme.Total, s.Nodes)
	}
	return s, nil
}

// start brings everything up, the nodes at the same time.
func (n *Network) start(config Config, s *settings, scheme store.Scheme) error {
	id, err := n.folder.satelliteIdentity()
	if err != nil {
		return err
	}
	listener, err := n.listenSatellite(config, s.Listen)
	if err != nil {
		return err
	}
	s.Listen = listener.Addr().String()
	if n.Faults, err = faults.NewSet(s.Nodes, config.Faults...); err != nil {
		return errors.Join(err, listener.Close())
	}
	nodes, err := n.startNodes(config, s, id)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	n.Satellite, err = satellite.New(satellite.Config{
		Identity: id,
		Store:    n.store,
		Nodes:    nodes,
		Scheme:   scheme,
		Log:      n.log,
		Now:      n.Faults.Satellite.Now(config.Now),
		Came:     n.Faults.Satellite.CountCall,
		Before:   n.Faults.Satellite.BeforeRequest,
	})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	handler, err := n.Satellite.Handler()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if n.server, err = n.serve(n.Faults.Satellite, listener, config, rpcserver.Config{
		Identity: id, Handler: handler, WriteBuffer: satelliteBuffer,
	}); err != nil {
		return errors.Join(err, listener.Close())
	}
	n.URL = storj.NodeURL{ID: id.ID, Address: s.Listen}.String()
	keys, err := loadAccess(n.store)
	if err != nil {
		return err
	}
	n.APIKey = keys.APIKey
	full, err := keys.grantFor(n.URL)
	if err != nil {
		return err
	}
	n.scheme = s.Scheme
	n.Admin = &Admin{store: n.store, folder: n.folder, url: n.URL, running: n}
	if n.Access, err = full.Serialize(); err != nil {
		return err
	}
	if config.Preset != "" {
		if err := n.usePreset(config.Preset); err != nil {
			return err
		}
	}
	if len(config.Limits) > 0 {
		_, err = n.limit(LimitRequest{Limits: config.Limits})
	}
	return err
}

// listenSatellite takes the wanted address, or the one from before if it is
// still free: the access grants that are about name it.
func (n *Network) listenSatellite(config Config, before string) (net.Listener, error) {
	if config.Listen != "" {
		listener, err := config.listen(config.Listen)
		if err != nil {
			return nil, fmt.Errorf("the satellite cannot listen: %w", err)
		}
		return listener, nil
	}
	if before != "" {
		listener, err := config.listen(before)
		if err == nil {
			return listener, nil
		}
		n.log.Warn("the satellite's address is taken, so older access grants do not reach it", "address", before, "error", err)
	}
	return config.listen("127.0.0.1:0")
}

func (n *Network) startNodes(config Config, s *settings, satelliteID *identity.FullIdentity) ([]satellite.Node, error) {
	// Nodes are reached where the satellite is, each at a port of its own.
	host, _, err := net.SplitHostPort(s.Listen)
	if err != nil {
		return nil, err
	}
	trusted := signing.SigneeFromPeerIdentity(satelliteID.PeerIdentity())
	n.Nodes = make([]*storagenode.Node, s.Nodes)
	n.Pieces = make([]*storagenode.Pieces, s.Nodes)
	n.NodeIDs = make([]storj.NodeID, s.Nodes)
	n.nodeServers = make([]*rpcserver.Server, s.Nodes)
	list := make([]satellite.Node, s.Nodes)
	failed := make([]error, s.Nodes)
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

func (n *Network) startNode(i int, config Config, trusted signing.Signee, host string) (satellite.Node, error) {
	id, err := n.folder.nodeIdentity(i)
	if err != nil {
		return satellite.Node{}, err
	}
	pieces, err := storagenode.OpenPieces(n.folder.pieces(i), n.durable(config))
	if err != nil {
		return satellite.Node{}, err
	}
	node := storagenode.New(storagenode.Config{
		Identity: id, Satellite: trusted, Pieces: pieces, Log: n.log, Now: n.Faults.Nodes[i].Now(config.Now),
	})
	handler, err := node.Handler()
	if err != nil {
		return satellite.Node{}, err
	}
	key, err := config.noiseKey(id)
	if err != nil {
		return satellite.Node{}, err
	}
	listener, err := config.listen(net.JoinHostPort(host, "0"))
	if err != nil {
		return satellite.Node{}, fmt.Errorf("a node cannot listen: %w", err)
	}
	address, err := config.nodeAddress(listener, key)
	if err != nil {
		return satellite.Node{}, errors.Join(err, listener.Close())
	}
	server, err := n.serve(n.Faults.Nodes[i], listener, config, rpcserver.Config{
		Identity: id, Handler: handler, Noise: key, WriteBuffer: nodeBuffer,
	})
	if err != nil {
		return satellite.Node{}, errors.Join(err, listener.Close())
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

// StopNode takes a node off the network for good.
func (n *Network) StopNode(i int) { n.nodeServers[i].Close(closeTimeout) }

// Write buffers of the connections: nodes stream, the satellite answers.
const (
	satelliteBuffer = 4 << 10
	nodeBuffer      = 48 << 10
)

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

// closeTimeout is how long handlers have to notice that their connections are
// closed.
const closeTimeout = 500 * time.Millisecond

// Close stops everything; a network without a folder is gone then.
func (n *Network) Close() error {
	var err error
	if n.Control != nil {
		err = errors.Join(n.Control.Close(), n.folder.forgetControl())
	}
	var wg sync.WaitGroup
	for _, server := range append([]*rpcserver.Server{n.server}, n.nodeServers...) {
		if server == nil {
			continue
		}
		wg.Add(1)
		go func() { defer wg.Done(); server.Close(closeTimeout) }()
	}
	wg.Wait()
	if n.Satellite != nil {
		n.Satellite.Close()
	}
	if n.store != nil {
		err = errors.Join(err, n.store.Close())
	}
	if n.folder != nil {
		err = errors.Join(err, n.folder.close())
	}
	return err
}
