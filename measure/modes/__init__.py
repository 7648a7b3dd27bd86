"""Power mode and clocks of a device: changed, proven, and put back whatever happens."""
