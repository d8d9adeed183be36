package budget

// descriptorLimit bounds memory: Windows does not limit sockets.
func descriptorLimit() int { return 16384 }
