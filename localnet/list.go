package main

import (
	"flag"

	"uplink-localnet/internal/admin"
)

var listCommand = adminCommand{name: "ls", request: "list", maxArguments: 1, flags: listFlags, usage: `Lists the buckets and objects of the satellite.

usage: uplink-localnet ls [BUCKET] [--project NAME] [--limit N] WHERE

Without BUCKET it lists buckets, otherwise objects and uploads, with their keys as
they are encrypted. Each is a line of JSON.
`}

func listFlags(flags *flag.FlagSet) *adminRequest {
	r := &admin.ListRequest{}
	flags.StringVar(&r.Project, "project", "", "")
	flags.IntVar(&r.Limit, "limit", 0, "")
	return &adminRequest{body: r, arguments: func(arguments []string) error {
		if len(arguments) > 0 {
			r.Bucket = arguments[0]
		}
		return nil
	}}
}
