"""The parts of `uplink.django`."""
