"""What `uplink.obspec` is made of. It is imported only by that module, since obspec is an extra."""
