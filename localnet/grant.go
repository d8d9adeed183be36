package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"uplink-localnet/internal/admin"
)

var grantCommand = adminCommand{name: "grant", request: "grant", flags: grantFlags, usage: `Makes an API key and an access grant.

usage: uplink-localnet grant [FLAGS] WHERE

  --project NAME         for this project, which is made if there is none (default "default")
  --allow LIST           some of read,write,list,delete (default: all)
  --prefix BUCKET[/KEY]  only there; may be given several times
  --not-before TIME      not before, such as 2030-12-31T23:59:59Z or 10m from now
  --not-after TIME       not after
  --max-object-ttl TIME  objects expire after this time at the latest, such as 24h
  --text                 print the access grant alone

It prints JSON: satellite, project, api_key and access. Grants of one project have
the same encryption key.
`}

func grantFlags(flags *flag.FlagSet) *adminRequest {
	r := &admin.GrantRequest{}
	request := &adminRequest{body: r}
	flags.BoolFunc("text", "", func(string) error {
		request.print = printGrant
		return nil
	})
	flags.StringVar(&r.Project, "project", "", "")
	flags.Func("allow", "", func(text string) error {
		r.Allow = strings.Split(text, ",")
		return nil
	})
	flags.Func("prefix", "", func(text string) error {
		r.Prefixes = append(r.Prefixes, text)
		return nil
	})
	flags.Func("not-before", "", parseMoment(&r.NotBefore))
	flags.Func("not-after", "", parseMoment(&r.NotAfter))
	flags.DurationVar(&r.MaxObjectTTL, "max-object-ttl", 0, "")
	return request
}

// parseMoment returns a function that parses a time, or a duration from now.
func parseMoment(into *time.Time) func(string) error {
	return func(text string) (err error) {
		if fromNow, err := time.ParseDuration(text); err == nil {
			*into = time.Now().Add(fromNow)
			return nil
		}
		*into, err = time.Parse(time.RFC3339, text)
		return err
	}
}

// printGrant prints the access grant of a reply alone.
func printGrant(out io.Writer, reply json.RawMessage) error {
	var made admin.Grant
	if err := json.Unmarshal(reply, &made); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, made.Access)
	return err
}
