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

// noiseKey is the key that a node of that identity has for Noise, nil if nodes
// speak TLS alone. It is derived from the identity's key, so it stays the same.
func (c Config) noiseKey(id *identity.FullIdentity) (*noise.Config, error) {
	if c.NoNoise {
		return nil, nil
	}
	key, err := noise.GenerateServerConf(noise.DefaultProto, id)
	return &key, err
}

// nodeAddress is what clients are told about a node: where it listens, and how
// they may dial it.
func (c Config) nodeAddress(listener net.Listener, key *noise.Config) (*pb.NodeAddress, error) {
	address := &pb.NodeAddress{Address: listener.Addr().String()}
	if !c.NoDebounce {
		address.DebounceLimit = rpcserver.DebounceLimit
	}
	// Clients that are told so dial twice. Where the kernel has no Fast Open for
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
