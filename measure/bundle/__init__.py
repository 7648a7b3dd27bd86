"""One archive with all that a device needs to measure: copy it over, unpack it, run it."""
