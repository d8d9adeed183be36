package main

var statusCommand = adminCommand{name: "status", request: "status", flags: noFlags, usage: `Shows what a network is and has, as JSON.

usage: uplink-localnet status WHERE
`}
