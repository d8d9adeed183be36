package main

import (
	"net"
	"strconv"
	"strings"

	"storj.io/common/rpc"
	"storj.io/common/storj"

	"libuplink/internal/fail"
)

// longestSerialized is far more characters than a grant, an upload ID or an address has, and what Go's library still
// decodes in a moment: the time grows with the square.
const longestSerialized = 1 << 16

const base58Digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// checkSerialized refuses what can be neither a grant nor an API key, before it is decoded. It keeps the text out of the
// message, since it may be a part of a secret.
func checkSerialized(text, what string) error {
	switch {
	case text == "":
		return fail.Internal(fail.DetailInvalidAccess, "this is not %s: it is empty", what)
	case len(text) > longestSerialized:
		return fail.Internal(fail.DetailInvalidAccess, "this is not %s: it has %d characters, which are more than %d",
			what, len(text), longestSerialized)
	case strings.ContainsFunc(text, notBase58):
		return fail.Internal(fail.DetailInvalidAccess,
			"this is not %s: a character is none of base58, which has all letters and digits but 0, O, I and l", what)
	case text[0] != '1':
		return fail.Internal(fail.DetailInvalidAccess, "this is not %s: it does not begin with 1", what)
	}
	return nil
}

func notBase58(character rune) bool { return !strings.ContainsRune(base58Digits, character) }

// checkSatellite keeps the address out of the message: it may be a secret, given in place of the address by mistake.
func checkSatellite(address string) error {
	const form = "the satellite's address is not of the form id@host:port"
	if len(address) > longestSerialized {
		return fail.InvalidArgument(form+": it has %d characters, which are more than %d", len(address), longestSerialized)
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
		return fail.InvalidArgument(form + ": the id is missing, which only the satellites of Storj can do without")
	}
	return nil
}
