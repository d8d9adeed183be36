package main

var callsCommand = adminCommand{name: "calls", request: "calls", flags: noFlags, usage: `Counts the calls that came since a network was started. The network has to run.

usage: uplink-localnet calls WHERE

For each call that came to the satellite or to a node it prints a line of JSON: the
end, the call, how often it came, and how often a fault struck it ("hit"). The
requests of a batch count as calls, and the batch as one more.
`}
