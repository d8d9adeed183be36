package main

import (
	"flag"

	"uplink-localnet/internal/admin"
)

var limitCommand = adminCommand{name: "limit", request: "limit", maxArguments: len(admin.LimitNames), flags: limitFlags, usage: `Sets and shows the limits of a project.

usage: uplink-localnet limit [NAME=VALUE...] [--project NAME] WHERE

  requests=N     requests a second
  key-writes=N   uploads to the same key a second, at least 3 at once
  storage=SIZE   bytes, encrypted, such as 500MB or 2GiB
  segments=N     segments, with those of uploads under way
  bandwidth=SIZE bytes downloaded since the project was made or reset
  buckets=N      buckets
  metadata=SIZE  bytes of metadata of an object, encrypted (2KiB unless set)
  part-size=SIZE least bytes of an upload's parts but the last (5MiB unless set)

0 is no limit. It prints the limits as JSON. They act at once and survive a restart.
`}

func limitFlags(flags *flag.FlagSet) *adminRequest {
	r := &admin.LimitRequest{Limits: admin.Limits{}}
	flags.StringVar(&r.Project, "project", "", "")
	return &adminRequest{body: r, arguments: func(arguments []string) error {
		for _, argument := range arguments {
			name, value, err := admin.ParseLimit(argument)
			if err != nil {
				return err
			}
			r.Limits[name] = value
		}
		return nil
	}}
}
