"""Tables of the data package, derived from journals."""
