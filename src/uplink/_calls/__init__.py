"""One function for each native call: it checks and converts the arguments, and knows how to take the result.

Calls that only compute return their value. Calls that may wait return a `Call`, which a driver runs: `uplink._driver`
by waiting, `uplink.aio._driver` by awaiting.
"""
