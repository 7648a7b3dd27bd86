"""Compare measured figures with published ones, and name what differs."""
