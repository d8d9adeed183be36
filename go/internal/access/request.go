package access

import (
	"context"
	"net"
	"strconv"
	"strings"

	"storj.io/common/macaroon"
	"storj.io/common/rpc"
	"storj.io/common/storj"
	"storj.io/uplink"
	"storj.io/uplink/private/access"

	"libuplink/internal/fail"
	"libuplink/internal/network"
	"libuplink/internal/serialized"
)

// Request is a request to a satellite for an access.
type Request struct {
	Config                        uplink.Config
	Patience                      network.Patience
	PlainKeys                     bool // whether the access does not encrypt the keys of objects
	NoBackgroundQoS               bool
	Satellite, APIKey, Passphrase string
}

// Prepare checks the request, and returns the context in which Send must run. It completes the address of a satellite
// of Storj.
func (r *Request) Prepare() (context.Context, error) {
	r.Satellite = fullAddress(r.Satellite)
	if err := checkSatellite(r.Satellite); err != nil {
		return nil, err
	}
	if err := checkAPIKey(r.APIKey); err != nil {
		return nil, err
	}
	if r.PlainKeys {
		access.DisableObjectKeyEncryption(&r.Config)
	}
	return network.Configure(&r.Config, r.Satellite, r.Patience, !r.NoBackgroundQoS)
}

// Send requests the access from the satellite.
func (r *Request) Send(ctx context.Context) (*Access, error) {
	granted, err := r.Config.RequestAccessWithPassphrase(ctx, r.Satellite, r.APIKey, r.Passphrase)
	if err != nil {
		return nil, err
	}
	return &Access{grant: granted}, nil
}

func checkAPIKey(text string) error {
	if err := serialized.Check(text, "an API key"); err != nil {
		return err
	}
	if _, err := macaroon.ParseAPIKey(text); err == nil {
		return nil
	}
	if _, err := uplink.ParseAccess(text); err == nil {
		return fail.Internal(fail.DetailInvalidAccess, "this is an access grant, not an API key")
	}
	return fail.Internal(fail.DetailInvalidAccess, "this is not a complete API key; was it copied whole?")
}

// checkSatellite returns what is wrong with the address of a satellite. The address is not in the
// message: it may be a secret, given by mistake.
func checkSatellite(address string) error {
	const form = "the satellite's address is not of the form id@host:port"
	if len(address) > serialized.Longest {
		return fail.InvalidArgument(form+": it has %d characters, which are more than %d", len(address), serialized.Longest)
	}
	if strings.ContainsAny(address, " \t\r\n") {
		return fail.InvalidArgument(form + ": there is a space in it")
	}
	_, place, found := strings.Cut(address, "@")
	if !found {
		place = address
	}
	if place == "" {
		return fail.InvalidArgument(form + ": the host is missing")
	}
	host, port, err := net.SplitHostPort(place)
	if err != nil {
		return fail.InvalidArgument(form + ": the port is missing, which is mostly 7777")
	}
	if host == "" {
		return fail.InvalidArgument(form + ": the host is missing")
	}
	if number, err := strconv.ParseUint(port, 10, 16); err != nil || number == 0 {
		return fail.InvalidArgument(form + ": the port is not a number from 1 to 65535")
	}
	url, err := storj.ParseNodeURL(address)
	if err != nil {
		return fail.InvalidArgument(form + ": the id is not a node's")
	}
	if _, known := rpc.KnownNodeID(url.Address); url.ID.IsZero() && !known {
		return fail.InvalidArgument(form + ": the id is missing, which only us1.storj.io, eu1.storj.io and ap1.storj.io can do without")
	}
	return nil
}
