"""One function for each native call: it checks and encodes the arguments, and names the kind of the result.

A call that only computes returns its value. A call that may wait returns a `Call`, which a driver runs:
`uplink._driver` waits for it, `uplink.aio._driver` awaits it.
"""
