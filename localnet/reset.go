package main

var resetCommand = adminCommand{name: "reset", request: "reset", flags: noFlags, usage: `Deletes all buckets and objects. Identity, projects, keys and limits stay.

usage: uplink-localnet reset WHERE
`}
