package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"uplink-localnet/internal/edge"
)

// EdgeCertificate returns the certificate of the edge service for a host. It makes a
// new one if there is none, or only one for another host.
func (f *Folder) EdgeCertificate(host string) (*edge.Certificate, error) {
	if f.temporary {
		return edge.NewCertificate(host)
	}
	certPath, keyPath := filepath.Join(f.edge(), certFile), filepath.Join(f.edge(), keyFile)
	cert, err := os.ReadFile(certPath)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	key, err := os.ReadFile(keyPath)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if found := (&edge.Certificate{PEM: cert, Key: key}); found.Valid(host) {
		return found, nil
	}
	made, err := edge.NewCertificate(host)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(f.edge(), 0o700); err != nil {
		return nil, err
	}
	return made, errors.Join(f.write(keyPath, made.Key), f.write(certPath, made.PEM))
}
