// Package edge registers accesses at an edge service, and joins links to what they reach.
package edge

import (
	"context"
	"crypto/x509"
	"net"

	public "storj.io/uplink/edge"
	private "storj.io/uplink/private/edge"

	"libuplink/internal/access"
	"libuplink/internal/fail"
)

// Registration is a request to an auth service for credentials of an access.
type Registration struct {
	Config public.Config
	Access *access.Access
	// Whether the access key alone permits to read.
	Public bool
}

// Check returns an error if the request cannot succeed. Go's library notices a wrong address only
// when it dials, and ignores a certificate that it cannot read.
func (r *Registration) Check() error {
	if _, _, err := net.SplitHostPort(r.Config.AuthServiceAddress); err != nil {
		return fail.InvalidArgument("auth_service_address is not of the form host:port")
	}
	if certificate := r.Config.CertificatePEM; len(certificate) > 0 && !x509.NewCertPool().AppendCertsFromPEM(certificate) {
		return fail.InvalidArgument("certificate_pem has no certificate in PEM format")
	}
	return nil
}

// Send registers the access, and returns its credentials.
func (r *Registration) Send(ctx context.Context) (*private.Credentials, error) {
	if r.Config.AuthServiceAddress == "" {
		return nil, fail.InvalidArgument("auth_service_address is missing")
	}
	granted, err := r.Access.Copy()
	if err != nil {
		return nil, err
	}
	return private.RegisterAccess(ctx, &r.Config, granted, &public.RegisterAccessOptions{Public: r.Public})
}

// JoinShareURL returns the link to a project, a bucket, a prefix or an object.
func JoinShareURL(base, accessKeyID, bucket, key string, raw bool) (string, error) {
	joined, err := public.JoinShareURL(base, accessKeyID, bucket, key, &public.ShareURLOptions{Raw: raw})
	if err != nil {
		return "", fail.InvalidArgument("%s", fail.Message(err))
	}
	return joined, nil
}
