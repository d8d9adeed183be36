package main

// descriptorLimit is that of nothing but memory: Windows has none for sockets.
func descriptorLimit() int { return 16384 }
