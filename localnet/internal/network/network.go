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
	"storj.io/common/storj"
	"uplink-localnet/internal/admin"
	"uplink-localnet/internal/control"
	"uplink-localnet/internal/edge"
	"uplink-localnet/internal/faults"
	"uplink-localnet/internal/folder"
	"uplink-localnet/internal/rpcserver"
	"uplink-localnet/internal/satellite"
	"uplink-localnet/internal/satellite/store"
	"uplink-localnet/internal/storagenode"
)

// Config describes the network to start.
type Config struct {
	// Dir is the network's folder; "" for a network that keeps nothing.
	Dir string
	// Nodes is the number of nodes, 0 for the number in Dir, or else DefaultNodes.
	Nodes int
	// Redundancy is nil for the one in Dir, or else DefaultRedundancy.
	Redundancy *store.Redundancy
	// Listen is the satellite's address, "" for the address in Dir, or else a
	// free port of the loopback interface.
	Listen string
	// NoSync acknowledges data that is not on the disk yet: a benchmark then
	// measures the network, not the disk.
	NoSync bool
	// NoNoise, NoFastOpen and NoDebounce switch off what real nodes speak and
	// advertise.
	NoNoise, NoFastOpen, NoDebounce bool
	// Preset names limits that all projects have, see admin.CheckPreset; "" is
	// none.
	Preset string
	// Limits are set for the first project.
	Limits admin.Limits
	Log    *slog.Logger
	// Now is the clock of satellite and nodes, nil for the real one.
	Now func() time.Time
	// Faults are in effect from the start.
	Faults []faults.Fault
}

// DefaultNodes is the number of nodes of a new network.
const DefaultNodes = 10

// MaxNodes is the largest number of nodes: each has a port.
const MaxNodes = 256

// Network is a running network.
type Network struct {
	// URL is the satellite as id@host:port.
	URL string
	// APIKey is the unrestricted key of the first project.
	APIKey string
	// Access is a serialized grant for all of the first project.
	Access string

	// Admin does what an operator asks for.
	Admin *admin.Admin
	// Faults are what fails.
	Faults *faults.Set
	// Control is the port that takes requests for Admin and Faults.
	Control *control.Server
	// Edge registers access grants, and serves links.
	Edge *edge.Service

	// Satellite, Nodes, Pieces and NodeIDs are for tests.
	Satellite *satellite.Endpoint
	Nodes     []*storagenode.Node
	Pieces    []*storagenode.Pieces
	NodeIDs   []storj.NodeID

	folder *folder.Folder
	store  *store.Store
	log    *slog.Logger
	server *rpcserver.Server
	// nodeServers has a server for each node.
	nodeServers []*rpcserver.Server
}

// Start starts a network, which is ready when Start returns.
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
	settings, err := n.open(&config)
	if err != nil {
		return nil, err
	}
	redundancy, err := ParseRedundancy(settings.Redundancy)
	if err != nil {
		return nil, fmt.Errorf("the redundancy %s: %w", settings.Redundancy, err)
	}
	id, err := n.folder.SatelliteIdentity()
	if err != nil {
		return nil, err
	}
	if err := n.startServers(config, settings, redundancy, id); err != nil {
		return nil, err
	}
	n.URL = storj.NodeURL{ID: id.ID, Address: settings.Listen}.String()
	n.Admin = admin.New(n.store, n.URL, n.folder.Path(), admin.Running{
		Satellite: n.Satellite, Pieces: n.Pieces, Faults: n.Faults, Redundancy: settings.Redundancy,
	})
	if n.APIKey, n.Access, err = n.Admin.FirstAccess(); err != nil {
		return nil, err
	}
	if err := n.setLimits(config); err != nil {
		return nil, err
	}
	if err := n.startEdge(settings, id.ID); err != nil {
		return nil, err
	}
	if err := n.startControl(settings); err != nil {
		return nil, err
	}
	return n, nil
}

// open opens the folder and the metadata, and returns the settings.
func (n *Network) open(config *Config) (*folder.Settings, error) {
	var err error
	if n.folder, err = folder.Open(config.Dir); err != nil {
		return nil, err
	}
	// The process that holds the metadata may read and write the rest of the
	// folder.
	n.store, err = store.Open(n.folder.Metadata(), store.Options{Sync: n.durable(*config), Exists: n.folder.Used(), Log: n.log})
	if errors.Is(err, store.ErrBusy) {
		return nil, fmt.Errorf("%s is in use by another process", n.folder.Path())
	}
	if err != nil {
		return nil, err
	}
	return n.choose(config)
}

