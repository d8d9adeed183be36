package main

import (
	"errors"
	"flag"

	"uplink-localnet/internal/admin"
)

var revokeCommand = adminCommand{name: "revoke", request: "revoke", maxArguments: 1, flags: revokeFlags, usage: `Makes an API key worthless, and all keys that were made from it.

usage: uplink-localnet revoke KEY WHERE

KEY is an API key or an access grant.
`}

func revokeFlags(*flag.FlagSet) *adminRequest {
	r := &admin.RevokeRequest{}
	return &adminRequest{body: r, arguments: func(arguments []string) error {
		if len(arguments) == 0 {
			return errors.New("an API key or an access grant is missing")
		}
		r.Key = arguments[0]
		return nil
	}}
}
