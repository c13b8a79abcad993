"""Official exchange rates, from a package or a file; never from the network."""