// durable reports whether data must be on the disk before it is acknowledged.
func (n *Network) durable(config Config) bool { return !n.folder.Temporary() && !config.NoSync }

// choose returns the settings of the folder, with the changes of the config.
func (n *Network) choose(config *Config) (*folder.Settings, error) {
	s, err := n.folder.Load()
	if err != nil {
		return nil, err
	}
	if s == nil {
		s = &folder.Settings{}
	}
	if config.Nodes != 0 {
		if config.Nodes < s.Nodes {
			return nil, fmt.Errorf("%s has %d nodes; a network can grow, but not shrink", n.folder.Path(), s.Nodes)
		}
		s.Nodes = config.Nodes
	}
	if s.Nodes == 0 {
		s.Nodes = DefaultNodes
	}
	if config.Redundancy != nil {
		s.Redundancy = FormatRedundancy(*config.Redundancy)
	}
	if s.Redundancy == "" {
		s.Redundancy = FormatRedundancy(DefaultRedundancy(s.Nodes))
	}
	if r, err := ParseRedundancy(s.Redundancy); err == nil && int(r.Total) > s.Nodes {
		return nil, fmt.Errorf("the redundancy %s needs %d nodes, there are %d", s.Redundancy, r.Total, s.Nodes)
	}
	return s, nil
}

// startServers starts the satellite and the nodes, and completes the settings
// with the satellite's address.
func (n *Network) startServers(config Config, settings *folder.Settings, redundancy store.Redundancy, id *identity.FullIdentity) (err error) {
	listener, err := n.listenSatellite(config, settings.Listen)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, listener.Close())
		}
	}()
	settings.Listen = listener.Addr().String()
	if n.Faults, err = faults.NewSet(settings.Nodes, config.Faults...); err != nil {
		return err
	}
	nodes, err := n.startNodes(config, settings, id)
	if err != nil {
		return err
	}
	n.Satellite, err = satellite.New(satellite.Config{
		Identity:      id,
		Store:         n.store,
		Nodes:         nodes,
		Redundancy:    redundancy,
		Log:           n.log,
		Now:           n.Faults.Satellite.Now(config.Now),
		CountCall:     n.Faults.Satellite.CountCall,
		BeforeRequest: n.Faults.Satellite.BeforeRequest,
	})
	if err != nil {
		return err
	}
	handler, err := n.Satellite.Handler()
	if err != nil {
		return err
	}
	n.server, err = n.serve(n.Faults.Satellite, listener, config, rpcserver.Config{
		Identity: id, Handler: handler, WriteBuffer: satelliteBuffer,
	})
	return err
}

// listenSatellite listens at the address of the config, or at the address from
// before if it is still free: earlier access grants contain it.
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

// setLimits sets the limits of the config.
func (n *Network) setLimits(config Config) error {
	if config.Preset != "" {
		if err := n.Admin.UsePreset(config.Preset); err != nil {
			return err
		}
	}
	if len(config.Limits) == 0 {
		return nil
	}
	_, err := n.Admin.Limit(admin.LimitRequest{Limits: config.Limits})
	return err
}

// startControl opens the control port, and writes the settings and the port's
// address into the folder.
func (n *Network) startControl(settings *folder.Settings) error {
	var err error
	if n.Control, err = control.Listen(); err != nil {
		return err
	}
	if err := n.folder.Save(settings); err != nil {
		return err
	}
	if err := n.folder.SaveControl(n.Control.Access); err != nil {
		return err
	}
	n.Control.HandleFaults(n.Faults)
	n.Admin.HandleCommands(n.Control)
	n.Control.Serve()
	return nil
}

// closeTimeout is how long handlers have to notice that their connections are
// closed.
const closeTimeout = 500 * time.Millisecond

// Close stops the network. Without a folder, its data is gone then.
func (n *Network) Close() error {
	var err error
	if n.Control != nil {
		err = errors.Join(n.Control.Close(), n.folder.RemoveControl())
	}
	if n.Edge != nil {
		err = errors.Join(err, n.Edge.Close(closeTimeout))
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
		err = errors.Join(err, n.folder.Close())
	}
	return err
}
