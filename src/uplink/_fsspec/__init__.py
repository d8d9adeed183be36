"""What `uplink.fsspec` is made of. It is imported only by that module, since fsspec is an extra."""
