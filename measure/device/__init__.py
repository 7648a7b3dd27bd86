"""Read a Jetson: board, software, power modes, clocks, temperatures and who uses it."""
