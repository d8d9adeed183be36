package network

import (
	"net"

	"storj.io/common/identity"
	"storj.io/common/pb"
	"storj.io/common/rpc/noise"
	"uplink-localnet/internal/rpcserver"
)

// listen listens at an address as real nodes do.
func (c Config) listen(address string) (net.Listener, error) {
	return rpcserver.Listen(address, !c.NoFastOpen)
}

// noiseKey returns the key for Noise of a node with this identity, nil if nodes
// speak TLS only. It is derived from the identity's key, so it stays the same.
func (c Config) noiseKey(id *identity.FullIdentity) (*noise.Config, error) {
	if c.NoNoise {
		return nil, nil
	}
	key, err := noise.GenerateServerConf(noise.DefaultProto, id)
	return &key, err
}

// nodeAddress returns the address of a node for clients, with the ways in which
// they may dial it.
func (c Config) nodeAddress(listener net.Listener, key *noise.Config) (*pb.NodeAddress, error) {
	address := &pb.NodeAddress{Address: listener.Addr().String()}
	if !c.NoDebounce {
		address.DebounceLimit = rpcserver.DebounceLimit
	}
	// With this feature clients dial twice. Where the kernel has no Fast Open for
	// servers, the connection takes TCP's usual handshake.
	if !c.NoFastOpen && rpcserver.FastOpenSupported {
		address.Features |= uint64(pb.NodeAddress_TCP_FASTOPEN_ENABLED)
	}
	if key == nil {
		return address, nil
	}
	var err error
	address.NoiseInfo, err = noise.ConfigToInfo(*key)
	return address, err
}
