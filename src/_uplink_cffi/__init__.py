"""The entry points of the distribution: the script `uplink-py` and the pytest plugin.

Another distribution has the import name `uplink`, too. So this package works without `uplink`: it imports that only
after `imports.check_uplink` has found the right one.
"""
