package edge

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"sync"
	"time"
)

// Certificate is the certificate of an auth service, and its key.
type Certificate struct {
	PEM, Key []byte
}

// NewCertificate makes a certificate for a host, which is a name or an IP address.
// It is its own authority.
func NewCertificate(host string) (*Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: "uplink-localnet"},
		NotBefore:             time.Now().Add(-24 * time.Hour),
		NotAfter:              time.Now().AddDate(20, 0, 0),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		IsCA:                  true,
		DNSNames:              []string{"localhost"},
	}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = append(template.DNSNames, host)
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return &Certificate{
		PEM: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}),
		Key: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
	}, nil
}

// Valid reports whether the certificate can be used for a host.
func (c *Certificate) Valid(host string) bool {
	pair, err := tls.X509KeyPair(c.PEM, c.Key)
	return err == nil && pair.Leaf.VerifyHostname(host) == nil && time.Now().Before(pair.Leaf.NotAfter)
}

func (c *Certificate) tls() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			pair, err := tls.X509KeyPair(c.PEM, c.Key)
			return &pair, err
		},
	}
}

// eitherListener accepts connections with TLS and without it at one port.
type eitherListener struct {
	net.Listener
	tls *tls.Config
}

// Accept returns the next connection. It does not wait for the client's first byte.
func (l *eitherListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &eitherConn{Conn: conn, tls: l.tls}, nil
}

// eitherConn is a connection whose first byte decides whether it has TLS. The client
// speaks first.
type eitherConn struct {
	net.Conn // the TCP connection
	tls      *tls.Config

	once   sync.Once
	chosen net.Conn
	err    error
}

// handshakeByte is the first byte of TLS. No frame of DRPC begins with it.
const handshakeByte = 0x16

func (c *eitherConn) choose() (net.Conn, error) {
	c.once.Do(func() {
		reader := bufio.NewReader(c.Conn)
		first, err := reader.Peek(1)
		if err != nil {
			c.err = err
			return
		}
		c.chosen = &peeked{c.Conn, reader}
		if first[0] == handshakeByte {
			c.chosen = tls.Server(c.chosen, c.tls)
		}
	})
	return c.chosen, c.err
}

// Read reads what the client has sent, decrypted.
func (c *eitherConn) Read(p []byte) (int, error) {
	conn, err := c.choose()
	if err != nil {
		return 0, err
	}
	return conn.Read(p)
}

// Write sends data, encrypted if the client has begun with TLS.
func (c *eitherConn) Write(p []byte) (int, error) {
	conn, err := c.choose()
	if err != nil {
		return 0, err
	}
	return conn.Write(p)
}

// peeked is a connection whose first bytes were read already.
type peeked struct {
	net.Conn
	reader *bufio.Reader
}

func (p *peeked) Read(b []byte) (int, error) { return p.reader.Read(b) }
