package network

import (
	"errors"
	"fmt"
	"net"

	"storj.io/common/storj"
	"uplink-localnet/internal/edge"
	"uplink-localnet/internal/folder"
)

// startEdge starts the edge service, and completes the settings with its addresses.
func (n *Network) startEdge(settings *folder.Settings, satellite storj.NodeID) (err error) {
	host, _, err := net.SplitHostPort(settings.Listen)
	if err != nil {
		return err
	}
	var listeners [2]net.Listener
	defer func() {
		for _, listener := range listeners {
			if err != nil && listener != nil {
				err = errors.Join(err, listener.Close())
			}
		}
	}()
	for i, before := range []*string{&settings.AuthService, &settings.LinkSharing} {
		if listeners[i], err = n.listenEdge(host, *before); err != nil {
			return err
		}
		*before = listeners[i].Addr().String()
	}
	certificate, err := n.folder.EdgeCertificate(host)
	if err != nil {
		return err
	}
	n.Edge, err = edge.Serve(edge.Config{
		Satellite: satellite, Store: n.store, Auth: listeners[0], Links: listeners[1], Certificate: certificate, Log: n.log,
	})
	return err
}

// listenEdge listens at the address from before if it is still free and of this
// host: earlier links contain it.
func (n *Network) listenEdge(host, before string) (net.Listener, error) {
	if old, _, err := net.SplitHostPort(before); err == nil && old == host {
		listener, err := net.Listen("tcp", before)
		if err == nil {
			return listener, nil
		}
		n.log.Warn("an address of the edge service is taken, so older links do not reach it", "address", before, "error", err)
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return nil, fmt.Errorf("the edge service cannot listen: %w", err)
	}
	return listener, nil
}
