package folder

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"storj.io/common/identity"
	"storj.io/common/peertls"
	"storj.io/common/peertls/extensions"
	"storj.io/common/pkcrypto"
	"storj.io/common/storj"
	"uplink-localnet/internal/satellite/store"
)

const (
	certFile = "identity.cert"
	keyFile  = "identity.key"
)

// newIdentity makes a certificate authority and a leaf signed by it. The node
// id is derived from the authority's key. Real networks make ids expensive: keys
// are tried until the id has a certain form. Clients never check that.
func newIdentity() (*identity.FullIdentity, error) {
	version := storj.LatestIDVersion()
	key, err := version.NewPrivateKey()
	if err != nil {
		return nil, err
	}
	public, err := pkcrypto.PublicKeyFromPrivate(key)
	if err != nil {
		return nil, err
	}
	id, err := identity.NodeIDFromKey(public, version)
	if err != nil {
		return nil, err
	}
	template, err := peertls.CATemplate()
	if err != nil {
		return nil, err
	}
	if err := extensions.AddExtraExtension(template, storj.NewVersionExt(version)); err != nil {
		return nil, err
	}
	cert, err := peertls.CreateSelfSignedCertificate(key, template)
	if err != nil {
		return nil, err
	}
	ca := &identity.FullCertificateAuthority{Cert: cert, Key: key, ID: id}
	return ca.NewIdentity()
}

// SatelliteIdentity returns the satellite's identity.
func (f *Folder) SatelliteIdentity() (*identity.FullIdentity, error) {
	return f.loadIdentity(f.satellite(), f.nodes > 0)
}

// NodeIdentity returns the identity of a node.
func (f *Folder) NodeIdentity(n int) (*identity.FullIdentity, error) {
	return f.loadIdentity(f.node(n), n < f.nodes)
}

// loadIdentity reads the identity in a folder. If there is none, it makes one,
// or fails if exists is set.
func (f *Folder) loadIdentity(dir string, exists bool) (*identity.FullIdentity, error) {
	chain, err := os.ReadFile(filepath.Join(dir, certFile))
	if errors.Is(err, fs.ErrNotExist) && !exists {
		return f.createIdentity(dir)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	key, err := os.ReadFile(filepath.Join(dir, keyFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	id, err := identity.FullIdentityFromPEM(chain, key)
	if err != nil {
		return nil, &store.DamagedError{Path: dir, Reason: "it holds no identity that can be read"}
	}
	return id, nil
}

// createIdentity makes an identity, and writes it into a folder unless the
// network is temporary.
func (f *Folder) createIdentity(dir string) (*identity.FullIdentity, error) {
	id, err := newIdentity()
	if err != nil {
		return nil, err
	}
	if f.temporary {
		return id, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	key, err := x509.MarshalPKCS8PrivateKey(id.Key)
	if err != nil {
		return nil, err
	}
	var chain []byte
	for _, cert := range id.Chain() {
		chain = append(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})...)
	}
	// The certificate is written last: a folder that has it is complete.
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})
	if err := f.write(filepath.Join(dir, keyFile), keyPEM); err != nil {
		return nil, err
	}
	return id, f.write(filepath.Join(dir, certFile), chain)
}
