"""Compare what the rules say with what devices were seen to do."""
